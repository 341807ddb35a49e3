namespace RecordsGuard.Local.Vault;

/// <summary>From keys to the JSON that describes them; never private material.</summary>
internal sealed class VaultBundles(VaultAddress address, LocalVaultOptions options)
{
    /// <summary>"Purgeable" says that callers may purge; "Customized", that days were chosen.</summary>
    private readonly string recoveryLevel =
        (options.SoftDeleteDays < LocalVaultOptions.DefaultSoftDeleteDays ? "CustomizedRecoverable" : "Recoverable")
        + (options.PurgeProtection ? "" : "+Purgeable");

    public VaultAnswer Answer(VaultKey key, VaultKeyVersion version)
    {
        string kid = address.Key(key.Name, version.Version);
        var open = version.Material.Public;
        var jwk = new JwkShape(
            kid, version.Kty, version.Operations, open.N, open.E, version.Curve, open.X, open.Y);
        var bundle = new KeyBundleShape(jwk, Attributes(version), version.Tags)
        {
            RecoveryId = key.Deleted is null ? null : address.Deleted(key.Name),
            DeletedDate = key.Deleted?.At,
            ScheduledPurgeDate = key.Deleted?.ScheduledPurge,
        };
        return VaultAnswer.Ok(bundle, VaultJson.Default.KeyBundleShape, kid);
    }

    /// <param name="version">Null in lists of keys, which name no version.</param>
    public KeyItemShape Item(VaultKey key, VaultKeyVersion? version) => new(
        address.Key(key.Name, version?.Version), Attributes(version ?? key.Current), (version ?? key.Current).Tags)
    {
        RecoveryId = key.Deleted is null ? null : address.Deleted(key.Name),
        DeletedDate = key.Deleted?.At,
        ScheduledPurgeDate = key.Deleted?.ScheduledPurge,
    };

    private AttributesShape Attributes(VaultKeyVersion version) => new(
        version.Enabled,
        version.NotBefore,
        version.Expires,
        version.Created,
        version.Updated,
        recoveryLevel,
        options.SoftDeleteDays,
        Exportable: false);
}
