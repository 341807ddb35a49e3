using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>
/// Legal holds on a whole practice, or on a class of its records. The row is written first, and whoever decides from then
/// on reads it; then every client row is bumped, so that a purge which decided before loses its commit; only then is the
/// hold in force. A crash in between leaves it written and not yet in force: whoever placed it goes on with
/// <see cref="SettleAsync"/>, from the client it had come to.
/// </summary>
public sealed class SpanningHolds(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    /// <summary>Client rows bumped in one request; a larger practice takes several.</summary>
    public const int ClientsAtOnce = 500;

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
        var row = Row.New(practice.ToString(), Keys.Hold(hold), RowKinds.Hold, RowBody.Write(facts with { BumpedTo = "" }));
        return await CommitAsync(who, [new RowChange.Insert(row)], cancel)
            ? hold : throw new StoreUnavailableException("A fresh hold id was taken.");
    }

    /// <summary>Bumps the next clients. May be called any number of times, and at once.</summary>
    /// <returns>True: every client row has been bumped since the hold was written. Null: there is no such hold.</returns>
    public async Task<bool?> SettleAsync(AuditSubject who, PracticeId practice, HoldId hold, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await ReadAsync(practice, hold, cancel) is not { } row)
        {
            return null;
        }

        if (row.As<HoldFacts>().BumpedTo is not { } from)
        {
            return true;
        }

        var bumped = 0;
        await foreach (var client in store.ListAsync(Table.Directory, practice.ToString(), "", cancel))
        {
            if (client.Kind == RowKinds.Unlinked || string.CompareOrdinal(client.Key, from) <= 0)
            {
                continue;
            }

            if (bumped == ClientsAtOnce)
            {
                await NoteAsync(who, practice, hold, from, cancel);
                return false;
            }

            await BumpAsync(who, practice, ClientId.Parse(client.Key), cancel);
            (bumped, from) = (bumped + 1, client.Key);
        }

        await NoteAsync(who, practice, hold, null, cancel);
        return true;
    }

    /// <summary>The practice's own holds, released ones too, for one unwrap; null if there is no such practice.</summary>
    public async Task<IReadOnlyList<ListedHold>?> ListAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        return key is null || await store.ReadPracticeAsync(practice, cancel) is not { } facts ? null
            : [.. (await store.ReadSpanningHoldsAsync(practice, cancel)).Select(r => HoldText.Open(r, key, practice, null, facts.Today(time)))];
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

    private async Task BumpAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        while (await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is { } row)
        {
            RowChange[] changes = [new RowChange.Replace(row.Next(row.Body))];
            var done = await audit.ChangeAsync(
                who with { Client = row.As<ClientFacts>().Pseudonym }, changes.Describe(Table.Clients),
                async _ => await store.CommitAsync(Table.Clients, row.Partition, changes, cancel) == Commit.Done);
            if (done)
            {
                return;
            }
        }
    }

    /// <param name="to">The last client bumped; null: all are.</param>
    private async Task NoteAsync(AuditSubject who, PracticeId practice, HoldId hold, string? to, CancellationToken cancel)
    {
        while (await ReadAsync(practice, hold, cancel) is { } row && row.As<HoldFacts>() is { BumpedTo: { } before } facts
            && (to is null || string.CompareOrdinal(before, to) < 0))
        {
            if (await CommitAsync(who, [new RowChange.Replace(row.Next(RowBody.Write(facts with { BumpedTo = to })))], cancel))
            {
                return;
            }
        }
    }

    private Task<Row?> ReadAsync(PracticeId practice, HoldId hold, CancellationToken cancel) =>
        store.ReadAsync(Table.Practices, practice.ToString(), Keys.Hold(hold), cancel);

    private Task<bool> CommitAsync(AuditSubject who, RowChange[] changes, CancellationToken cancel) => audit.ChangeAsync(
        who, changes.Describe(Table.Practices),
        async _ => await store.CommitAsync(Table.Practices, changes[0].Row.Partition, changes, cancel) == Commit.Done);
}
