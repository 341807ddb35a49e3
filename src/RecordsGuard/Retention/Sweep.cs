using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>What one sweep did.</summary>
public sealed record SweepReport(int Visited, int Listed, int SentToPurge, int Moved, int Dropped);

/// <summary>A record that a rule forbids to keep after a day that is near or past, and on which nobody has decided.</summary>
/// <param name="MustDestroyBy">The last day on which it may be kept.</param>
public sealed record MustGo(PracticeId Practice, ClientId Client, RecordId Record, DateOnly MustDestroyBy);

/// <summary>
/// The nightly sweep: visits what the due index names up to today, lists what is due for review, sends what is
/// approved to the purge queue, and moves what is protected to its next review day. It destroys nothing. Idempotent;
/// a crash is finished by the next run: every visited row moves on or goes, so what still stands on a past day is
/// exactly what is unfinished, and starting from the first day costs nothing.
/// </summary>
public sealed class Sweep(IRecordStore store, DueIndex due, Relisting relisting, IWorkQueue queue, TimeProvider time)
{
    /// <summary>Days until a record that may not be purged is looked at again.</summary>
    public const int ReviewDays = 30;

    /// <param name="tell">Told of each record that must go, before it is moved to its next review day; null: nobody is.</param>
    /// <exception cref="AggregateException">
    /// Rows that cannot be read. The message then becomes poison, and that is an alert.
    /// </exception>
    public async Task<SweepReport> RunAsync(Func<MustGo, Task>? tell, CancellationToken cancel)
    {
        await relisting.RunAsync(cancel);

        // Somewhere on earth it is already tomorrow: each record is decided in its practice's own day.
        var until = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1);
        var report = new SweepReport(0, 0, 0, 0, 0);
        var broken = new List<Exception>();
        await foreach (var entry in due.ListAsync(until, cancel))
        {
            try
            {
                report = await VisitAsync(entry, report with { Visited = report.Visited + 1 }, tell, cancel);
            }
            catch (Exception e) when (e is FormatException or InvalidDataException or TimeZoneNotFoundException)
            {
                // One row that nobody can read must not keep all the others from their turn, night after night.
                broken.Add(e);
            }
        }

        return broken.Count == 0
            ? report
            : throw new AggregateException($"{broken.Count} due row(s) could not be decided on; the others had their turn.", broken);
    }

    private async Task<SweepReport> VisitAsync(
        DueEntry entry, SweepReport report, Func<MustGo, Task>? tell, CancellationToken cancel)
    {
        if (await store.ReadPracticeAsync(entry.Practice, cancel) is not { } practice)
        {
            return report; // a row nobody can decide on stays where it is
        }

        var today = practice.Today(time);
        if (entry.Day > today)
        {
            return report;
        }

        var partition = await ClientPartition.ReadAsync(store, entry.Practice, entry.Client, cancel);
        var spanning = await Spanning.ReadAsync(store, entry.Practice, cancel);
        var state = partition is null ? new Disposition.Unknown() : Disposition.Decide(partition, entry.Record, spanning, today);
        if (tell is not null && state.UndecidedUntil is { } last && today >= last.AddDays(-RetentionAnswer.NoticeDays))
        {
            await tell(new(entry.Practice, entry.Client, entry.Record, last));
        }

        switch (state)
        {
            case Disposition.NeedsApproval or Disposition.Held:
                await ListForReviewAsync(entry, cancel);
                await due.MoveAsync(entry, today.AddDays(ReviewDays), cancel);
                return report with { Listed = report.Listed + 1 };
            // A purged record whose due row still stands is a purge that stopped half-way: only the purge finishes it.
            case Disposition.Purge or Disposition.Purged:
                await queue.SendAsync(
                    WorkQueues.Purge,
                    new PurgeMessage(entry.Practice, entry.Client, entry.Record, entry.Day).ToString(), TimeSpan.Zero, cancel);
                return report with { SentToPurge = report.SentToPurge + 1 };
            case Disposition.Waiting waiting:
                await due.MoveAsync(entry, waiting.PurgeFrom, cancel);
                return report with { Moved = report.Moved + 1 };
            case Disposition.NotYet notYet:
                await due.MoveAsync(entry, notYet.Schedule.MayDestroyFrom, cancel);
                return report with { Moved = report.Moved + 1 };
            case Disposition.Retain:
                await due.MoveAsync(entry, today.AddDays(ReviewDays), cancel);
                return report with { Moved = report.Moved + 1 };
            // An upload writes its due row before its record row: a row without a record is the trace of an upload that
            // never committed only when a day has passed.
            case Disposition.Unknown when entry.Day < today.AddDays(-1):
                await due.DropAsync(entry, cancel);
                return report with { Dropped = report.Dropped + 1 };
            default:
                return report;
        }
    }

    private async Task ListForReviewAsync(DueEntry entry, CancellationToken cancel)
    {
        var row = Row.New(entry.Practice.ToString(), entry.Client.ToString(), RowKinds.Disposition, "{}");
        await store.CommitAsync(Table.Dispositions, row.Partition, [new RowChange.Insert(row)], cancel);
    }
}
