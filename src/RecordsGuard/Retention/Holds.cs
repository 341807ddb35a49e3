using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>
/// Legal holds on a client. In force once the commit is durable: it bumps the client row, so a purge that decided
/// before it fails its own commit.
/// </summary>
public sealed class Holds(IRecordStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>Null if there is no such client.</summary>
    /// <param name="sealText">Seals a text under the client's index key for the row key given.</param>
    public async Task<HoldId?> PlaceAsync(
        AuditSubject who, PracticeId practice, ClientId client, DateOnly? until,
        Func<string, (string Matter, string Reason)> sealText, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(sealText);
        var hold = HoldId.New();
        var (matter, reason) = sealText(Keys.Hold(hold));
        var body = RowBody.Write(new HoldFacts(matter, reason, until, who.Person, time.GetUtcNow(), null, null));
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
