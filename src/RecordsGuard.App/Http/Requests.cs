using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>Reading requests: who asks, and small JSON bodies.</summary>
internal static class Requests
{
    public const int MaxJsonBytes = 64 * 1024;

    /// <summary>Null if the token does not say which person of which tenant it is.</summary>
    public static Caller? Caller(this HttpContext http)
    {
        var user = http.User;
        if (!Guid.TryParse(user.FindFirst("tid")?.Value, out var tenant) || !Guid.TryParse(user.FindFirst("oid")?.Value, out var person)
            || person == Guid.Empty) // nobody: what uploads through the inbox are by
        {
            return null;
        }

        var name = user.FindFirst("preferred_username")?.Value ?? "";
        var tokenId = user.FindFirst("uti")?.Value ?? "";
        return new(
            new PersonId(tenant, person), name.Split('@')[0],
            [.. user.FindAll("roles").Select(c => c.Value)],
            AuditEntry.IsPlain(tokenId) ? tokenId : "");
    }

    /// <exception cref="JsonException">Not an object of this shape.</exception>
    /// <exception cref="BadHttpRequestException">Over <see cref="MaxJsonBytes"/>.</exception>
    public static async Task<T> ReadAsync<T>(this HttpContext http, JsonTypeInfo<T> shape)
    {
        await using var body = LimitedStream.Of(http.Request, MaxJsonBytes, "Send less at a time.");
        return await JsonSerializer.DeserializeAsync(body, shape, http.RequestAborted)
            ?? throw new JsonException("An empty body.");
    }
}
