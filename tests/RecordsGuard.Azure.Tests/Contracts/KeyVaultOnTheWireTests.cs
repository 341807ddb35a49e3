using System.Net;
using System.Text;
using Azure.Core;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>A vault that is not what it seems, and the challenges that a local one does not make.</summary>
public sealed class KeyVaultOnTheWireTests
{
    private const string Tenant = "3f1a6f0e-52c4-4b0b-9d39-6d0a8e6b1a01";
    private const string Version = "0123456789abcdef0123456789abcdef";
    private const string Kid = $"https://practice.vault.azure.net/keys/k/{Version}";
    private const string Challenge = $"Bearer authorization=\"https://login.microsoftonline.com/{Tenant}\", resource=\"https://vault.azure.net\"";

    private readonly CountingCredential credential = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_challenge_is_asked_for_without_body_and_token_once_and_one_token_serves_many_calls()
    {
        var service = new Scripted((request, _) => request.Headers.Authorization is null ? Unauthorized(Challenge) : Signature());
        var vault = On(service);
        await vault.SignAsync("k", new byte[32], Guid.NewGuid().ToString(), Cancel);
        await vault.SignAsync("k", new byte[32], Guid.NewGuid().ToString(), Cancel);

        Assert.Equal([(null, 0L), ("Bearer token-1", 66), ("Bearer token-1", 66)], service.Sent.Select(s => (s.Header("Authorization"), s.Bytes > 0 ? 66L : 0)));
        var asked = Assert.Single(credential.Asked);
        Assert.Equal(["https://vault.azure.net/.default"], asked.Scopes);
        Assert.Equal(Tenant, asked.TenantId);
        Assert.True(asked.IsCaeEnabled);
        Assert.All(service.Sent, s => Assert.Equal("?api-version=2025-07-01", s.Uri.Query));
    }

    [Theory]
    [InlineData("https://vault.azure.net.evil.example")]
    [InlineData("https://management.azure.com")]
    [InlineData("https://ault.azure.net")]
    [InlineData("https://practice.vault.azure.net")]
    [InlineData("http://vault.azure.net")]
    [InlineData("vault.azure.net")]
    [InlineData("")]
    public async Task A_challenge_for_another_resource_gets_no_token(string resource)
    {
        var service = new Scripted((_, _) => Unauthorized($"Bearer authorization=\"https://login.example/{Tenant}\", resource=\"{resource}\""));
        await FaultAsync(KeyVaultFault.Refused, On(service).SignAsync("k", new byte[32], "c", Cancel));
        Assert.Empty(credential.Asked);
        Assert.Single(service.Sent);
    }

    [Fact]
    public async Task A_challenge_for_more_claims_is_met_once()
    {
        var claims = Convert.ToBase64String("""{"access_token":{"nbf":{"essential":true}}}"""u8);
        var more = $"{Challenge}, error=\"insufficient_claims\", claims=\"{claims}\"";
        var service = new Scripted((request, n) => n switch
        {
            1 => Unauthorized(Challenge),
            2 => Unauthorized(more),
            _ => Signature(),
        });
        await On(service).SignAsync("k", new byte[32], "c", Cancel);
        Assert.Equal([null, """{"access_token":{"nbf":{"essential":true}}}"""], credential.Asked.Select(a => a.Claims));
        Assert.Equal("Bearer token-2", service.Sent[^1].Header("Authorization"));
        Assert.True(service.Sent[^1].Bytes > 0);

        var never = new Scripted((_, n) => Unauthorized(n == 1 ? Challenge : more));
        await FaultAsync(KeyVaultFault.Refused, On(never).SignAsync("k", new byte[32], "c", Cancel));
        Assert.InRange(never.Sent.Count, 3, 4);
    }

    [Fact]
    public async Task A_vault_that_moved_to_another_tenant_is_followed()
    {
        const string other = "b7c2d9d4-0f6e-4a53-8a1c-2c9e5f7d4b02";
        var service = new Scripted((request, n) => n switch
        {
            1 => Unauthorized(Challenge),
            3 => Unauthorized(Challenge.Replace(Tenant, other, StringComparison.Ordinal)),
            _ => Signature(),
        });
        var vault = On(service);
        await vault.SignAsync("k", new byte[32], "c", Cancel);
        await vault.SignAsync("k", new byte[32], "c", Cancel);
        Assert.Equal([Tenant, other], credential.Asked.Select(a => a.TenantId));
    }

