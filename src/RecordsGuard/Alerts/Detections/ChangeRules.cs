using System.Collections.Frozen;
using RecordsGuard.Alerts.ResourceLogs;

namespace RecordsGuard.Alerts.Detections;

/// <summary>What an operation of the Activity log means.</summary>
/// <param name="Always">What it is whatever it asked for; null if that depends.</param>
/// <param name="Unknown">What it is if nobody can see what it asked for.</param>
internal sealed record ChangeRule(Detection? Always, Detection? Unknown);

/// <summary>
/// The operations of the Activity log that reach records, keys or evidence, by their ARM names. All else is silent.
/// </summary>
internal static class ChangeRules
{
    private const string Storage = "microsoft.storage/storageaccounts/";
    private const string Vault = "microsoft.keyvault/";

    private static readonly FrozenDictionary<string, Detection> Fixed = new Dictionary<string, Detection>
    {
        [Storage + "delete"] = LogDetections.AccountDeleted,
        [Storage + "listkeys/action"] = LogDetections.KeysListed,
        [Storage + "regeneratekey/action"] = LogDetections.KeyRegenerated,
        [Storage + "listaccountsas/action"] = LogDetections.SasMade,
        [Storage + "listservicesas/action"] = LogDetections.SasMade,
        [Storage + "blobservices/generateuserdelegationkey/action"] = LogDetections.SasMade,
        [Storage + "restoreblobranges/action"] = LogDetections.StorageRestored,
        [Storage + "encryptionscopes/write"] = LogDetections.EncryptionChanged,
        [Storage + "managementpolicies/write"] = LogDetections.LifecycleChanged,
        [Storage + "managementpolicies/delete"] = LogDetections.LifecycleChanged,
        [Storage + "objectreplicationpolicies/write"] = LogDetections.ReplicationChanged,
        [Storage + "objectreplicationpolicies/delete"] = LogDetections.ReplicationChanged,
        [Storage + "localusers/write"] = LogDetections.LocalUser,
        [Storage + "localusers/listkeys/action"] = LogDetections.LocalUser,
        [Storage + "localusers/regeneratepassword/action"] = LogDetections.LocalUser,
        [Storage + "blobservices/containers/delete"] = LogDetections.ContainerDeleted,
        [Storage + "queueservices/queues/delete"] = LogDetections.ContainerDeleted,
        [Storage + "tableservices/tables/delete"] = LogDetections.ContainerDeleted,
        [Storage + "fileservices/shares/delete"] = LogDetections.ContainerDeleted,
        [Storage + "fileservices/shares/write"] = LogDetections.ShareWritten,
        [Storage + "blobservices/containers/immutabilitypolicies/write"] = LogDetections.ImmutabilityChanged,
        [Storage + "blobservices/containers/immutabilitypolicies/delete"] = LogDetections.ImmutabilityRemoved,
        [Storage + "blobservices/containers/clearlegalhold/action"] = LogDetections.ImmutabilityRemoved,
        [Vault + "vaults/delete"] = LogDetections.VaultDeleted,
        [Vault + "managedhsms/delete"] = LogDetections.VaultDeleted,
        [Vault + "locations/deletedvaults/purge/action"] = LogDetections.VaultPurged,
        [Vault + "locations/deletedmanagedhsms/purge/action"] = LogDetections.VaultPurged,
        [Vault + "vaults/accesspolicies/write"] = LogDetections.VaultAccessChanged,
        ["microsoft.insights/diagnosticsettings/delete"] = LogDetections.DiagnosticsDeleted,
        ["microsoft.aadiam/diagnosticsettings/delete"] = LogDetections.DiagnosticsDeleted,
        ["microsoft.insights/actiongroups/delete"] = LogDetections.AlertRouteDeleted,
        ["microsoft.insights/alertrules/delete"] = LogDetections.AlertRouteDeleted,
        ["microsoft.insights/metricalerts/delete"] = LogDetections.AlertRouteDeleted,
        ["microsoft.insights/activitylogalerts/delete"] = LogDetections.AlertRouteDeleted,
        ["microsoft.insights/scheduledqueryrules/delete"] = LogDetections.AlertRouteDeleted,
        ["microsoft.operationalinsights/workspaces/delete"] = LogDetections.AlertRouteDeleted,
        ["microsoft.dataprotection/backupvaults/backupinstances/delete"] = LogDetections.BackupRemoved,
        ["microsoft.authorization/elevateaccess/action"] = LogDetections.RoleElevated,
        ["microsoft.authorization/roledefinitions/write"] = LogDetections.RoleChanged,
        ["microsoft.authorization/locks/delete"] = LogDetections.LockDeleted,
        ["microsoft.resources/subscriptions/resourcegroups/delete"] = LogDetections.ResourceGroupDeleted,
    }.ToFrozenDictionary();

