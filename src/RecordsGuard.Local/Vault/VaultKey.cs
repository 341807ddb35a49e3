using System.Text.Json.Serialization;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// A key by name: its versions (the last is the current one), and whether it is soft-deleted. Immutable; what
/// <c>key.json</c> in the key's folder holds.
/// </summary>
/// <param name="Versions">Never empty; oldest first.</param>
internal sealed record VaultKey(
    string Name, IReadOnlyList<VaultKeyVersion> Versions, VaultRotationPolicy? Policy, VaultKeyDeletion? Deleted)
{
    [JsonIgnore]
    public VaultKeyVersion Current => Versions[^1];

    /// <param name="version">The current one if null.</param>
    public VaultKeyVersion? Find(string? version) => version is null
        ? Current
        : Versions.FirstOrDefault(v => string.Equals(v.Version, version, StringComparison.OrdinalIgnoreCase));

    public VaultKey With(VaultKeyVersion changed) =>
        this with { Versions = [.. Versions.Select(v => v.Version == changed.Version ? changed : v)] };
}

/// <summary>One version of a key. Times are unix seconds; the material has a file of its own.</summary>
internal sealed record VaultKeyVersion(
    string Version,
    string Kty,
    int? KeySize,
    string? Curve,
    IReadOnlyList<string> Operations,
    bool Enabled,
    long? NotBefore,
    long? Expires,
    long Created,
    long Updated,
    IReadOnlyDictionary<string, string>? Tags)
{
    [JsonIgnore]
    public VaultKeyMaterial Material { get; init; } = null!;
}

internal sealed record VaultKeyDeletion(long At, long ScheduledPurge);

internal sealed record VaultRotationPolicy(
    IReadOnlyList<VaultLifetimeAction> LifetimeActions, string? ExpiryTime, long Created, long Updated);

/// <summary>ISO 8601 durations, exactly one of the two.</summary>
internal sealed record VaultLifetimeAction(string Type, string? TimeAfterCreate, string? TimeBeforeExpiry);

[JsonSerializable(typeof(VaultKey))]
internal sealed partial class VaultKeyJson : JsonSerializerContext;
