using System.Text;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure;

/// <summary>
/// What a vault asks for in <c>WWW-Authenticate: Bearer authorization="https://…/{tenant}", resource="https://…"</c>.
/// </summary>
/// <param name="Claims">Of a continuous access evaluation challenge (<c>error="insufficient_claims"</c>), decoded.</param>
internal sealed record VaultChallenge(string? TenantId, string? Scope, string? Claims)
{
    /// <summary>Null if the header holds no Bearer challenge.</summary>
    public static VaultChallenge? Parse(string header)
    {
        var parameters = BearerParameters(header);
        if (parameters is null)
        {
            return null;
        }

        var tenant = parameters.GetValueOrDefault("authorization") ?? parameters.GetValueOrDefault("authorization_uri");
        var resource = parameters.GetValueOrDefault("resource");
        var scope = resource is null ? parameters.GetValueOrDefault("scope") : $"{resource.TrimEnd('/')}/.default";
        return new(
            Uri.TryCreate(tenant, UriKind.Absolute, out var authority) ? authority.AbsolutePath.Split('/') is [_, var id, ..] ? id : null : null,
            scope,
            parameters.GetValueOrDefault("error") == "insufficient_claims" ? Decode(parameters.GetValueOrDefault("claims")) : null);
    }

    /// <summary>
    /// A token is only given to a host of the resource it is for. Without this, whoever answers in the vault's place
    /// could name any resource and receive a token that opens it.
    /// </summary>
    /// <exception cref="KeyVaultException">The resource is another's.</exception>
    public void RequireHost(string requestHost)
    {
        if (!Uri.TryCreate(Scope, UriKind.Absolute, out var resource) || resource.Scheme != Uri.UriSchemeHttps
            || !requestHost.EndsWith($".{resource.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new KeyVaultException(KeyVaultFault.Refused, "The vault asks for a token for a resource that is not its own.");
        }
    }

    private static Dictionary<string, string>? BearerParameters(string header)
    {
        const string scheme = "Bearer ";
        var start = header.IndexOf(scheme, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = header.AsSpan(start + scheme.Length);
        while (rest.IndexOf('=') is var equals and > 0)
        {
            var name = rest[..equals].Trim(" ,").ToString();
            if (name.Contains(' ', StringComparison.Ordinal))
            {
                break; // the next scheme's name: another challenge begins
            }

            rest = rest[(equals + 1)..];
            var quoted = rest is ['"', ..];
            rest = quoted ? rest[1..] : rest;
            var end = rest.IndexOfAny(quoted ? "\"" : ", ");
            found.TryAdd(name, (end < 0 ? rest : rest[..end]).ToString());
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return found;
    }

    private static string? Decode(string? claims)
    {
        try
        {
            return claims is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(claims.PadRight((claims.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
