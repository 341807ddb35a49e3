using RecordsGuard.Local.Rights;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Vault;

/// <summary>What a local vault is made of.</summary>
internal sealed record LocalVaultOptions
{
    public const int DefaultSoftDeleteDays = 90;

    /// <summary>The loopback port; the vault is then <c>https://local.vault.localhost:{Port}</c>.</summary>
    public required int Port { get; init; }

    public required LocalCertificates Certificates { get; init; }

    /// <summary>Where keys are kept, private halves included, in files of their owner only.</summary>
    public required DirectoryInfo Folder { get; init; }

    /// <summary>Whose tokens the vault takes.</summary>
    public required LocalTenant Tenant { get; init; }

    public required TimeProvider Time { get; init; }

    public required FaultPoints Faults { get; init; }

    public required ResourceLogWriter ResourceLogs { get; init; }

    /// <summary>Who may do what; null: every app everything, and the owner as the vault's administrator. Everyone else gets 403.</summary>
    public LocalRights? Rights { get; init; }

    /// <summary>7 to 90.</summary>
    public int SoftDeleteDays { get; init; } = DefaultSoftDeleteDays;

    /// <summary>On, a deleted key is purged only when its days are over, as in production; off, tests can purge.</summary>
    public bool PurgeProtection { get; init; }
}
