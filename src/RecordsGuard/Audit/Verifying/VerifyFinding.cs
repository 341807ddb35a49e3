namespace RecordsGuard.Audit.Verifying;

/// <summary>What a verification can find wrong. Their names are part of the report's JSON.</summary>
public enum VerifyFault
{
    /// <summary>Nothing is published.</summary>
    CheckpointMissing,

    /// <summary>What is published is no checkpoint.</summary>
    CheckpointMalformed,

    /// <summary>The checkpoint is not signed by the log's key, or is one of another log.</summary>
    SignatureFalse,

    /// <summary>The log is shorter than one that was seen before.</summary>
    RolledBack,

    /// <summary>The log does not begin with the entries of one that was seen before.</summary>
    Rewritten,

    /// <summary>Fewer witnesses vouch for the checkpoint than the policy asks for.</summary>
    NotCosigned,

    /// <summary>A tile or bundle that the checkpoint's size asks for is not there.</summary>
    TileMissing,

    /// <summary>A tile or bundle does not parse, or has another length than its width says.</summary>
    TileMalformed,

    /// <summary>A hash tile has other hashes than the entries, or a partial tile others than its full one.</summary>
    TileDiffers,

    /// <summary>An entry is not the one that was logged there.</summary>
    EntryChanged,

    /// <summary>The bytes at this place are no entry.</summary>
    EntryMalformed,

    /// <summary>The entries as a whole are not those that the checkpoint was signed for.</summary>
    RootDiffers,

    /// <summary>Entries of a writer are missing.</summary>
    Gap,

    /// <summary>A writer's number came a second time, with another entry.</summary>
    Repeat,

    /// <summary>An entry does not name the hash of its writer's entry before it.</summary>
    BrokenChain,

    /// <summary>No entry announced this row: forged whole.</summary>
    RowUnlogged,

    /// <summary>The row is not as the log announced it.</summary>
    RowChanged,

    /// <summary>The row is an earlier version than the log says is durable.</summary>
    RowPutBack,

    /// <summary>The log says that the row is durable, and it is gone.</summary>
    RowMissing,

    /// <summary>The row is one that the log says did not come to be.</summary>
    RowUndone,

    /// <summary>One version of a row was made twice: in between, somebody put the row back.</summary>
    RowForked,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Where">A tile's path, an entry's index, a writer and number, or a row.</param>
/// <param name="Sentence">For a reader who knows the practice and not the program.</param>
public sealed record VerifyFinding(VerifyFault Fault, string Where, string Sentence);
