using System.Buffers.Text;
using System.Text;
using Azure.Core;

namespace RecordsGuard.Azure.Tests;

/// <summary>
/// A token as Entra ID would issue one for storage. Azurite (<c>--oauth basic</c>) checks everything but the signature.
/// </summary>
public sealed class LocalToken(Guid objectId, string audience = "https://storage.azure.com", string? upn = null) : TokenCredential
{
    public static readonly Guid Tenant = Guid.Parse("11111111-2222-4333-8444-555555555555");
    public static readonly Guid App = Guid.Parse("66666666-7777-4888-8999-aaaaaaaaaaaa");

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var expires = now.AddHours(1);
        var user = upn is null ? "" : $$""","upn":"{{upn}}" """;
        var claims = $$"""
            {"aud":"{{audience}}","iss":"https://sts.windows.net/{{Tenant}}/","iat":{{now.AddMinutes(-1).ToUnixTimeSeconds()}},
            "nbf":{{now.AddMinutes(-1).ToUnixTimeSeconds()}},"exp":{{expires.ToUnixTimeSeconds()}},
            "oid":"{{objectId}}","appid":"{{App}}","tid":"{{Tenant}}"{{user}}}
            """;
        return new($"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims)}.{Encode("unchecked")}", expires);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
