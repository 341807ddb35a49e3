using System.Globalization;
using System.Runtime.CompilerServices;
using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

/// <summary>Rows in memory. Listings come page by page, as from the service: what changes meanwhile may show.</summary>
public sealed class InMemoryRecordStore : IRecordStore
{
    private const int PageRows = 100;

    private readonly Lock gate = new();
    private readonly Dictionary<Table, SortedSet<Row>> tables = [];
    private long etags;

    /// <summary>While set, every call throws <see cref="StoreUnavailableException"/> and does nothing.</summary>
    public bool Down { get; set; }

    /// <summary>Everything in a table, for assertions.</summary>
    public IReadOnlyList<Row> All(Table table)
    {
        lock (gate)
        {
            return [.. Rows(table)];
        }
    }

    /// <summary>What somebody with rights on the storage account can do: change a row past every rule.</summary>
    public void Tamper(Table table, string partition, string key, Func<Row, Row?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (gate)
        {
            var rows = Rows(table);
            if (rows.TryGetValue(Row.New(partition, key, "", ""), out var row))
            {
                rows.Remove(row);
                if (change(row) is { } changed)
                {
                    rows.Add(changed with { ETag = NextETag() });
                }
            }
        }
    }

    public Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel) => Answer.Of<Row?>(() =>
    {
        Enter(cancel);
        lock (gate)
        {
            return Rows(table).TryGetValue(Row.New(partition, key, "", ""), out var row) ? row : null;
        }
    });

    public IAsyncEnumerable<Row> ListAsync(Table table, string partition, string prefix, CancellationToken cancel) =>
        PagesAsync(
            table,
            Row.New(partition, prefix, "", ""),
            row => row.Partition == partition && row.Key.StartsWith(prefix, StringComparison.Ordinal),
            cancel);

    public IAsyncEnumerable<Row> ScanAsync(Table table, string from, string to, CancellationToken cancel) =>
        PagesAsync(table, Row.New(from, "", "", ""), row => string.CompareOrdinal(row.Partition, to) < 0, cancel);

    public Task<Commit> CommitAsync(
        Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) => Answer.Of<Commit>(() =>
    {
        CommitLimits.Check(partition, changes);
        Enter(cancel);
        lock (gate)
        {
            var rows = Rows(table);
            if (changes.Any(c => Conflicts(rows, c)))
            {
                return Commit.Conflict;
            }

            foreach (var change in changes)
            {
                rows.Remove(change.Row);
                if (change is not RowChange.Remove)
                {
                    rows.Add(change.Row with { ETag = NextETag() });
                }
            }

            return Commit.Done;
        }
    });

    private static bool Conflicts(SortedSet<Row> rows, RowChange change)
    {
        var found = rows.TryGetValue(change.Row, out var stored);
        return change is RowChange.Insert ? found : !found || stored!.ETag != change.Row.ETag;
    }

    private async IAsyncEnumerable<Row> PagesAsync(
        Table table, Row from, Func<Row, bool> within, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        var last = from;
        var first = true;
        while (true)
        {
            Enter(cancel);
            var page = Page(table, last, skip: first ? null : last);
            first = false;
            foreach (var row in page)
            {
                if (!within(row))
                {
                    yield break;
                }

                yield return row;
                last = row;
            }

            if (page.Count < PageRows)
            {
                yield break;
            }
        }
    }

    private List<Row> Page(Table table, Row from, Row? skip)
    {
        lock (gate)
        {
            var rows = Rows(table);
            return rows.Max is { } max && RowOrder.Instance.Compare(from, max) <= 0
                ? [.. rows.GetViewBetween(from, max).Where(r => skip is null || RowOrder.Instance.Compare(r, skip) != 0).Take(PageRows)]
                : [];
        }
    }

    private SortedSet<Row> Rows(Table table)
    {
        if (!tables.TryGetValue(table, out var rows))
        {
            rows = new(RowOrder.Instance);
            tables.Add(table, rows);
        }

        return rows;
    }

    private string NextETag() => string.Create(CultureInfo.InvariantCulture, $"W/\"{++etags}\"");

    private void Enter(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (Down)
        {
            throw new StoreUnavailableException("The fake store is down.");
        }
    }

    private sealed class RowOrder : IComparer<Row>
    {
        public static RowOrder Instance { get; } = new();

        public int Compare(Row? x, Row? y) =>
            string.CompareOrdinal(x!.Partition, y!.Partition) is var order and not 0
                ? order
                : string.CompareOrdinal(x.Key, y.Key);
    }
}
