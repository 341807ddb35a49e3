namespace RecordsGuard.Audit.Sequencing;

/// <summary>What is wrong with a writer's entries. Each is critical: numbers are given out one durable entry at a time.</summary>
public enum ChainFault
{
    /// <summary>Numbers from <see cref="LogFinding.Sequence"/> on were never seen: entries were taken away.</summary>
    Gap = 1,

    /// <summary>A number that the log had passed came with another entry.</summary>
    Repeat = 2,

    /// <summary>An entry does not name the hash of the one before it.</summary>
    BrokenChain = 3,

    /// <summary>A pending row is no entry, or lies under another's key. It is left where it is and not in the log.</summary>
    Malformed = 4,
}

/// <summary>Something that only a loss or a forger explains.</summary>
/// <param name="Writer">32 hex digits.</param>
/// <param name="Entry">The id of the entry at which it showed; empty if there is none.</param>
public sealed record LogFinding(ChainFault Fault, string Writer, long Sequence, string Entry);

/// <summary>Tells somebody. Called at least once for each finding; durable when it returns.</summary>
public delegate Task FindingReporter(IReadOnlyList<LogFinding> findings, CancellationToken cancel);
