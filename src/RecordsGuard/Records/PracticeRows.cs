using System.Runtime.CompilerServices;

namespace RecordsGuard.Records;

/// <summary>Reading of what is stored about practices.</summary>
public static class PracticeRows
{
    /// <summary>Every practice's row of this key.</summary>
    /// <param name="key"><see cref="Keys.Practice"/> or <see cref="Keys.Keks"/>.</param>
    public static async IAsyncEnumerable<(PracticeId Practice, Row Row)> EachPracticeAsync(
        this IRecordStore store, string key, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        await foreach (var row in store.ScanAsync(Table.Practices, "a", "{", cancel)) // a practice's id begins with a letter
        {
            if (row.Key == key && PracticeId.TryParse(row.Partition, out var practice))
            {
                yield return (practice, row);
            }
        }
    }

    /// <summary>The practice's row, or null: there is no such practice.</summary>
    public static async Task<PracticeFacts?> ReadPracticeAsync(
        this IRecordStore store, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Practice, cancel))?.As<PracticeFacts>();
    }

    /// <summary>The client's names and index key, or null: there is no such client, or its link to the log was destroyed.</summary>
    public static async Task<DirectoryFacts?> ReadDirectoryAsync(
        this IRecordStore store, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel) is { Kind: not RowKinds.Unlinked } row
            ? row.As<DirectoryFacts>()
            : null;
    }

    /// <summary>Holds on the whole practice, and restores, which hold it. Read after the client row they are to be weighed with.</summary>
    public static async Task<IReadOnlyList<Row>> ReadSpanningHoldsAsync(
        this IRecordStore store, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        var holds = new List<Row>();
        await foreach (var row in store.ListAsync(Table.Practices, practice.ToString(), Keys.Holds, cancel))
        {
            holds.Add(row);
        }

        return holds;
    }
}
