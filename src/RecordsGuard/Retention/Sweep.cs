using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>What one sweep did.</summary>
public sealed record SweepReport(int Visited, int Listed, int SentToPurge, int Moved, int Dropped);

/// <summary>What somebody is to be told of.</summary>
public abstract record SweepNotice(PracticeId Practice)
{
    /// <summary>A record that a rule forbids to keep after a day that is near or past, and on which nobody has decided.</summary>
    /// <param name="MustDestroyBy">The last day on which it may be kept.</param>
    public sealed record MustGo(PracticeId Practice, ClientId Client, RecordId Record, DateOnly MustDestroyBy) : SweepNotice(Practice);

    /// <summary>So many charts were listed for review <see cref="Sweep.ReviewDays"/> days ago or earlier, and still wait.</summary>
    public sealed record StillWaiting(PracticeId Practice, int Clients) : SweepNotice(Practice);

    /// <summary>More clients than the cap would have gone by themselves: none was approved, all are listed for review.</summary>
    public sealed record OverCap(PracticeId Practice, int Clients, int Cap) : SweepNotice(Practice);
}

/// <summary>
/// The nightly sweep: visits what the due index names up to today, lists what is due for review, sends what is
/// approved to the purge queue, approves what a practice chose to let go by itself, and moves what is protected to its next
/// review day. It destroys nothing. Idempotent;
/// a crash is finished by the next run: every visited row moves on or goes, so what still stands on a past day is
/// exactly what is unfinished, and starting from the first day costs nothing.
/// </summary>
public sealed class Sweep(IRecordStore store, DueIndex due, Relisting relisting, DispositionReview review, IWorkQueue queue, TimeProvider time)
{
    /// <summary>Days until a record that may not be purged is looked at again.</summary>
    public const int ReviewDays = 30;

    /// <param name="tell">Told before what it is about is moved to its next review day; null: nobody is.</param>
    /// <exception cref="AggregateException">
    /// Rows that cannot be read. The message then becomes poison, and that is an alert.
    /// </exception>
    public async Task<SweepReport> RunAsync(Func<SweepNotice, Task>? tell, CancellationToken cancel)
    {
        tell ??= _ => Task.CompletedTask;
        await relisting.RunAsync(cancel);

        // Somewhere on earth it is already tomorrow: each record is decided in its practice's own day.
        var until = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1);
        var report = new SweepReport(0, 0, 0, 0, 0);
        var (broken, undecided, automatic) = (new List<Exception>(), new HashSet<(PracticeId, ClientId)>(), new List<DueEntry>());
        await foreach (var entry in due.ListAsync(until, cancel))
        {
            try
            {
                report = await VisitAsync(entry, report with { Visited = report.Visited + 1 }, tell, undecided, automatic, cancel);
            }
            catch (Exception e) when (e is FormatException or InvalidDataException or TimeZoneNotFoundException)
            {
                // One row that nobody can read must not keep all the others from their turn, night after night.
                broken.Add(e);
            }
        }

        foreach (var practice in automatic.GroupBy(e => e.Practice))
        {
            report = await ApproveAutomaticallyAsync(practice.Key, [.. practice], report, tell, cancel);
        }

        foreach (var practice in undecided.GroupBy(u => u.Item1))
        {
            await tell(new SweepNotice.StillWaiting(practice.Key, practice.Count()));
        }

        return broken.Count == 0
            ? report
            : throw new AggregateException($"{broken.Count} due row(s) could not be decided on; the others had their turn.", broken);
    }

    private async Task<SweepReport> VisitAsync(
        DueEntry entry, SweepReport report, Func<SweepNotice, Task> tell,
        HashSet<(PracticeId, ClientId)> undecided, List<DueEntry> automatic, CancellationToken cancel)
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
        if (state.IsPressing(today))
        {
            await tell(new SweepNotice.MustGo(entry.Practice, entry.Client, entry.Record, state.UndecidedUntil!.Value));
        }

        switch (state)
        {
            case Disposition.NeedsApproval { Untouched: true } when spanning.Schedule.IsAutomatic(partition!.Row(Keys.Record(entry.Record))!.As<RecordFacts>().Class):
                automatic.Add(entry);
                return report;
            case Disposition.NeedsApproval or Disposition.Held:
                if (!await ListForReviewAsync(entry, cancel) && state is Disposition.NeedsApproval)
                {
                    undecided.Add((entry.Practice, entry.Client));
                }

                await due.MoveAsync(entry, today.AddDays(ReviewDays), cancel);
                return report with { Listed = report.Listed + 1 };
            case Disposition.Extended extended:
                await due.MoveAsync(entry, extended.Until.AddDays(1), cancel);
                return report with { Moved = report.Moved + 1 };
            // A purged record whose due row still stands is a purge that stopped half-way: only the purge finishes it.
            case Disposition.Purge or Disposition.Purged:
                await queue.SendAsync(
                    WorkQueues.Purge,
                    new PurgeMessage(entry.Practice, entry.Client, entry.Record, entry.Day).ToString(), TimeSpan.Zero, cancel);
                return report with { SentToPurge = report.SentToPurge + 1 };
            case Disposition.Waiting waiting:
                await due.MoveAsync(entry, waiting.Approval.PurgeFrom, cancel);
                return report with { Moved = report.Moved + 1 };
            case Disposition.NotYet notYet:
                await due.MoveAsync(entry, notYet.Schedule.MayDestroyFrom, cancel);
                return report with { Moved = report.Moved + 1 };
            case Disposition.Retain:
                if (state.IsPressing(today))
                {
                    await ListForReviewAsync(entry, cancel); // nobody may destroy it, and nobody may keep it: a person has to look
                }

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

    /// <summary>Once all of a run are known, because the cap is for the run. What a crash leaves stands where it stood.</summary>
    private async Task<SweepReport> ApproveAutomaticallyAsync(
        PracticeId id, List<DueEntry> entries, SweepReport report, Func<SweepNotice, Task> tell, CancellationToken cancel)
    {
        var practice = await store.ReadPracticeAsync(id, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        var clients = entries.Select(e => e.Client).Distinct().ToList();
        var isOver = clients.Count > practice.ClientCap;
        if (isOver)
        {
            await tell(new SweepNotice.OverCap(id, clients.Count, practice.ClientCap));
        }

        foreach (var client in isOver ? [] : clients)
        {
            await review.ApproveAutomaticallyAsync(id, client, cancel);
        }

        foreach (var entry in entries)
        {
            await ListForReviewAsync(entry, cancel); // who would withdraw it finds it there
            await due.MoveAsync(entry, practice.Today(time).AddDays(isOver ? ReviewDays : practice.WaitingDays), cancel);
        }

        return isOver ? report with { Listed = report.Listed + entries.Count } : report with { Moved = report.Moved + entries.Count };
    }

    /// <returns>False: its client was listed before.</returns>
    private async Task<bool> ListForReviewAsync(DueEntry entry, CancellationToken cancel)
    {
        var row = Row.New(entry.Practice.ToString(), entry.Client.ToString(), RowKinds.Disposition, "{}");
        return await store.CommitAsync(Table.Dispositions, row.Partition, [new RowChange.Insert(row)], cancel) == Commit.Done;
    }
}
