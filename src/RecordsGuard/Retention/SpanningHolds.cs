using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>
/// Legal holds on a whole practice, or on a class of its records. Kept to once written, in force once settled
/// (<see cref="Settling"/>).
/// </summary>
public sealed class SpanningHolds(IRecordStore store, IndexKeys keys, AuditLog audit, Settling settling, TimeProvider time)
{
    /// <summary>The hold is durable and kept to when this returns. Null if there is no such practice.</summary>
    public async Task<HoldId?> PlaceAsync(AuditSubject who, PracticeId practice, HoldOrder order, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(order);
        var hold = HoldId.New();
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var facts = HoldText.Seal(order with { Record = null }, key, practice, null, hold, who.Person, time.GetUtcNow());
        await settling.AnnounceAsync(practice, Keys.Hold(hold), cancel);
        var row = Row.New(practice.ToString(), Keys.Hold(hold), RowKinds.Hold, RowBody.Write(facts with { BumpedTo = "" }));
        return await CommitAsync(who, [new RowChange.Insert(row)], cancel)
            ? hold : throw new StoreUnavailableException("A fresh hold id was taken.");
    }

    /// <inheritdoc cref="Settling.RunAsync(AuditSubject, PracticeId, string, CancellationToken)"/>
    public Task<bool?> SettleAsync(AuditSubject who, PracticeId practice, HoldId hold, CancellationToken cancel) =>
        settling.RunAsync(who, practice, Keys.Hold(hold), cancel);

    /// <summary>The practice's own holds, released ones too, for one unwrap; null if there is no such practice.</summary>
    public async Task<IReadOnlyList<ListedHold>?> ListAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        return key is null || await store.ReadPracticeAsync(practice, cancel) is not { } facts ? null
            : [.. (await store.ReadSpanningHoldsAsync(practice, cancel)).Where(r => r.Kind == RowKinds.Hold).Select(r => HoldText.Open(r, key, practice, null, facts.Today(time)))];
    }

    /// <param name="person">A pseudonym.</param>
    public async Task<bool> WasPlacedByAsync(PracticeId practice, HoldId hold, string person, CancellationToken cancel) =>
        (await ReadAsync(practice, hold, cancel))?.As<HoldFacts>().PlacedBy == person;

    /// <summary>
    /// Releases it; a hold already released stays as it was, and false if there is none. Nothing is bumped: who decided before saw it held, and an
    /// approval older than the release is void.
    /// </summary>
    public async Task<bool> ReleaseAsync(AuditSubject who, PracticeId practice, HoldId hold, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (await ReadAsync(practice, hold, cancel) is { } row)
        {
            var facts = row.As<HoldFacts>();
            if (facts.ReleasedAt is not null)
            {
                return true;
            }

            var released = facts with { ReleasedBy = who.Person, ReleasedAt = time.GetUtcNow(), BumpedTo = null };
            if (await CommitAsync(who, [new RowChange.Replace(row.Next(RowBody.Write(released)))], cancel))
            {
                return true;
            }
        }

        return false;
    }

    private Task<Row?> ReadAsync(PracticeId practice, HoldId hold, CancellationToken cancel) =>
        store.ReadAsync(Table.Practices, practice.ToString(), Keys.Hold(hold), cancel);

    private Task<bool> CommitAsync(AuditSubject who, RowChange[] changes, CancellationToken cancel) => audit.ChangeAsync(
        who, changes.Describe(Table.Practices),
        async _ => await store.CommitAsync(Table.Practices, changes[0].Row.Partition, changes, cancel) == Commit.Done);
}
