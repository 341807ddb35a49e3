namespace RecordsGuard.Audit;

/// <summary>A row of the log's index.</summary>
/// <param name="Partition">One character.</param>
/// <param name="Key">Printable ASCII without <c>/ \ # ?</c>; what it says is docs/formats/audit-log.md.</param>
/// <param name="Value">At most <see cref="PendingEntry.MaxBytes"/>, or empty.</param>
public sealed record IndexRow(string Partition, string Key, ReadOnlyMemory<byte> Value);

/// <summary>
/// The log's index: insert-only rows that say where in the log to look. A hint, never an authority: whoever follows it
/// reads the entry and its proof from the tree.
/// </summary>
public interface ILogIndex
{
    /// <summary>Durable when it returns. Rows that exist are left as they are: may be repeated, and be cut off half-way.</summary>
    /// <exception cref="AuditUnavailableException">Nobody knows which are durable.</exception>
    Task AddAsync(IReadOnlyList<IndexRow> rows, CancellationToken cancel);

    /// <summary>The first rows of a partition, <paramref name="most"/> or fewer, with a key in [<paramref name="from"/>, <paramref name="to"/>), in ordinal order.</summary>
    /// <exception cref="AuditUnavailableException">The store stopped answering.</exception>
    IAsyncEnumerable<IndexRow> ListAsync(string partition, string from, string to, int most, CancellationToken cancel);
}
