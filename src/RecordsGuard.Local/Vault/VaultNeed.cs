namespace RecordsGuard.Local.Vault;

/// <summary>The data action that Key Vault asks for, and on what. Source: Azure's list of Microsoft.KeyVault data actions.</summary>
internal static class VaultNeed
{
    private const string Vaults = "Microsoft.KeyVault/vaults";
    private const string Keys = Vaults + "/keys";

    public static (string Action, string Resource) Of(VaultRoute route) => (Action(route.Operation), route.Operation switch
    {
        VaultOperation.KeyList or VaultOperation.KeyListDeleted => LocalResourceIds.Vault,
        _ => $"{LocalResourceIds.Vault}/KEYS/{route.Name}",
    });

    private static string Action(VaultOperation operation) => operation switch
    {
        VaultOperation.KeyGet or VaultOperation.KeyList or VaultOperation.KeyListVersions or VaultOperation.KeyGetDeleted
            or VaultOperation.KeyListDeleted => Keys + "/read",
        VaultOperation.KeyCreate => Keys + "/create/action",
        VaultOperation.KeyUpdate => Keys + "/update/action",
        VaultOperation.KeyRotate => Keys + "/rotate/action",
        VaultOperation.KeyRotationPolicyGet => Vaults + "/keyrotationpolicies/read",
        VaultOperation.KeyRotationPolicySet => Vaults + "/keyrotationpolicies/write",
        VaultOperation.KeyWrap => Keys + "/wrap/action",
        VaultOperation.KeyUnwrap => Keys + "/unwrap/action",
        VaultOperation.KeyEncrypt => Keys + "/encrypt/action",
        VaultOperation.KeyDecrypt => Keys + "/decrypt/action",
        VaultOperation.KeySign => Keys + "/sign/action",
        VaultOperation.KeyVerify => Keys + "/verify/action",
        VaultOperation.KeyDelete => Keys + "/delete",
        VaultOperation.KeyRecover => Keys + "/recover/action",
        VaultOperation.KeyPurge => Keys + "/purge/action",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
