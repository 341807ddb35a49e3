using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Purging;

/// <summary>
/// Destroys one record, if the choke point still says so, in an order that a crash at any point leaves safe:
/// audit intent → tombstone replaces the slip, under the client row's ETag (the commit point) → the current blob is
/// deleted → audit outcome → certificate → the due row goes. Whatever follows the commit point is repeated until it is
/// done, by redelivery or by the sweep: what has a certificate has its outcome in the log, perhaps twice; the due row goes
/// last because it is what says that something is left to do.
/// </summary>
public sealed class Purge(
    IRecordStore store, IBlobStore blobs, IKeyVault vault, AuditLog audit, DueIndex due, TimeProvider time)
{
    private const string Operation = "purge";

    /// <summary>Named in the entry of a refusal; the rows have the others.</summary>
    private const int MaxHolds = 8;

    /// <summary>Safe to call any number of times, and at once.</summary>
    /// <param name="foreign">
    /// Told, before the certificate, that the blob is not the one that was sealed: it is left where it is, as evidence.
    /// </param>
    /// <returns>What the choke point said; <see cref="Disposition.Purged"/> once it is done.</returns>
    public async Task<Disposition> RunAsync(
        PurgeMessage message, Func<AuditSubject, ClientId, Task> foreign, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(foreign);
        while (true)
        {
            var practice = await store.ReadPracticeAsync(message.Practice, cancel);
            var partition = await ClientPartition.ReadAsync(store, message.Practice, message.Client, cancel);
            if (practice is null || partition is null)
            {
                return new Disposition.Unknown();
            }

            var holds = await store.ReadSpanningHoldsAsync(message.Practice, cancel);
            var decision = Disposition.Decide(partition, message.Record, holds, practice.Today(time));
            switch (decision)
            {
                case Disposition.Purge purge:
                    await CommitAsync(partition, message.Record, purge, cancel);
                    break; // done or in conflict, the rows say which
                case Disposition.Purged { Tombstone.Certificate: null } purged:
                    await DestroyAsync(partition, message.Record, purged.Tombstone, foreign, cancel);
                    break;
                case Disposition.Purged:
                    await due.DropAsync(new(message.DueDay, message.Practice, message.Client, message.Record), cancel);
                    return decision;
                case Disposition.Held held:
                    await audit.AppendAsync(Subject(partition, message.Record).Event(
                        AuditKind.Refused,
                        [new("because", "held"), .. held.Holds.Take(MaxHolds).Select(h => new KeyValuePair<string, string>("hold", h))]));
                    return decision;
                default:
                    return decision;
            }
        }
    }

    private async Task CommitAsync(ClientPartition partition, RecordId record, Disposition.Purge purge, CancellationToken cancel)
    {
        var row = partition.Row(Keys.Record(record))!;
        var facts = row.As<RecordFacts>();
        var intent = AuditEntryId.New();
        var tombstone = new TombstoneFacts(
            facts.Class, facts.Created, purge.Schedule.Rule.Id, purge.Schedule.Rule.Citation, purge.Schedule.MayDestroyFrom,
            purge.Approval.ApprovedBy, time.GetUtcNow(), intent.ToString(),
            facts.BlobETag, facts.BlobVersionId, facts.BlobLength, Certificate: null);
        var changes = partition.Bump(
            partition.Facts, new RowChange.Replace(row.Next(RowBody.Write(tombstone), RowKinds.Tombstone)));
        await audit.AppendAsync(intent, Subject(partition, record).Event(AuditKind.ChangeIntended, changes.Describe(Table.Clients)));
        if (await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Conflict)
        {
            await audit.AppendAsync(Subject(partition, record).Event(
                AuditKind.ChangeNotDone, new KeyValuePair<string, string>("intent", intent.ToString())));
        }
    }

    private async Task DestroyAsync(
        ClientPartition partition, RecordId record, TombstoneFacts tombstone,
        Func<AuditSubject, ClientId, Task> foreign, CancellationToken cancel)
    {
        var name = $"{partition.Practice}/{partition.Client}/{record}";
        var version = new BlobVersion(tombstone.BlobETag, tombstone.BlobVersionId, tombstone.BlobLength);
        var deleted = await blobs.DeleteAsync(Container.Records, name, version, tombstone.Intent, cancel);
        if (!deleted)
        {
            // Unreadable either way: the slip is gone. Bytes that are not ours are evidence, not waste.
            await foreign(Subject(partition, record), partition.Client);
        }

        await audit.AppendAsync(Subject(partition, record).Event(
            AuditKind.ChangeDone, new KeyValuePair<string, string>("intent", tombstone.Intent)));
        var certificate = await Certificate.SignAsync(
            vault, partition.Practice, partition.Client, record, tombstone, time.GetUtcNow(), deleted, cancel);
        var row = partition.Row(Keys.Record(record))!;
        RowChange[] changes = [new RowChange.Replace(row.Next(RowBody.Write(tombstone with { Certificate = certificate })))];
        await audit.ChangeAsync(
            Subject(partition, record), changes.Describe(Table.Clients),
            async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
    }

    private static AuditSubject Subject(ClientPartition partition, RecordId record) =>
        new(Operation, partition.Practice.ToString(), Client: partition.Facts.Pseudonym, Record: record.ToString());
}
