using RecordsGuard.Alerts.ResourceLogs;

namespace RecordsGuard.Alerts.Detections;

/// <summary>Requests to Key Vault and Managed HSM: allowed, or told.</summary>
internal static class VaultRules
{
    private static readonly string[] Readers =
    [
        "509e4652-da8d-478d-a730-e9d4a1996ca4", // Azure Resource Graph
        "8cae6e77-e04e-42ce-b5cb-50d82bce26b1", // Azure Policy Insights
    ];

    public static void Judge(LogEvaluation evaluation, LogEntry entry, ReadOnlySpan<byte> what)
    {
        var operation = entry[LogField.Operation];
        if (IsChallenge(entry))
        {
            return;
        }

        var outcome = Touch.Outcome(entry);
        if (Touch.Is(operation, "VaultGet"u8) && Array.IndexOf(Readers, entry.Text(LogField.AppId)) >= 0)
        {
            return;
        }

        var leave = evaluation.Allow(entry, what, out var known);
        if (known)
        {
            if (leave is not null && outcome == LogOutcome.Done && (leave.Audited ?? IsUse(operation)))
            {
                evaluation.Audit(entry, what, isKey: true);
            }
        }
        else
        {
            evaluation.Tell(outcome == LogOutcome.Refused ? LogDetections.VaultAttempt : Meaning(operation), entry, what);
        }

        if (outcome == LogOutcome.Done && (Touch.Is(operation, "VaultPut"u8) || Touch.Is(operation, "VaultPatch"u8)))
        {
            TellWeakened(evaluation, entry, what, leave is not null);
        }
    }

    /// <summary>Every client asks without a token first, and is told where to get one.</summary>
    private static bool IsChallenge(LogEntry entry) =>
        (entry.Status == 401 || (entry.Status is null && Touch.Is(entry[LogField.ResultSignature], "Unauthorized"u8)))
        && (Touch.Is(entry[LogField.Operation], "Authentication"u8)
            || !(entry.Has(LogField.ObjectId) || entry.Has(LogField.AppId) || entry.Has(LogField.Upn)));

    private static void TellWeakened(LogEvaluation evaluation, LogEntry entry, ReadOnlySpan<byte> what, bool allowed)
    {
        foreach (var weak in WeakSettings.In(entry[LogField.Properties]) ?? [])
        {
            if (weak.Always || !allowed)
            {
                evaluation.Tell(weak, entry, what);
            }
        }
    }

    private static bool IsUse(ReadOnlySpan<byte> operation) =>
        Touch.Is(operation, "KeyUnwrap"u8) || Touch.Is(operation, "KeyDecrypt"u8) || Touch.Is(operation, "KeySign"u8)
        || Touch.Is(operation, "KeyWrap"u8) || Touch.Is(operation, "KeyEncrypt"u8) || Touch.Is(operation, "KeyVerify"u8);

    private static Detection OfSecret(ReadOnlySpan<byte> act) =>
        Touch.StartsWith(act, "Get"u8) || Touch.StartsWith(act, "List"u8) || Touch.StartsWith(act, "Recover"u8) || Touch.StartsWith(act, "Backup"u8)
            ? LogDetections.VaultSecretRead
            : LogDetections.VaultSecretChanged;

    /// <summary>Of what nobody is allowed. What has no known name changes something, for all we know.</summary>
    private static Detection Meaning(ReadOnlySpan<byte> operation) =>
        IsUse(operation) ? LogDetections.VaultKeyUsed
        : Touch.Is(operation, "VaultDelete"u8) ? LogDetections.VaultDeleted
        : Touch.StartsWith(operation, "VaultPurge"u8) ? LogDetections.VaultPurged
        : Touch.StartsWith(operation, "Secret"u8) ? OfSecret(operation["Secret".Length..])
        : Touch.StartsWith(operation, "Certificate"u8) ? OfSecret(operation["Certificate".Length..])
        : Touch.StartsWith(operation, "Storage"u8) ? LogDetections.VaultSecretChanged
        : Touch.StartsWith(operation, "KeyDelete"u8) ? LogDetections.VaultKeyDeleted
        : Touch.StartsWith(operation, "KeyPurge"u8) ? LogDetections.VaultKeyPurged
        : Touch.StartsWith(operation, "KeyBackup"u8) || Touch.StartsWith(operation, "KeyRestore"u8) || Touch.StartsWith(operation, "KeyImport"u8)
            || Touch.StartsWith(operation, "KeyRelease"u8) || Touch.StartsWith(operation, "Backup"u8) || Touch.StartsWith(operation, "Restore"u8)
            || Touch.StartsWith(operation, "SecurityDomain"u8) || Touch.StartsWith(operation, "SelectiveKeyRestore"u8) ? LogDetections.VaultKeyCopied
        : Touch.StartsWith(operation, "KeyGet"u8) || Touch.StartsWith(operation, "KeyList"u8) || Touch.StartsWith(operation, "VaultGet"u8)
            || Touch.StartsWith(operation, "VaultList"u8) || Touch.Is(operation, "Authentication"u8) ? LogDetections.VaultLook
        : Touch.StartsWith(operation, "Key"u8) ? LogDetections.VaultKeyChanged
        : Touch.StartsWith(operation, "VaultAccessPolicy"u8) || Touch.StartsWith(operation, "RoleAssignment"u8) ? LogDetections.VaultAccessChanged
        : LogDetections.VaultChanged;
}
