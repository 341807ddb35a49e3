using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>What came of an extension.</summary>
public abstract record ExtensionAnswer
{
    private ExtensionAnswer()
    {
    }

    /// <param name="Extended">Records that stay through the day asked for.</param>
    /// <param name="NotExtended">Records that a rule forbids to keep so long, each with its last day.</param>
    public sealed record Done(IReadOnlyList<RecordId> Extended, IReadOnlyDictionary<RecordId, DateOnly> NotExtended) : ExtensionAnswer;

    /// <summary>The day asked for is not after today.</summary>
    public sealed record Past : ExtensionAnswer;

    public sealed record NoSuchClient : ExtensionAnswer;
}

/// <summary>An extension as a custodian sees it.</summary>
/// <param name="By">A pseudonym.</param>
/// <param name="Counts">It keeps the record today, in the practice's zone.</param>
public sealed record ListedExtension(RecordId Record, DateOnly Until, string Reason, string By, DateTimeOffset At, bool Counts);

/// <summary>
/// Keeping what may go: a custodian decides at review that a chart, or one record of it, stays through a day, and why. What
/// was approved before needs an approval again; the schedule and holds go on beside it, so that an extension never lets
/// anything go sooner. Another one takes its place.
/// </summary>
public sealed class Extensions(IRecordStore store, IndexKeys keys, AuditLog audit, DueIndex due, TimeProvider time)
{
    /// <summary>A batch takes 100 changes, one of them the client row.</summary>
    private const int BatchRecords = CommitLimits.MaxChanges - 1;

    /// <summary>Safe to repeat: an extension that stands as asked stays as it is.</summary>
    /// <param name="record">Null: every record of the chart that may be destroyed today, or is approved to be.</param>
    /// <param name="until">The last day on which it is kept for this.</param>
    public async Task<ExtensionAnswer> ExtendAsync(
        AuditSubject who, PracticeId practice, ClientId client, RecordId? record, DateOnly until, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var facts = await store.ReadPracticeAsync(practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        if (until <= facts.Today(time))
        {
            return new ExtensionAnswer.Past();
        }

        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return new ExtensionAnswer.NoSuchClient();
        }

        var (extended, not) = (new HashSet<RecordId>(), new Dictionary<RecordId, DateOnly>());
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            var spanning = await Spanning.ReadAsync(store, practice, cancel);
            var now = new List<RowChange>();
            foreach (var (id, last) in Due(partition, spanning, facts.Today(time), record).Where(r => !extended.Contains(r.Record)))
            {
                if (until > last)
                {
                    not[id] = last.Value;
                }
                else if (now.Count < BatchRecords)
                {
                    await due.AddAsync(new(until.AddDays(1), practice, client, id), cancel); // the hint first, as always
                    now.Add(Change(partition, id, until, key.SealText(reason, Place(practice, client, id)), who.Person));
                    extended.Add(id);
                }
            }

            if (now.Count == 0)
            {
                return new ExtensionAnswer.Done([.. extended], not);
            }

            var changes = partition.Bump(partition.Facts, now);
            if (!await audit.ChangeAsync(
                who, changes.Describe(Table.Clients),
                async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done))
            {
                extended.ExceptWith(now.Select(c => RecordId.Parse(c.Row.Key[Keys.Extensions.Length..])));
            }
        }

        return new ExtensionAnswer.NoSuchClient();
    }

    /// <summary>The client's extensions, one for each record, past ones too, for one unwrap; null if there is no such client.</summary>
    public async Task<IReadOnlyList<ListedExtension>?> ListAsync(
        AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null || await store.ReadPracticeAsync(practice, cancel) is not { } facts)
        {
            return null;
        }

        var found = new List<ListedExtension>();
        await foreach (var row in store.ListAsync(Table.Clients, Keys.Partition(practice, client), Keys.Extensions, cancel))
        {
            var (id, kept) = (RecordId.Parse(row.Key[Keys.Extensions.Length..]), row.As<ExtensionFacts>());
            found.Add(new(
                id, kept.Until, key.OpenText(kept.Reason, Place(practice, client, id)), kept.By, kept.At, facts.Today(time) <= kept.Until));
        }

        return found;
    }

    /// <summary>What may be destroyed as far as its schedule goes, with the last day on which it may be kept.</summary>
    private static IEnumerable<(RecordId Record, DateOnly? Last)> Due(
        ClientPartition partition, Spanning spanning, DateOnly today, RecordId? record)
    {
        foreach (var row in partition.Records)
        {
            var id = RecordId.Parse(row.Key[Keys.Records.Length..]);
            if (record is null || record == id)
            {
                switch (Disposition.Decide(partition, id, spanning, today))
                {
                    case Disposition.NeedsApproval s:
                        yield return (id, s.Schedule.MustDestroyBy);
                        break;
                    case Disposition.Waiting s:
                        yield return (id, s.Schedule.MustDestroyBy);
                        break;
                    case Disposition.Purge s:
                        yield return (id, s.Schedule.MustDestroyBy);
                        break;
                    case Disposition.Extended s when record == id:
                        yield return (id, s.Schedule.MustDestroyBy);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private RowChange Change(ClientPartition partition, RecordId id, DateOnly until, string reason, string by)
    {
        var body = RowBody.Write(new ExtensionFacts(until, reason, by, time.GetUtcNow()));
        return partition.Row(Keys.Extension(id)) is { } earlier
            ? new RowChange.Replace(earlier.Next(body))
            : new RowChange.Insert(Row.New(partition.Key, Keys.Extension(id), RowKinds.Extension, body));
    }

    private static TextPlace Place(PracticeId practice, ClientId client, RecordId record) =>
        new(practice, client, Keys.Extension(record), "reason");
}
