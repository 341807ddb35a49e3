using System.Globalization;
using System.Runtime.CompilerServices;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>Where a due row stands: its day and the record it points to.</summary>
public sealed record DueEntry(DateOnly Day, PracticeId Practice, ClientId Client, RecordId Record)
{
    public string Partition => $"{DueIndex.Day(Day)}|{Record.ToString()[2]}";

    public string Key => $"{Practice}|{Client}|{Record}";
}

/// <summary>
/// What becomes due on which day: a hint that makes the sweep cost what is due, not what is stored. Rows may be stale
/// or repeated; whoever acts on one reads the client partition. Sixteen shards a day, by the record id's first digit.
/// </summary>
public sealed class DueIndex(IRecordStore store)
{
    /// <summary>May be called twice.</summary>
    public Task AddAsync(DueEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var row = Row.New(entry.Partition, entry.Key, RowKinds.Due, "{}");
        return store.CommitAsync(Table.RetentionDue, row.Partition, [new RowChange.Insert(row)], cancel);
    }

    /// <summary>May be called twice, and for a row that was never there.</summary>
    public async Task DropAsync(DueEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (await store.ReadAsync(Table.RetentionDue, entry.Partition, entry.Key, cancel) is { } row)
        {
            await store.CommitAsync(Table.RetentionDue, entry.Partition, [new RowChange.Remove(row)], cancel);
        }
    }

    /// <summary>The new place first: a crash in between leaves two hints, never none.</summary>
    public async Task MoveAsync(DueEntry entry, DateOnly day, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (day != entry.Day)
        {
            await AddAsync(entry with { Day = day }, cancel);
            await DropAsync(entry, cancel);
        }
    }

    /// <summary>
    /// All rows of the days up to and including <paramref name="until"/>, oldest day first. A row that is none of ours is
    /// passed over: it is a hint to nothing.
    /// </summary>
    public async IAsyncEnumerable<DueEntry> ListAsync(
        DateOnly until, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in store.ScanAsync(Table.RetentionDue, Day(DateOnly.MinValue), Day(until.AddDays(1)), cancel))
        {
            if (Entry(row) is { } entry)
            {
                yield return entry;
            }
        }
    }

    private static DueEntry? Entry(Row row) =>
        row.Kind == RowKinds.Due && row.Key.Split('|') is [var practice, var client, var record]
        && DateOnly.TryParseExact(row.Partition.Split('|')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && PracticeId.TryParse(practice, out var p) && ClientId.TryParse(client, out var c) && RecordId.TryParse(record, out var r)
            ? new(day, p, c, r)
            : null;

    /// <summary>A day already swept would never be looked at again.</summary>
    public static DateOnly NotBefore(DateOnly day, DateOnly today) => day < today ? today : day;

    internal static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
