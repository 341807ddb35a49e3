using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class KeyVaultTests : KeyVaultContract, IClassFixture<LocalVaultFixture>
{
    private readonly LocalVaultFixture local;

    public KeyVaultTests(LocalVaultFixture local)
    {
        ArgumentNullException.ThrowIfNull(local);
        this.local = local;
        Vault = new AzureAdapters(local.Credential, LoopbackTransport.Create(local.AuthorityFile)).KeyVault(local.Address);
    }

    protected override IKeyVault Vault { get; }

    [Fact]
    public async Task A_short_throttle_is_waited_out_and_a_long_one_is_not()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        local.Throttle(1, TimeSpan.FromSeconds(1));
        await Vault.SignAsync(Name, new byte[32], Cause, Cancel);
        local.Throttle(1, TimeSpan.FromSeconds(600));
        await FaultAsync(KeyVaultFault.Unavailable, Vault.SignAsync(Name, new byte[32], Cause, Cancel));
    }

    [Fact]
    public async Task A_certificate_authority_that_nobody_told_us_of_is_not_trusted()
    {
        var vault = new AzureAdapters(local.Credential, LoopbackTransport.Create(extraRootFile: null)).KeyVault(local.Address);
        await FaultAsync(KeyVaultFault.Unavailable, vault.GetPublicKeyAsync(Name, Cancel));
    }

    protected override Task NewVersionAsync(string name) => SendAsync(HttpMethod.Post, $"keys/{name}/rotate", null);

    protected override Task DeleteAsync(string name) => SendAsync(HttpMethod.Delete, $"keys/{name}", null);

    protected override async Task<ECDsa> SigningKeyAsync(KeyVersion key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var jwk = (await SendAsync(HttpMethod.Get, $"keys/{key}", null))["key"]!;
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars((string)jwk["x"]!), Y = Base64Url.DecodeFromChars((string)jwk["y"]!) },
        });
    }

    protected override Task<IReadOnlyList<string>> CausesAsync() => Task.FromResult<IReadOnlyList<string>>(
    [
        .. local.LogLines
            .Where(l => (string?)l["operationName"] is "KeyUnwrap" or "KeySign" or "KeyRotate" or "KeyUpdate")
            .Select(l => (string?)l["correlationId"]).OfType<string>(),
    ]);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, string? json)
    {
        using var client = new HttpClient(LoopbackTransport.CreateHandler(local.AuthorityFile));
        using var request = new HttpRequestMessage(method, new Uri(local.Address, $"{path}?api-version=2025-07-01"));
        var token = await local.Credential.GetTokenAsync(new TokenRequestContext(["https://vault.localhost/.default"]), Cancel);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
    }
}
