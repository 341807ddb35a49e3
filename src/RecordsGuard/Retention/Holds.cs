using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>A hold as a custodian sees it.</summary>
/// <param name="InForce">Today, in the practice's zone.</param>
public sealed record ListedHold(
    HoldId Id, string Matter, string Reason, DateOnly? Until, DateTimeOffset PlacedAt, DateTimeOffset? ReleasedAt, bool InForce);

/// <summary>
/// Legal holds on a client. In force once the commit is durable: it bumps the client row, so a purge that decided
/// before it fails its own commit.
/// </summary>
public sealed class Holds(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    /// <summary>Null if there is no such client.</summary>
    /// <param name="matter">Free text, sealed under the client's index key; so is <paramref name="reason"/>.</param>
    public async Task<HoldId?> PlaceAsync(
        AuditSubject who, PracticeId practice, ClientId client, string matter, string reason, DateOnly? until, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var hold = HoldId.New();
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var place = new TextPlace(practice, client, Keys.Hold(hold), "matter");
        var body = RowBody.Write(new HoldFacts(
            key.SealText(matter, place), key.SealText(reason, place with { Field = "reason" }),
            until, who.Person, time.GetUtcNow(), null, null));
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            var changes = partition.Bump(
                partition.Facts, new RowChange.Insert(Row.New(partition.Key, Keys.Hold(hold), RowKinds.Hold, body)));
            if (await CommitAsync(who, partition, changes, cancel))
            {
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
        return key is null ? null : [.. partition.Holds.Select(row => Open(row, key, partition, facts.Today(time)))];
    }

    private static ListedHold Open(Row row, IndexKey key, ClientPartition partition, DateOnly today)
    {
        var hold = row.As<HoldFacts>();
        var place = new TextPlace(partition.Practice, partition.Client, row.Key, "matter");
        return new(
            HoldId.Parse(row.Key[Keys.Holds.Length..]), key.OpenText(hold.Matter, place),
            key.OpenText(hold.Reason, place with { Field = "reason" }), hold.Until, hold.PlacedAt, hold.ReleasedAt,
            Disposition.IsInForce(hold, today));
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
