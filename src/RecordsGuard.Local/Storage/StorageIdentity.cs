using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.Local.Storage;

/// <summary>Who asked, as Azure's resource logs tell it. Read from the request only: whether it is true, Azurite decides.</summary>
/// <param name="Type">OAuth, SAS, DelegationSas, AccountKey or Anonymous.</param>
/// <param name="TokenHash">For keys and SAS; null when no key of ours was used.</param>
internal sealed record StorageIdentity(string Type, string? TokenHash, StorageIdentity.Person? Requester)
{
    /// <summary>The claims of a token; each is null if the token lacks it.</summary>
    public sealed record Person(
        string? ObjectId, string? AppId, string? TenantId, string? Audience, string? TokenIssuer, string? Upn);

    /// <param name="authenticated">False if the service refused the signature: then no key of ours made it.</param>
    public static StorageIdentity Of(StorageRequest request, StorageAccounts accounts, bool authenticated)
    {
        var key = authenticated && accounts.Contains(request.Account) ? $"key1({accounts.Fingerprint(request.Account)})" : null;
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return new("OAuth", null, Claims(authorization["Bearer ".Length..].Trim()));
        }

        if (authorization.StartsWith("SharedKey", StringComparison.OrdinalIgnoreCase))
        {
            return new("AccountKey", key, null);
        }

        if ((string?)request.Query["sig"] is { } signature)
        {
            var hash = $"SasSignature({Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(signature)))})";
            return request.Query.ContainsKey("skoid")
                ? new("DelegationSas", hash, null)
                : new("SAS", key is null ? hash : $"{key},{hash}", null);
        }

        return new("Anonymous", null, null);
    }

    private static Person? Claims(string token)
    {
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            var root = claims.RootElement;
            return new(
                Text(root, "oid"), Text(root, "appid") ?? Text(root, "azp"), Text(root, "tid"), Text(root, "aud"),
                Text(root, "iss"), Text(root, "upn"));
        }
        catch (Exception e) when (e is FormatException or JsonException or IndexOutOfRangeException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
