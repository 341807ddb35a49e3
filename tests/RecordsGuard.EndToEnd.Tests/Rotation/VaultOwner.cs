using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RecordsGuard.Azure;

namespace RecordsGuard.EndToEnd.Tests.Rotation;

/// <summary>Somebody with a role on the vault and a plain HTTP client: no code of ours.</summary>
internal sealed class VaultOwner(JsonElement services, string token)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<VaultOwner> SignInAsync(HttpClient local)
    {
        using var services = JsonDocument.Parse(await local.GetStringAsync("/.local/services", Stop));
        return new(
            services.RootElement.Clone(),
            await local.GetStringAsync("/.local/token?person=owner-1&audience=https://vault.localhost", Stop));
    }

    /// <param name="key">The version's address, as an export names it.</param>
    /// <param name="wrapped">Base64url.</param>
    /// <returns>The key's bytes.</returns>
    public async Task<byte[]> UnwrapAsync(string key, string wrapped)
    {
        var answer = await SendAsync(HttpMethod.Post, $"{key}/unwrapkey", $$"""{"alg":"RSA-OAEP-256","value":"{{wrapped}}"}""");
        return Base64Url.DecodeFromChars(answer.GetProperty("value").GetString());
    }

    /// <summary>The enabled versions of a key.</summary>
    public async Task<List<string>> EnabledAsync(string name) =>
    [
        .. (await SendAsync(HttpMethod.Get, $"{services.GetProperty("vault").GetString()}/keys/{name}/versions", null))
            .GetProperty("value").EnumerateArray()
            .Where(v => v.GetProperty("attributes").GetProperty("enabled").GetBoolean())
            .Select(v => v.GetProperty("kid").GetString()!.Split('/')[^1]),
    ];

    private async Task<JsonElement> SendAsync(HttpMethod method, string address, string? json)
    {
        using var vault = new HttpClient(LoopbackTransport.CreateHandler(services.GetProperty("authorityFile").GetString()));
        using var request = new HttpRequestMessage(method, $"{address}?api-version=7.4");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await vault.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        using var parsed = JsonDocument.Parse(text);
        return parsed.RootElement.Clone();
    }
}
