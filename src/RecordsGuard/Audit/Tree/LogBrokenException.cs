namespace RecordsGuard.Audit.Tree;

/// <summary>In what way a log is not what it was.</summary>
public enum LogFault
{
    /// <summary>A tile or bundle that the tree's size asks for is not there.</summary>
    TileMissing,

    /// <summary>A tile or bundle has another length than its width says, or does not parse.</summary>
    TileMalformed,

    /// <summary>A tile, bundle or staged batch exists with other bytes than the tree has there.</summary>
    TileDiffers,

    /// <summary>The batch that the head names is gone before its tiles were written.</summary>
    BatchMissing,

    /// <summary>The head, a staged batch or the checkpoint does not parse, or they contradict each other.</summary>
    HeadMalformed,

    /// <summary>An entry, or a tree, is not the one that a signed checkpoint vouches for.</summary>
    RootDiffers,
}

/// <summary>The log's own storage was lost or tampered with. Nothing may be built on it until a person has looked.</summary>
public sealed class LogBrokenException(LogFault fault, string where, Exception? inner = null)
    : Exception($"The audit log is broken: {fault} at {where}.", inner)
{
    public LogFault Fault { get; } = fault;

    /// <summary>The path of a tile, or a blob's name.</summary>
    public string Where { get; } = where;
}
