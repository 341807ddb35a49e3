using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace RecordsGuard.Local.SignIn;

/// <summary>
/// The claims that Entra ID puts into tokens. Our own API gets v2.0 tokens; Azure's resources (an audience that is an
/// https URL) get v1.0 tokens, whose issuer is sts.windows.net and which name the client <c>appid</c>, not <c>azp</c>.
/// </summary>
internal static class LocalClaims
{
    public static bool IsAzureResource(string audience) => audience.StartsWith("https://", StringComparison.Ordinal);

    public static string StsIssuer(Guid tenant) => $"https://sts.windows.net/{tenant:D}/";

    /// <summary>A person's, at our own API.</summary>
    public static Dictionary<string, object> ForApi(LocalPerson person) => new()
    {
        ["azp"] = LocalIdentities.Console.ToString("D"),
        ["azpacr"] = "0",
        ["name"] = person.Name,
        ["oid"] = person.ObjectId.ToString("D"),
        ["preferred_username"] = person.UserName,
        ["roles"] = person.Roles.ToArray(),
        ["scp"] = "user_impersonation",
        ["tid"] = person.TenantId.ToString("D"),
        ["ver"] = "2.0",
    };

    /// <summary>A person's, at storage or the vault: no app roles, those belong to our API.</summary>
    public static Dictionary<string, object> ForAzure(LocalPerson person) => new()
    {
        ["appid"] = LocalIdentities.Console.ToString("D"),
        ["appidacr"] = "0",
        ["idp"] = StsIssuer(person.TenantId),
        ["idtyp"] = "user",
        ["name"] = person.Name,
        ["oid"] = person.ObjectId.ToString("D"),
        ["scp"] = "user_impersonation",
        ["tid"] = person.TenantId.ToString("D"),
        ["unique_name"] = person.UserName,
        ["upn"] = person.UserName,
        ["ver"] = "1.0",
    };

    /// <summary>A managed identity's.</summary>
    public static Dictionary<string, object> ForAzure(LocalIdentity identity) => new()
    {
        ["appid"] = identity.ApplicationId.ToString("D"),
        ["appidacr"] = "2",
        ["idp"] = StsIssuer(LocalTenants.DemoPractice),
        ["idtyp"] = "app",
        ["oid"] = identity.ObjectId.ToString("D"),
        ["tid"] = LocalTenants.DemoPractice.ToString("D"),
        ["ver"] = "1.0",
        ["xms_mirid"] = identity.ResourceId,
    };

    /// <summary>What every token has. <c>sub</c> differs by application for the same person.</summary>
    public static Dictionary<string, object> Complete(
        Dictionary<string, object> claims, string issuer, string audience, DateTimeOffset issued, DateTimeOffset expires)
    {
        claims["iss"] = issuer;
        claims["aud"] = audience;
        claims["iat"] = issued.ToUnixTimeSeconds();
        claims["nbf"] = issued.ToUnixTimeSeconds();
        claims["exp"] = expires.ToUnixTimeSeconds();
        claims["uti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16));
        claims["sub"] = claims.ContainsKey("xms_mirid")
            ? claims["oid"]
            : Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{claims["oid"]}|{audience}")));
        return claims;
    }
}
