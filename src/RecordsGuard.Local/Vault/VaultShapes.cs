using System.Text.Json.Serialization;

namespace RecordsGuard.Local.Vault;

// The JSON of the Key Vault REST API, data plane, Keys. Binary values are unpadded base64url, times unix seconds.
internal sealed record KeyBundleShape(JwkShape Key, AttributesShape Attributes, IReadOnlyDictionary<string, string>? Tags)
{
    public string? RecoveryId { get; init; }

    public long? DeletedDate { get; init; }

    public long? ScheduledPurgeDate { get; init; }
}

internal sealed record JwkShape(
    string Kid,
    string Kty,
    [property: JsonPropertyName("key_ops")] IReadOnlyList<string> Operations,
    string? N,
    string? E,
    string? Crv,
    string? X,
    string? Y);

internal sealed record AttributesShape(
    bool? Enabled,
    [property: JsonPropertyName("nbf")] long? NotBefore,
    [property: JsonPropertyName("exp")] long? Expires,
    long? Created,
    long? Updated,
    string? RecoveryLevel,
    int? RecoverableDays,
    bool? Exportable);

internal sealed record KeyItemShape(string Kid, AttributesShape Attributes, IReadOnlyDictionary<string, string>? Tags)
{
    public string? RecoveryId { get; init; }

    public long? DeletedDate { get; init; }

    public long? ScheduledPurgeDate { get; init; }
}

internal sealed record KeyListShape(
    IReadOnlyList<KeyItemShape> Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextLink);

internal sealed record CreateShape(
    string? Kty,
    [property: JsonPropertyName("key_size")] int? KeySize,
    string? Crv,
    [property: JsonPropertyName("key_ops")] IReadOnlyList<string>? Operations,
    AttributesShape? Attributes,
    IReadOnlyDictionary<string, string>? Tags);

internal sealed record UpdateShape(
    [property: JsonPropertyName("key_ops")] IReadOnlyList<string>? Operations,
    AttributesShape? Attributes,
    IReadOnlyDictionary<string, string>? Tags);

/// <summary>Of every cryptographic operation; <c>digest</c> of verify only.</summary>
internal sealed record OperationShape(string? Alg, string? Value, string? Digest);

internal sealed record OperationResultShape(string Kid, string Value);

internal sealed record VerifyResultShape(bool Value);

internal sealed record PolicyShape(
    string? Id, IReadOnlyList<LifetimeActionShape>? LifetimeActions, PolicyAttributesShape? Attributes);

internal sealed record PolicyAttributesShape(string? ExpiryTime, long? Created, long? Updated);

internal sealed record LifetimeActionShape(TriggerShape? Trigger, ActionShape? Action);

internal sealed record TriggerShape(string? TimeAfterCreate, string? TimeBeforeExpiry);

internal sealed record ActionShape(string? Type);

internal sealed record ErrorShape(ErrorDetailShape Error);

internal sealed record ErrorDetailShape(
    string Code, string Message, [property: JsonPropertyName("innererror")] InnerErrorShape? Inner);

internal sealed record InnerErrorShape(string Code);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyBundleShape))]
[JsonSerializable(typeof(KeyListShape))]
[JsonSerializable(typeof(CreateShape))]
[JsonSerializable(typeof(UpdateShape))]
[JsonSerializable(typeof(OperationShape))]
[JsonSerializable(typeof(OperationResultShape))]
[JsonSerializable(typeof(VerifyResultShape))]
[JsonSerializable(typeof(PolicyShape))]
[JsonSerializable(typeof(ErrorShape))]
internal sealed partial class VaultJson : JsonSerializerContext;
