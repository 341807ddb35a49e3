namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// What the rows must be if the log is right: every change was announced with the row's version and hash, and answered by
/// an outcome. An announced change without an outcome may or may not have happened; the rows tell.
/// </summary>
/// <param name="rows">As they were listed before the log was read.</param>
public sealed class RowReplay(RowList rows)
{
    /// <summary>Clocks of several processes differ: what was announced so shortly before the listing may be in it or not.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>Tables whose every row is announced. Of the others only rows that the log speaks of are compared.</summary>
    private static readonly string[] Announced = ["Clients", "Directory", "Access"];

    private static readonly string[] Listed = [.. Announced, "Practices"];

    private readonly LoggedChanges log = new(row => Listed.Contains(TableOf(row)));
    private bool complete = true;

    /// <summary>Whether the log reaches as far as the rows do. If not, ask again when it has grown.</summary>
    public bool HasReachedRows { get; private set; }

    /// <summary>Rows compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Rows that the log never spoke of, in tables where that is allowed.</summary>
    public long NotCovered { get; private set; }

    /// <summary>In the order of the log. Entries of other practices are passed over.</summary>
    internal void Add(AuditEntry entry)
    {
        HasReachedRows |= entry.Id == rows.Entry;
        log.Add(entry);
    }

    /// <summary>Entries could not be read: a row that no other entry explains may be one of theirs.</summary>
    internal void Forget() => complete = false;

    /// <summary>Each row that does not follow from the log. Call it when the whole log was read.</summary>
    public IEnumerable<VerifyFinding> Compare()
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows.Rows)
        {
            listed.Add(row.Row);
            if (Compare(row) is { } finding)
            {
                yield return finding;
            }
        }

        foreach (var (name, changes) in log.Rows)
        {
            if (!listed.Contains(name) && Latest(changes) is { Removes: false } last && rows.Practices.Contains(PracticeOf(name)))
            {
                yield return new(
                    VerifyFault.RowMissing, name,
                    $"The log says that version {last.Version} of this row is durable, and the row is gone: it was removed without an entry.");
            }

            if (complete && Announced.Contains(TableOf(name)) && Skipped(changes) is { } made)
            {
                yield return new(
                    VerifyFault.RowChanged, name,
                    $"Version {made.Version} of this row follows one that the log never announced: it was changed without an entry before.");
            }

            if (Forked(changes) is { } version)
            {
                yield return new(
                    VerifyFault.RowForked, name,
                    $"Version {version} of this row was made twice: in between, somebody put an earlier version back without an entry.");
            }
        }
    }

    private VerifyFinding? Compare(ListedRow row)
    {
        var sure = complete && Announced.Contains(TableOf(row.Row));
        if (log.Of(row.Row) is not { Count: > 0 } changes)
        {
            NotCovered += sure ? 0 : 1;
            return sure ? new(VerifyFault.RowUnlogged, row.Row, "No entry of the log announced this row: it was forged whole.") : null;
        }

        Compared++;
        if (Latest(changes) is { } last && (last.Removes || last.Version > row.Version))
        {
            return new(
                VerifyFault.RowPutBack, row.Row,
                last.Removes
                    ? "The log says that this row was removed, and it is there again."
                    : $"The log says that version {last.Version} of this row is durable, and it is at version {row.Version}: an earlier state was put back.");
        }

        var same = changes.Where(c => !c.Removes && c.Version == row.Version && c.Hash == row.Hash).ToList();
        if (same.Count > 0)
        {
            return same.TrueForAll(c => log.Outcome(c) == false)
                ? new(VerifyFault.RowUndone, row.Row, $"The log says that version {row.Version} of this row did not come to be, and it is there: it was put in without an entry.")
                : null;
        }

        return !sure && row.Version < changes.Min(c => c.Version)
            ? null
            : new(
                VerifyFault.RowChanged, row.Row,
                changes.Any(c => !c.Removes && c.Version == row.Version)
                    ? $"Version {row.Version} of this row is not as the log announced it: it was changed without an entry."
                    : $"The row is at version {row.Version}, which the log never announced: it was changed without an entry.");
    }

    private bool IsRecent(LoggedChange change) => change.At > rows.From - Skew;

    /// <summary>
    /// The last state that was durable before the listing began, or null: a row has a life of versions from 1 up, and a
    /// new one after it was removed. If nobody knows whether it was, nothing is certain.
    /// </summary>
    private LoggedChange? Latest(IReadOnlyList<LoggedChange> changes)
    {
        LoggedChange? last = null;
        foreach (var change in changes)
        {
            if (change.Removes && log.Outcome(change) != false)
            {
                last = log.Outcome(change) is true && !IsRecent(change) ? change : null;
            }
            else if (log.Outcome(change) is true && !IsRecent(change) && (last is null || last.Removes || change.Version > last.Version))
            {
                last = change;
            }
        }

        return last;
    }

    private LoggedChange? Skipped(IReadOnlyList<LoggedChange> changes) =>
        changes.FirstOrDefault(c => !c.Removes && c.Version > 1 && log.Outcome(c) is true && !changes.Any(d => d.Version == c.Version - 1));

    /// <summary>Whose person's row is lost gets another when they come: a restore that follows has seen to it, and says so.</summary>
    private long? Forked(IReadOnlyList<LoggedChange> changes)
    {
        var made = new Dictionary<long, string>();
        var done = changes.Where(c => log.Outcome(c) is true).ToList();
        var restored = done.FindLastIndex(c => c.Operation == LoggedChange.Restoring);
        foreach (var change in done.Where((c, at) => at >= restored || c.Operation != LoggedChange.FirstSight))
        {
            if (change.Removes)
            {
                made.Clear();
            }
            else if (!made.TryAdd(change.Version, change.Hash) && made[change.Version] != change.Hash)
            {
                return change.Version;
            }
        }

        return null;
    }

    private static string TableOf(string row) => row[..Math.Max(0, row.IndexOf('/', StringComparison.Ordinal))];

    /// <summary>The first part of a partition, whatever the table.</summary>
    private static string PracticeOf(string row) => row.Split('/') is [_, var partition, ..] ? partition.Split('|')[0] : "";
}
