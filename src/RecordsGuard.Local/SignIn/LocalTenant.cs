using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecordsGuard.Local.SignIn;

/// <summary>
/// What Entra ID would be on one machine: issues tokens to people (v2.0 shape) and to the app's managed identity
/// (v1.0 shape, as Azure's own resources get them), and validates both. One RS256 key signs for every tenant, as in
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
        var issued = time.GetUtcNow() - (variation.Expired ? 2 * Lifetime : TimeSpan.Zero);
        return Create(variation.Unsigned, new()
        {
            ["aud"] = variation.Audience,
            ["iss"] = Issuer(person.TenantId),
            ["iat"] = issued.ToUnixTimeSeconds(),
            ["nbf"] = issued.ToUnixTimeSeconds(),
            ["exp"] = (issued + Lifetime).ToUnixTimeSeconds(),
            ["azp"] = LocalIdentities.Console.ToString("D"),
            ["azpacr"] = "0",
            ["name"] = person.Name,
            ["oid"] = person.ObjectId.ToString("D"),
            ["preferred_username"] = $"{person.Name}@{person.TenantId:D}.localhost",
            ["roles"] = person.Roles.ToArray(),
            ["scp"] = "user_impersonation",
            ["sub"] = Subject(person.ObjectId, variation.Audience),
            ["tid"] = person.TenantId.ToString("D"),
            ["uti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
            ["ver"] = "2.0",
        });
    }

    /// <param name="resource">Becomes the audience, exactly as asked for.</param>
    public string IssueTo(LocalIdentity identity, string resource) => IssueTo(identity, resource, out _);

    public string IssueTo(LocalIdentity identity, string resource, out DateTimeOffset expires)
    {
        var issued = time.GetUtcNow();
        expires = issued + Lifetime;
        return Create(unsigned: false, new()
        {
            ["aud"] = resource,
            ["iss"] = StsIssuer(LocalTenants.DemoPractice),
            ["iat"] = issued.ToUnixTimeSeconds(),
            ["nbf"] = issued.ToUnixTimeSeconds(),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["appid"] = identity.ApplicationId.ToString("D"),
            ["appidacr"] = "2",
            ["idp"] = StsIssuer(LocalTenants.DemoPractice),
            ["idtyp"] = "app",
            ["oid"] = identity.ObjectId.ToString("D"),
            ["sub"] = identity.ObjectId.ToString("D"),
            ["tid"] = LocalTenants.DemoPractice.ToString("D"),
            ["uti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
            ["ver"] = "1.0",
            ["xms_mirid"] = identity.ResourceId,
        });
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

    private static string StsIssuer(Guid tenant) => $"https://sts.windows.net/{tenant:D}/";

    /// <summary>Entra's <c>sub</c> differs by application, for the same person.</summary>
    private static string Subject(Guid person, string audience) =>
        Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{person:D}|{audience}")));

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
                && (issuer == Issuer(t) || issuer == StsIssuer(t)))
                ? issuer
                : throw new SecurityTokenInvalidIssuerException("not one of ours"),
    };

    private string Create(bool unsigned, Dictionary<string, object> claims) => handler.CreateToken(
        new SecurityTokenDescriptor { Claims = claims, SigningCredentials = unsigned ? null : credentials });
}
