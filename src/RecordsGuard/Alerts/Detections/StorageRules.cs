using RecordsGuard.Alerts.ResourceLogs;

namespace RecordsGuard.Alerts.Detections;

/// <summary>Requests to blobs, tables and queues: allowed, or told.</summary>
internal static class StorageRules
{
    private enum Act
    {
        Read,
        Look,
        Write,
        Delete,
    }

    public static void Judge(LogEvaluation evaluation, LogEntry entry, ReadOnlySpan<byte> what)
    {
        var operation = entry[LogField.Operation];
        if (Touch.EndsWith(operation, "PreflightRequest"u8))
        {
            return; // a browser asks what it may ask
        }

        var outcome = Touch.Outcome(entry);
        var act = ActOf(operation, entry[LogField.Category]);
        if (Touch.Is(entry[LogField.StatusText], "BlobUsesCustomerSpecifiedEncryption"u8))
        {
            evaluation.Tell(LogDetections.StorageForeignKey, entry, what);
            return;
        }

        var leave = evaluation.Allow(entry, what, out var known);
        if (known)
        {
            if (leave is not null && outcome == LogOutcome.Done && (leave.Audited ?? IsContent(operation)))
            {
                evaluation.Audit(entry, what, isKey: false);
            }

            return;
        }

        if (outcome == LogOutcome.Refused)
        {
            evaluation.Tell(LogDetections.StorageAttempt, entry, what);
            return;
        }

        var detection = OfUnknown(entry[LogField.IdentityType], act);
        if (!(detection == LogDetections.StorageSas && Touch.Is(operation, "PutBlob"u8) && evaluation.Defer(entry, what, detection)))
        {
            evaluation.Tell(detection, entry, what);
        }

        if (act is Act.Read or Act.Delete)
        {
            evaluation.Count(entry, what, act == Act.Delete);
        }
    }

    private static Detection OfUnknown(ReadOnlySpan<byte> identity, Act act) =>
        Touch.StartsWith(identity, "AccountKey"u8) || Touch.StartsWith(identity, "Account Key"u8) ? LogDetections.StorageAccountKey
        : Touch.StartsWith(identity, "SAS"u8) || Touch.Is(identity, "DelegationSas"u8) ? LogDetections.StorageSas
        : Touch.Is(identity, "Anonymous"u8) ? LogDetections.StorageAnonymous
        : act switch
        {
            Act.Read => LogDetections.StorageRead,
            Act.Look => LogDetections.StorageLook,
            Act.Write => LogDetections.StorageWrite,
            _ => LogDetections.StorageDelete,
        };

    private static bool IsContent(ReadOnlySpan<byte> operation) =>
        Touch.Is(operation, "GetBlob"u8) || Touch.Is(operation, "ReadFile"u8) || Touch.Is(operation, "CopyBlobSource"u8)
        || Touch.Is(operation, "QueryBlobContents"u8);

    /// <summary>By the operation; what has no known name is what its category says, and a write if nothing does.</summary>
    private static Act ActOf(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> category) =>
        IsContent(operation) || Touch.Is(operation, "GetFile"u8)
        || Touch.StartsWith(operation, "QueryEntit"u8) || Touch.StartsWith(operation, "QueryTable"u8)
        || Touch.StartsWith(operation, "GetMessage"u8) || Touch.StartsWith(operation, "PeekMessage"u8) ? Act.Read
        : Touch.StartsWith(operation, "Delete"u8) || Touch.Is(category, "StorageDelete"u8) ? Act.Delete
        : Touch.StartsWith(operation, "Get"u8) || Touch.StartsWith(operation, "List"u8) || Touch.Is(category, "StorageRead"u8) ? Act.Look
        : Act.Write;
}
