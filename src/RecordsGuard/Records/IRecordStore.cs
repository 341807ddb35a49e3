namespace RecordsGuard.Records;

/// <summary>The tables. A partition of any of them is one unit of atomic change.</summary>
public enum Table
{
    /// <summary>Partition <c>practice|client</c>: the client row, its records with their key slips, holds, approvals.</summary>
    Clients,

    /// <summary>Partition <c>practice</c>, one row a client: the wrapped index key and the sealed name.</summary>
    Directory,

    /// <summary>
    /// Partition <c>practice|person</c>: the person's relationships and break-glass grants, keys beginning with the
    /// client's id. Partition <c>practice|client</c>: disclosures and consents. Partition <c>practice|due|day</c>: what
    /// must be done by that day.
    /// </summary>
    Access,

    /// <summary>Partition <c>practice</c>: the practice, its people, and what holds for all its clients.</summary>
    Practices,

    /// <summary>Partition <c>day|shard</c>: what becomes due on that day. A hint, never an authority.</summary>
    RetentionDue,

    /// <summary>Partition <c>practice</c>: what the sweep listed for review. A hint, never an authority.</summary>
    Dispositions,

    /// <summary>
    /// Partition <c>practice</c>: alerts. Partition <c>practice|asked</c>: questions to people about them. Partition
    /// <c>practice|incidents</c>: what belongs together. Partition <c>practice|kin</c>: hints about staff and clients. Partition
    /// <c>practice|backups</c>: the last nightly backup.
    /// </summary>
    Alerts,

    /// <summary>Partition <c>practice</c>, or <c>none</c>: files from the inbox that could not become records.</summary>
    Quarantine,
}

/// <summary>What a commit came to.</summary>
public enum Commit
{
    /// <summary>Every change is durable.</summary>
    Done,

    /// <summary>Nothing changed: an inserted row exists, or a replaced or removed one is not at the version given.</summary>
    Conflict,
}

/// <summary>
/// Rows, in partitions that change atomically. MUST be linearizable within a partition. A call that throws may have
/// been carried out: callers read again, or repeat an idempotent step.
/// </summary>
public interface IRecordStore
{
    /// <summary>The row, or null.</summary>
    Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel);

    /// <summary>The rows of one partition whose key starts with <paramref name="prefix"/>, in ordinal order of the key.</summary>
    IAsyncEnumerable<Row> ListAsync(Table table, string partition, string prefix, CancellationToken cancel);

    /// <summary>
    /// Every row of the table whose partition lies in [<paramref name="from"/>, <paramref name="to"/>), in ordinal
    /// order of partition and key. For sweeps over day partitions and for the reconciler, never for a request. A row that
    /// this program did not write has the kind <see cref="RowKinds.Foreign"/>, so that it stops nobody's sweep; the other
    /// reads throw <see cref="InvalidDataException"/> of it, so that nothing is decided beside it.
    /// </summary>
    IAsyncEnumerable<Row> ScanAsync(Table table, string from, string to, CancellationToken cancel);

    /// <summary>
    /// All changes or none, in one partition, within <see cref="CommitLimits"/>: at most 100 changes, at most one a
    /// key, at most 4 MiB together as sent.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// More than the limits, no change at all, a body over <see cref="Row.MaxBody"/>, or a replaced or removed row
    /// without the ETag it was read with.
    /// </exception>
    /// <exception cref="StoreUnavailableException">Nobody knows whether it was carried out.</exception>
    Task<Commit> CommitAsync(Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel);
}