    [Theory]
    [InlineData("https://other.vault.azure.net/keys/k/" + Version)]
    [InlineData("https://practice.vault.azure.net/keys/other/" + Version)]
    [InlineData("https://practice.vault.azure.net/secrets/k/" + Version)]
    [InlineData("https://practice.vault.azure.net/keys/k")]
    [InlineData("http://practice.vault.azure.net/keys/k/" + Version)]
    [InlineData("k")]
    public async Task A_key_of_another_vault_or_name_is_refused(string kid)
    {
        var service = new Scripted((_, _) => Json($$"""{"kid":"{{kid}}","value":"{{Convert.ToBase64String(new byte[64]).TrimEnd('=')}}"}"""));
        await FaultAsync(KeyVaultFault.Refused, On(service).SignAsync("k", new byte[32], "c", Cancel));
        var bundle = new Scripted((_, _) => Json(Bundle(kid, 384, enabled: true)));
        await FaultAsync(KeyVaultFault.Refused, On(bundle).GetPublicKeyAsync("k", Cancel));
    }

    [Fact]
    public async Task A_list_of_versions_that_goes_on_at_another_host_is_not_followed()
    {
        var service = new Scripted((request, n) => n == 1
            ? Json(Bundle(Kid, 384, enabled: false))
            : Json("""{"value":[],"nextLink":"https://evil.vault.azure.net/keys/k/versions?$skiptoken=1"}"""));
        await FaultAsync(KeyVaultFault.Refused, On(service).GetPublicKeyAsync("k", Cancel));
        Assert.Equal(2, service.Sent.Count);
    }

    [Fact]
    public async Task A_public_key_that_is_too_short_is_refused()
    {
        var service = new Scripted((_, _) => Json(Bundle(Kid, 256, enabled: true)));
        await FaultAsync(KeyVaultFault.Refused, On(service).GetPublicKeyAsync("k", Cancel));
    }

    [Theory]
    [InlineData(500, 4)]
    [InlineData(503, 4)]
    [InlineData(418, 1)]
    public async Task An_answer_that_says_nothing_is_unavailable(int status, int tries)
    {
        var service = new Scripted((_, _) => new((HttpStatusCode)status));
        await FaultAsync(KeyVaultFault.Unavailable, On(service).SignAsync("k", new byte[32], "c", Cancel));
        Assert.Equal(tries, service.Sent.Count);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kid":1,"value":2}""")]
    [InlineData($$"""{"kid":"{{Kid}}","value":"!!"}""")]
    public async Task An_answer_that_makes_no_sense_is_a_fault_of_the_vault(string json)
    {
        var vault = On(new Scripted((_, _) => Json(json)));
        await Assert.ThrowsAsync<KeyVaultException>(() => vault.SignAsync("k", new byte[32], "c", Cancel));
        await Assert.ThrowsAsync<KeyVaultException>(() => vault.GetPublicKeyAsync("k", Cancel));
        await Assert.ThrowsAsync<KeyVaultException>(() => vault.UnwrapAsync(new("k", Version), new byte[384], "c", Cancel));
    }

    [Fact]
    public async Task A_credential_that_fails_is_unavailable_and_nothing_of_Azure()
    {
        credential.Fail = true;
        var service = new Scripted((_, _) => Unauthorized(Challenge));
        await FaultAsync(KeyVaultFault.Unavailable, On(service).SignAsync("k", new byte[32], "c", Cancel));
    }

    private IKeyVault On(Scripted service) =>
        new AzureAdapters(credential, Adapters.Transport(service)).KeyVault(new("https://practice.vault.azure.net"));

    private static async Task FaultAsync(KeyVaultFault expected, Task call) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<KeyVaultException>(() => call)).Fault);

    private static string Bundle(string kid, int modulus, bool enabled) => $$"""
        {
          "key": { "kid": "{{kid}}", "kty": "RSA", "n": "{{Convert.ToBase64String(new byte[modulus]).TrimEnd('=')}}", "e": "AQAB" },
          "attributes": { "enabled": {{(enabled ? "true" : "false")}}, "created": 1 }
        }
        """;

    private static HttpResponseMessage Unauthorized(string challenge) =>
        new(HttpStatusCode.Unauthorized) { Headers = { { "WWW-Authenticate", challenge } } };

    private static HttpResponseMessage Signature() =>
        Json($$"""{"kid":"{{Kid}}","value":"{{Convert.ToBase64String(new byte[64]).TrimEnd('=')}}"}""");

    private static HttpResponseMessage Json(string json) =>
        new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private sealed class CountingCredential : TokenCredential
    {
        private readonly List<TokenRequestContext> asked = [];

        public bool Fail { get; set; }

        public IReadOnlyList<TokenRequestContext> Asked => asked;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            asked.Add(requestContext);
            return Fail
                ? throw new InvalidOperationException("No identity here.")
                : new($"token-{asked.Count}", TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
