using System.Text.Json.Serialization;

namespace RecordsGuard.Local.SignIn;

internal sealed record PersonShape(string Name, Guid Oid, Guid Tenant, IReadOnlyList<string> Roles);

/// <summary>OpenID Connect discovery 1.0, the part of it that Entra ID's document and API clients share.</summary>
internal sealed record DiscoveryShape(
    [property: JsonPropertyName("issuer")] string Issuer,
    [property: JsonPropertyName("authorization_endpoint")] string AuthorizationEndpoint,
    [property: JsonPropertyName("token_endpoint")] string TokenEndpoint,
    [property: JsonPropertyName("jwks_uri")] string KeysUri,
    [property: JsonPropertyName("response_types_supported")] IReadOnlyList<string> ResponseTypes,
    [property: JsonPropertyName("subject_types_supported")] IReadOnlyList<string> SubjectTypes,
    [property: JsonPropertyName("id_token_signing_alg_values_supported")] IReadOnlyList<string> Algorithms);

internal sealed record KeySetShape(IReadOnlyList<KeyShape> Keys);

internal sealed record KeyShape(string Kty, string Use, string Kid, string N, string E, string Issuer);

/// <summary>What App Service's identity endpoint answers: every value is a string.</summary>
internal sealed record IdentityTokenShape(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_on")] string ExpiresOn,
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("client_id")] string ClientId);

internal sealed record IdentityErrorShape(int StatusCode, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<PersonShape>))]
[JsonSerializable(typeof(DiscoveryShape))]
[JsonSerializable(typeof(KeySetShape))]
[JsonSerializable(typeof(IdentityTokenShape))]
[JsonSerializable(typeof(IdentityErrorShape))]
internal sealed partial class SignInJson : JsonSerializerContext;
