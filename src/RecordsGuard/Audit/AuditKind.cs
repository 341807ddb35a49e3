namespace RecordsGuard.Audit;

/// <summary>The closed set of what an entry can say. The number is part of the canonical bytes.</summary>
public enum AuditKind
{
    /// <summary>Somebody was refused; nothing was shown.</summary>
    Refused = 1,

    /// <summary>Content of a record is about to be released to the person named.</summary>
    Read = 2,

    /// <summary>Names or descriptions are about to be listed for the person named; no content.</summary>
    Listed = 3,

    /// <summary>A row is about to be inserted or replaced; <c>row</c>, <c>rowVersion</c> and <c>rowHash</c> say which and into what.</summary>
    ChangeIntended = 4,

    /// <summary>The change that <c>intent</c> names is durable.</summary>
    ChangeDone = 5,

    /// <summary>The change that <c>intent</c> names did not happen.</summary>
    ChangeNotDone = 6,

    /// <summary>Stored bytes did not open: cut, swapped, tampered or with a key that is not theirs.</summary>
    IntegrityFailed = 7,

    /// <summary>The app itself uses a key or a blob without a person: the canary, the reconciler, a backup.</summary>
    HouseKeeping = 8,
}
