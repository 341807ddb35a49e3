namespace RecordsGuard.Envelopes;

/// <summary>What is wrong with sealed bytes. Every one of these is an integrity alert.</summary>
public enum EnvelopeFault
{
    /// <summary>The bytes end before the final segment does.</summary>
    Truncated,

    /// <summary>There are bytes after the final segment.</summary>
    Trailing,

    /// <summary>A segment, text, descriptor or slip is not what was sealed there: changed, moved, repeated or spliced.</summary>
    Tampered,

    /// <summary>
    /// The header tag does not match: another key, another record, or a changed header. Which of them cannot be told,
    /// by us or by an attacker.
    /// </summary>
    WrongKey,

    /// <summary>No header of this format: another algorithm, another segment length, another version.</summary>
    BadHeader,

    /// <summary>The key slip does not give a data key, or names a key that may not have wrapped it.</summary>
    BadSlip,
}

/// <summary>Sealed bytes do not open. Nothing that was not authenticated has been released.</summary>
public sealed class EnvelopeException(EnvelopeFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public EnvelopeFault Fault { get; } = fault;
}
