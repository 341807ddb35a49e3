using RecordsGuard.Access.Requests;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>Something that somebody should have done by now.</summary>
/// <param name="What">Such as <c>grant</c>: an unreviewed break-glass grant.</param>
public sealed record MissedDeadline(PracticeId Practice, ClientId Client, string What, string Id, DateTimeOffset By);

/// <summary>
/// What must be done by a time: reviews and reports. A row by day points to the row that says whether it was done, so
/// that a look costs what is due, and nothing needs a right to remove rows.
/// </summary>
public sealed class Deadlines(IRecordStore store, TimeProvider time)
{
    /// <summary>How far back a look goes: what was missed longer ago has been told every day of these.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(60);

    /// <summary>Everything missed in any practice, again at every look until it is done.</summary>
    public async IAsyncEnumerable<MissedDeadline> MissedAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await foreach (var (id, _) in store.EachPracticeAsync(Keys.Practice, cancel))
        {
            await foreach (var (deadline, row) in PointedToAsync(store, id, "", time, cancel))
            {
                var parts = deadline.Key.Split('|');
                if (deadline.As<DeadlineFacts>().By <= now && IsOpen(parts[1], row))
                {
                    yield return new(id, ClientId.Parse(parts[0]), parts[1], parts[2], deadline.As<DeadlineFacts>().By);
                }
            }
        }
    }

    /// <summary>The row that says by when; to be committed before the row that it points to.</summary>
    internal static RowChange Row(PracticeId practice, ClientId client, string what, string id, DateTimeOffset by, Row of) =>
        new RowChange.Insert(Records.Row.New(
            Keys.Deadlines(practice, Day(by)), $"{client}|{what}|{id}", RowKinds.Deadline,
            RowBody.Write(new DeadlineFacts(by, of.Partition, of.Key))));

    /// <summary>All that have a deadline in the remembered past or the future, with the rows they are about, where there are any.</summary>
    /// <param name="what">Only of these; empty: all.</param>
    internal static async IAsyncEnumerable<(Row Deadline, Row Row)> PointedToAsync(
        IRecordStore store, PracticeId practice, string what, TimeProvider time,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var from = Keys.Deadlines(practice, Day(time.GetUtcNow() - Remembered));
        await foreach (var deadline in store.ScanAsync(Table.Access, from, $"{practice}|due}}", cancel))
        {
            if (deadline.Kind != RowKinds.Deadline)
            {
                continue;
            }

            var facts = deadline.As<DeadlineFacts>();
            if ((what.Length == 0 || deadline.Key.Split('|')[1] == what)
                && await store.ReadAsync(Table.Access, facts.Partition, facts.Key, cancel) is { } row)
            {
                yield return (deadline, row);
            }
        }
    }

    private static bool IsOpen(string what, Row row) => what switch
    {
        BreakGlass.What => row.As<GrantFacts>().ReviewedAt is null,
        Disclosures.Disclosures.SecondLook => row.As<DisclosureFacts>().ApprovedAt is null,
        Disclosures.Disclosures.Report => row.As<DisclosureFacts>().ReportedAt is null,
        RequestDesk.What => row.As<RequestFacts>().AnsweredAt is null,
        _ => throw new InvalidDataException($"Nobody of ours set a deadline for {what}."),
    };

    /// <summary>Whether a text can be the id of a grant, a disclosure or a consent: nothing else is looked for.</summary>
    internal static bool IsId(string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
