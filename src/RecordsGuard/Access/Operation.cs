namespace RecordsGuard.Access;

/// <summary>What can be asked of the app. The log calls it by <see cref="OperationWords.Word"/>.</summary>
public enum Operation
{
    RegisterClient,
    SearchClients,
    CorrectFacts,
    Upload,
    IssueUploadUrl,
    ListRecords,
    ReadRecord,
    ReadContent,
    ReadCertificate,
    PlaceHold,
    ReleaseHold,
    ListHolds,
    ListDispositions,
    ApproveDisposition,
    SeeAlerts,
    HandleAlerts,
    ListQuarantine,
    FileQuarantined,
    RunTimer,
    RotateKeys,
    SeeRotation,
    ExportRecord,
    ReadLog,
    ListRows,
}

public static class OperationWords
{
    /// <summary>Such as <c>read-content</c>.</summary>
    public static string Word(this Operation operation) =>
        string.Concat(operation.ToString().Select((c, i) =>
            i > 0 && char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
