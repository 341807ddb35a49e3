using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>
/// Legal holds on a client, on one of their records, or on a class of them. In force once the commit is durable: it
/// bumps the client row, so a purge that decided before it fails its own commit; a joint chart of the client's is bumped
/// next, so that one of its records does too.
/// </summary>
public sealed class Holds(IRecordStore store, IndexKeys keys, AuditLog audit, JointCharts joint, TimeProvider time)
{
    /// <summary>
    /// Null if there is no such client, or no such record of this client's. A client that is closing goes on: a hold waits
    /// for nobody.
    /// </summary>
    public async Task<HoldId?> PlaceAsync(
        AuditSubject who, PracticeId practice, ClientId client, HoldOrder order, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(order);
        var hold = HoldId.New();
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var body = RowBody.Write(HoldText.Seal(order, key, practice, client, hold, who.Person, time.GetUtcNow()));
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            if (partition.Facts.UnlinkedAt is not null || (order.Record is { } record && partition.Row(Keys.Record(record)) is null))
            {
                return null;
            }

            var changes = partition.Bump(
                partition.Facts with { ClosingSince = null },
                new RowChange.Insert(Row.New(partition.Key, Keys.Hold(hold), RowKinds.Hold, body)));
            if (await CommitAsync(who, partition, changes, cancel))
            {
                await joint.FollowAsync(who, practice, partition.Facts, cancel);
                return hold;
            }
        }

        return null;
    }

    /// <summary>The client's holds, released ones too, for one unwrap; null if there is no such client.</summary>
    public async Task<IReadOnlyList<ListedHold>?> ListAsync(
        AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await ClientPartition.ReadAsync(store, practice, client, cancel) is not { } partition
            || await store.ReadPracticeAsync(practice, cancel) is not { } facts)
        {
            return null;
        }

        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        return key is null ? null : [.. partition.Holds.Select(row => HoldText.Open(row, key, practice, client, facts.Today(time)))];
    }

    /// <param name="person">A pseudonym.</param>
    public async Task<bool> WasPlacedByAsync(
        PracticeId practice, ClientId client, HoldId hold, string person, CancellationToken cancel) =>
        (await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Hold(hold), cancel))?.As<HoldFacts>().PlacedBy == person;

    /// <summary>Releases it; a hold already released stays as it was. False if there is no such hold.</summary>
    public async Task<bool> ReleaseAsync(
        AuditSubject who, PracticeId practice, ClientId client, HoldId hold, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition
            && partition.Row(Keys.Hold(hold)) is { } row)
        {
            var facts = row.As<HoldFacts>();
            if (facts.ReleasedAt is not null)
            {
                return true;
            }

            var released = facts with { ReleasedBy = who.Person, ReleasedAt = time.GetUtcNow() };
            var changes = partition.Bump(partition.Facts, new RowChange.Replace(row.Next(RowBody.Write(released))));
            if (await CommitAsync(who, partition, changes, cancel))
            {
                return true;
            }
        }

        return false;
    }

    private Task<bool> CommitAsync(
        AuditSubject who, ClientPartition partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
        audit.ChangeAsync(
            who, changes.Describe(Table.Clients),
            async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
}
