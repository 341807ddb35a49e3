namespace RecordsGuard.Access;

/// <summary>What can be asked of the app. The log calls it by <see cref="OperationWords.Word"/>.</summary>
public enum Operation
{
    RegisterClient,
    SearchClients,
    SeeFacts,
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
    SetRetentionRules,
    SeeAlerts,
    HandleAlerts,
    ListQuarantine,
    FileQuarantined,
    RunTimer,
    RotateKeys,
    SeeRotation,
    RestoreRows,
    SeeBackups,
    ExportRecord,
    ReadLog,
    ListRows,
    Assign,
    SeeRelationships,
    BreakGlass,
    ReviewBreakGlass,
    Disclose,
    ApproveDisclosure,
    SeeDisclosures,
    RecordConsent,
    SeeConsents,
    ReadAccounting,
    GiveNotice,
    TakeRequest,
    AnswerRequest,
    UnlinkClient,
    SeePeople,
    SuspendPerson,
    LiftSuspension,
    ExplainAccess,
    MarkNever,
    NameRelatives,
}

public static class OperationWords
{
    /// <summary>Those that show somebody what a record says.</summary>
    public static IReadOnlyList<Operation> Content { get; } = [Operation.ReadContent];

    /// <summary>
    /// Those that add something to a client, or change what is there: not of one whose link to the log is about to be
    /// destroyed. A hold is not among them: it stops that.
    /// </summary>
    public static IReadOnlyList<Operation> Adding { get; } =
    [
        Operation.CorrectFacts, Operation.Upload, Operation.IssueUploadUrl, Operation.Assign, Operation.BreakGlass, Operation.Disclose,
        Operation.RecordConsent, Operation.GiveNotice, Operation.TakeRequest, Operation.MarkNever,
    ];

    /// <summary>Such as <c>read-content</c>.</summary>
    public static string Word(this Operation operation) => Words.Kebab(operation);
}