    /// <summary>What makes things stricter, or changes nothing.</summary>
    private static readonly string[] Harmless =
    [
        "/read", "/lock/action", "/extend/action", "/setlegalhold/action", "/list/action", "/checknameavailability/action",
    ];

    /// <summary>Reader and Monitoring Reader: nothing that is stored, no key.</summary>
    private static readonly HashSet<string> HarmlessRoles =
        ["acdd72a7-3385-48ef-bd42-f606fba81ae7", "43d0d8ad-25c7-4714-9337-8ba259a9fe05"];

    /// <param name="resource">The resource's id, in lower case.</param>
    /// <returns>Null if the operation is none of ours.</returns>
    public static ChangeRule? For(string operation, string resource)
    {
        var name = operation.ToLowerInvariant();
        if (name.LastIndexOf("/providers/", StringComparison.Ordinal) is var provider and >= 0)
        {
            name = name[(provider + "/providers/".Length)..];
        }

        if (Fixed.TryGetValue(name, out var detection))
        {
            return new(detection, null);
        }

        return name switch
        {
            "microsoft.insights/diagnosticsettings/write" or "microsoft.aadiam/diagnosticsettings/write" => new(null, LogDetections.DiagnosticsChanged),
            "microsoft.authorization/roleassignments/write" => new(null, LogDetections.RoleAssigned),
            "microsoft.authorization/policies/audit/action" or "microsoft.authorization/policies/auditifnotexists/action"
                when resource.Contains("/microsoft.storage/", StringComparison.Ordinal) || resource.Contains("/microsoft.keyvault/", StringComparison.Ordinal)
                => new(LogDetections.PolicyViolated, null),
            "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/delete" when resource.Contains("/storagecontainer;", StringComparison.Ordinal)
                => new(LogDetections.BackupRemoved, null),
            _ when name.StartsWith(Storage, StringComparison.Ordinal) => OfStorage(name),
            _ when name.StartsWith(Vault, StringComparison.Ordinal) => OfVault(name),
            _ => null,
        };
    }

    /// <summary>What the entry shows of the change; null if it does not show what was written.</summary>
    public static IReadOnlyList<Detection>? Shown(ChangeRule rule, LogEntry entry, string operation)
    {
        if (rule.Always is { } always)
        {
            return [always];
        }

        var body = entry.Has(LogField.RequestBody) ? entry[LogField.RequestBody] : entry[LogField.ResponseBody];
        return body.IsEmpty ? null
            : operation.EndsWith("diagnosticSettings/write", StringComparison.OrdinalIgnoreCase)
                ? WeakSettings.SwitchLogsOff(body) is { } off ? off ? [LogDetections.DiagnosticsWeakened] : [] : null
            : operation.EndsWith("roleAssignments/write", StringComparison.OrdinalIgnoreCase)
                ? WeakSettings.RoleIn(body) is { } role ? HarmlessRoles.Contains(role) ? [] : [LogDetections.RoleAssigned] : null
            : WeakSettings.In(body);
    }

    private static ChangeRule? OfStorage(string name) => name switch
    {
        _ when name.EndsWith("/manageownership/action", StringComparison.Ordinal) || name.EndsWith("/modifypermissions/action", StringComparison.Ordinal)
            => new(LogDetections.PermissionsChanged, null),
        _ when Array.Exists(Harmless, h => name.EndsWith(h, StringComparison.Ordinal)) => null,
        Storage + "blobservices/containers/write" => new(null, LogDetections.ContainerChanged),
        _ => new(null, LogDetections.AccountChanged),
    };

    /// <summary>What is in a vault has ARM names too; they mean what the vault's own names mean.</summary>
    private static ChangeRule? OfVault(string name)
    {
        var parts = name.Split('/');
        return parts switch
        {
            [_, _, "keys", .., "read"] => new(LogDetections.VaultLook, null),
            [_, _, "keys", .., "delete"] => new(LogDetections.VaultKeyDeleted, null),
            [_, _, "keys", .., "purge", _] => new(LogDetections.VaultKeyPurged, null),
            [_, _, "keys", .., "backup" or "restore" or "import" or "release", _] => new(LogDetections.VaultKeyCopied, null),
            [_, _, "keys", .., "encrypt" or "decrypt" or "wrap" or "unwrap" or "sign" or "verify", _] => new(LogDetections.VaultKeyUsed, null),
            [_, _, "keys", ..] => new(LogDetections.VaultKeyChanged, null),
            [_, _, "secrets" or "certificates", .., "read"] or [_, _, "secrets" or "certificates", .., "getsecret" or "recover" or "backup", _]
                => new(LogDetections.VaultSecretRead, null),
            [_, _, "secrets" or "certificates" or "certificatecas" or "certificatecontacts", ..] => new(LogDetections.VaultSecretChanged, null),
            [.., "read"] => null,
            [_, "vaults" or "managedhsms", ..] => new(null, LogDetections.VaultChanged),
            _ => null,
        };
    }
}
