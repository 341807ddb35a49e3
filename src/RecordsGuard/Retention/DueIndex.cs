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

    /// <summary>All rows of the days up to and including <paramref name="until"/>, oldest day first.</summary>
    public async IAsyncEnumerable<DueEntry> ListAsync(
        DateOnly until, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in store.ScanAsync(Table.RetentionDue, Day(DateOnly.MinValue), Day(until.AddDays(1)), cancel))
        {
            var day = DateOnly.ParseExact(row.Partition[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            var parts = row.Key.Split('|');
            yield return new(day, PracticeId.Parse(parts[0]), ClientId.Parse(parts[1]), RecordId.Parse(parts[2]));
        }
    }

    /// <summary>A day already swept would never be looked at again.</summary>
    public static DateOnly NotBefore(DateOnly day, DateOnly today) => day < today ? today : day;

    internal static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
