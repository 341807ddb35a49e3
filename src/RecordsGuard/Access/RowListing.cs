using RecordsGuard.Audit;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>
/// Gives an auditor what the log can be replayed against: of every row its name, version and hash, and nothing that it
/// says. Rows stay where they are; whoever compares needs no right to read them.
/// </summary>
public sealed class RowListing(IRecordStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>
    /// Writes a <see cref="RowList"/>. The log is told before the first row leaves, and again after the last was read:
    /// a log that has that second entry has every change that the rows show.
    /// </summary>
    /// <param name="who">The same person at each practice whose rows are asked for; at least one.</param>
    /// <param name="write">Given one line after another.</param>
    /// <exception cref="AuditUnavailableException">Nothing, or no last line, was written.</exception>
    public async Task WriteAsync(
        IReadOnlyList<AuditSubject> who, Func<string, CancellationToken, Task> write, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(write);
        foreach (var subject in who)
        {
            await audit.AppendAsync(subject.Event(AuditKind.Listed));
        }

        await write(RowList.FirstLine(time.GetUtcNow(), who.Select(w => w.Practice)), cancel);
        var count = 0L;
        foreach (var practice in who.Select(w => w.Practice))
        {
            await foreach (var (table, row) in RowsAsync(practice, cancel))
            {
                await write(RowList.Line(new($"{table}/{row.Partition}/{row.Key}", row.Version, Convert.ToHexStringLower(row.Hash()))), cancel);
                count++;
            }
        }

        var last = await audit.AppendAsync(who[0].Event(AuditKind.Listed, new KeyValuePair<string, string>("count", $"{count}")));
        await write(RowList.LastLine(count, last), cancel);
    }

    /// <summary>Partitions are <c>practice</c> or <c>practice|…</c>; the character after the bar ends the second kind.</summary>
    private IAsyncEnumerable<(Table Table, Row Row)> RowsAsync(string practice, CancellationToken cancel) =>
        new[] { Table.Clients, Table.Access }.ToAsyncEnumerable()
            .SelectMany(t => store.ScanAsync(t, $"{practice}|", $"{practice}}}", cancel).Select(r => (t, r)))
            .Concat(new[] { Table.Directory, Table.Practices }.ToAsyncEnumerable()
                .SelectMany(t => store.ListAsync(t, practice, "", cancel).Select(r => (t, r))));
}
