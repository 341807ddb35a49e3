using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecordsGuard.Local.SignIn;

/// <summary>
/// What Entra ID would be on one machine: issues tokens to people and to the app's managed identity, and validates
/// them. One RS256 key signs for every tenant, as in
/// Entra ID, so that a token is worth only what its <c>iss</c> and <c>tid</c> say. Safe for concurrent use.
/// </summary>
internal sealed class LocalTenant
{
    public const string AppAudience = "api://recordsguard";

    private const int RememberedTokens = 1_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<string, LocalToken> remembered = new(StringComparer.Ordinal);
    private readonly SigningCredentials credentials;
    private readonly TimeProvider time;

    private LocalTenant(RsaSecurityKey key, Uri host, TimeProvider time)
    {
        credentials = new(key, SecurityAlgorithms.RsaSha256);
        Host = new(host, "/");
        this.time = time;
    }

    /// <summary>The Functions host's address, under whose <c>/.local/</c> this tenant is served.</summary>
    public Uri Host { get; }

    /// <summary>With <c>{tenantid}</c> to be replaced, as Entra ID's multi-tenant discovery document has it.</summary>
    public string IssuerTemplate => $"{Host}.local/{{tenantid}}/v2.0";

    /// <summary>The public half of the signing key.</summary>
    public JsonWebKey SigningKey
    {
        get
        {
            var key = (RsaSecurityKey)credentials.Key;
            return new()
            {
                Kty = "RSA",
                Use = "sig",
                Kid = key.KeyId,
                N = Base64UrlEncoder.Encode(key.Parameters.Modulus!),
                E = Base64UrlEncoder.Encode(key.Parameters.Exponent!),
            };
        }
    }

    /// <param name="folder">Keeps the signing key, so that tokens outlive a restart.</param>
    /// <param name="host">Such as <c>http://127.0.0.1:7071</c>.</param>
    public static LocalTenant Load(DirectoryInfo folder, Uri host, TimeProvider time)
    {
        PrivateFile.CreateFolder(folder.FullName);
        string path = Path.Combine(folder.FullName, "signing-key.pkcs8");
        using var rsa = RSA.Create(2048);
        if (File.Exists(path))
        {
            rsa.ImportPkcs8PrivateKey(File.ReadAllBytes(path), out _);
        }
        else
        {
            PrivateFile.Write(path, rsa.ExportPkcs8PrivateKey());
        }

        // From parameters, not from the RSA object: every signature provider then has an object of its own, and RSA
        // objects are not safe for concurrent use.
        var key = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: true));
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return new(key, host, time);
    }

    public string Issuer(Guid tenant) => $"{Host}.local/{tenant:D}/v2.0";

    public string IssueTo(LocalPerson person, LocalTokenVariation? variation = null)
    {
        variation ??= LocalTokenVariation.None;
        string audience = variation.Audience;
        var issued = time.GetUtcNow() - (variation.Expired ? 2 * Lifetime : TimeSpan.Zero);
        var (claims, issuer) = LocalClaims.IsAzureResource(audience)
            ? (LocalClaims.ForAzure(person), LocalClaims.StsIssuer(person.TenantId))
            : (LocalClaims.ForApi(person), Issuer(person.TenantId));
        return Create(
            LocalClaims.Complete(claims, issuer, audience, issued, issued + Lifetime), variation.Unsigned);
    }

    /// <param name="resource">Becomes the audience, exactly as asked for.</param>
    public string IssueTo(LocalIdentity identity, string resource) => IssueTo(identity, resource, out _);

    public string IssueTo(LocalIdentity identity, string resource, out DateTimeOffset expires)
    {
        var issued = time.GetUtcNow();
        expires = issued + Lifetime;
        string issuer = LocalClaims.StsIssuer(LocalTenants.DemoPractice);
        return Create(
            LocalClaims.Complete(LocalClaims.ForAzure(identity), issuer, resource, issued, expires), unsigned: false);
    }

    /// <summary>Checks signature, issuer (of the tenant that the token names), audience and life time.</summary>
    /// <param name="audiences">Any of which will do, compared exactly.</param>
    public async ValueTask<LocalTokenCheck> ValidateAsync(string token, params string[] audiences)
    {
        if (!remembered.TryGetValue(token, out var known))
        {
            var result = await handler.ValidateTokenAsync(token, Parameters());
            if (!result.IsValid)
            {
                return new LocalTokenCheck.Refused(result.Exception switch
                {
                    SecurityTokenInvalidLifetimeException => "The token is expired or not yet valid.",
                    SecurityTokenInvalidIssuerException => "The token's issuer is not one of ours.",
                    _ => "The token is malformed or its signature is not valid.",
                });
            }

            known = Read((JsonWebToken)result.SecurityToken);
            if (remembered.Count >= RememberedTokens)
            {
                remembered.Clear();
            }

            remembered[token] = known;
        }

        if (known.ExpiresAt <= time.GetUtcNow())
        {
            return new LocalTokenCheck.Refused("The token is expired or not yet valid.");
        }

        return audiences.Contains(known.Audience, StringComparer.Ordinal)
            ? new LocalTokenCheck.Valid(known)
            : new LocalTokenCheck.Refused($"The token's audience is not {string.Join(" or ", audiences)}.");
    }

    private static LocalToken Read(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var claims = payload.RootElement.Clone().EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        string? Text(string name) => claims.TryGetValue(name, out var value) ? value.GetString() : null;
        return new(
            Guid.Parse(Text("oid")!),
            Guid.Parse(Text("tid")!),
            Text("appid") ?? Text("azp"),
            Text("aud")!,
            DateTimeOffset.FromUnixTimeSeconds(claims["exp"].GetInt64()),
            Text("idtyp") == "app",
            claims.TryGetValue("roles", out var roles) ? [.. roles.EnumerateArray().Select(r => r.GetString()!)] : [],
            claims);
    }

    private TokenValidationParameters Parameters() => new()
    {
        IssuerSigningKey = credentials.Key,
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        // Which one it must be is compared at every look, remembered or not.
        AudienceValidator = (audiences, _, _) => audiences.Count() == 1,
        LifetimeValidator = (from, until, _, _) =>
            from <= time.GetUtcNow().UtcDateTime && until > time.GetUtcNow().UtcDateTime,
        IssuerValidator = (issuer, token, _) =>
            LocalTenants.All.Any(t => ((JsonWebToken)token).TryGetPayloadValue("tid", out string tid)
                && tid == t.ToString("D")
                && (issuer == Issuer(t) || issuer == LocalClaims.StsIssuer(t)))
                ? issuer
                : throw new SecurityTokenInvalidIssuerException("not one of ours"),
    };

    private string Create(Dictionary<string, object> claims, bool unsigned) => handler.CreateToken(
        new SecurityTokenDescriptor { Claims = claims, SigningCredentials = unsigned ? null : credentials });
}
