using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Backup;

namespace RecordsGuard.Retention.Purging;

/// <summary>
/// Destroys one record, if the choke point still says so, in an order that a crash at any point leaves safe:
/// audit intent → tombstone replaces the slip, under the client row's ETag (the commit point) → the current blob is
/// deleted → audit outcome → certificate → the due row moves to the day after the undo window. Whatever follows the commit
/// point is repeated until it is done, by redelivery or by the sweep: what has a certificate has its outcome in the log,
/// perhaps twice; the due row moves last because it is what says that something is left to do. On its last day the sweep
/// brings it here once more, to look whether any copy outlived the window.
/// </summary>
public sealed class Purge(
    IRecordStore store, IBlobStore blobs, IKeyVault vault, AuditLog audit, DueIndex due, TimeProvider time)
{
    /// <summary>In the record's place lies something that nobody of ours sealed.</summary>
    public const string ForeignBytes = "foreign-bytes";

    /// <summary>After the undo window a blob or the backup of its slip is still there.</summary>
    public const string CopyLeft = "copy-outlived-purge";

    private const string Operation = "purge";

    /// <summary>Safe to call any number of times, and at once.</summary>
    /// <param name="tell">
    /// Told of <see cref="ForeignBytes"/> before the certificate: the blob is not the one that was sealed and is left where
    /// it is, as evidence. Told of <see cref="CopyLeft"/> after the undo window.
    /// </param>
    /// <returns>What the choke point said; <see cref="Disposition.Purged"/> once it is done.</returns>
    public async Task<Disposition> RunAsync(
        PurgeMessage message, Func<AuditSubject, ClientId, string, Task> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(tell);
        while (true)
        {
            var practice = await store.ReadPracticeAsync(message.Practice, cancel);
            var partition = await ClientPartition.ReadAsync(store, message.Practice, message.Client, cancel);
            if (practice is null || partition is null)
            {
                return new Disposition.Unknown();
            }

            var spanning = await Spanning.ReadAsync(store, message.Practice, cancel);
            var decision = Disposition.Decide(partition, message.Record, spanning, practice.Today(time));
            switch (decision)
            {
                case Disposition.Purge purge:
                    await CommitAsync(partition, message.Record, purge, cancel);
                    break; // done or in conflict, the rows say which
                case Disposition.Purged { Tombstone.Certificate: null } purged:
                    await DestroyAsync(partition, message.Record, purged.Tombstone, tell, cancel);
                    break;
                case Disposition.Purged purged:
                    await WatchAsync(partition, message, purged.Tombstone, practice.Today(time), tell, cancel);
                    return decision;
                case Disposition.Held held:
                    await audit.AppendAsync(Subject(partition, message.Record).Event(AuditKind.Refused, Disposition.Held.Details(held.Holds)));
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
            purge.Approval.SecondBy is { } second ? $"{purge.Approval.ApprovedBy}, {second}" : purge.Approval.ApprovedBy,
            time.GetUtcNow(), intent.ToString(),
            facts.BlobETag, facts.BlobVersionId, facts.BlobLength, Certificate: null,
            partition.Facts.LastService);
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
        Func<AuditSubject, ClientId, string, Task> tell, CancellationToken cancel)
    {
        var name = NameOf(partition, record);
        var version = new BlobVersion(tombstone.BlobETag, tombstone.BlobVersionId, tombstone.BlobLength);
        var deleted = await blobs.DeleteAsync(Container.Records, name, version, tombstone.Intent, cancel);
        if (!deleted)
        {
            // Unreadable either way: the slip is gone. Bytes that are not ours are evidence, not waste.
            await tell(Subject(partition, record), partition.Client, ForeignBytes);
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

    /// <summary>
    /// Nothing to see before the undo window has passed; then neither the blob nor its row's own backup may be there, nor
    /// a nightly backup from before the purge.
    /// Versions and soft-deleted copies are not listed to this identity: those the platform's own rule removes.
    /// </summary>
    private async Task WatchAsync(
        ClientPartition partition, PurgeMessage message, TombstoneFacts tombstone, DateOnly today,
        Func<AuditSubject, ClientId, string, Task> tell, CancellationToken cancel)
    {
        var entry = new DueEntry(message.DueDay, message.Practice, message.Client, message.Record);
        var look = CertificateReading.Parse(tombstone.Certificate!).Statement.NoCopyAfter.AddDays(1);
        if (today < look)
        {
            await due.MoveAsync(entry, look, cancel);
        }
        else if (await IsThereAsync(Container.Records, partition, message.Record, cancel)
            || await IsThereAsync(Container.Slips, partition, message.Record, cancel)
            || await IsInNightlyBackupAsync(partition.Practice, tombstone, cancel))
        {
            await tell(Subject(partition, message.Record), partition.Client, CopyLeft);
            await due.MoveAsync(entry, today.AddDays(Sweep.ReviewDays), cancel);
        }
        else
        {
            await due.DropAsync(entry, cancel);
        }
    }

    private async Task<bool> IsThereAsync(Container container, ClientPartition partition, RecordId record, CancellationToken cancel) =>
        await blobs.ListAsync(container, NameOf(partition, record), cancel).AnyAsync(b => b.Name == NameOf(partition, record), cancel);

    /// <summary>The oldest night comes first. That of the purge's day may have read the row before it.</summary>
    private async Task<bool> IsInNightlyBackupAsync(PracticeId practice, TombstoneFacts tombstone, CancellationToken cancel) =>
        await blobs.ListAsync(Container.Slips, BackupManifest.Prefix(practice), cancel).FirstOrDefaultAsync(cancel) is { } oldest
        && BackupManifest.NightOf(practice, oldest.Name) <= DateOnly.FromDateTime(tombstone.PurgedAt.UtcDateTime);

    private static string NameOf(ClientPartition partition, RecordId record) => $"{partition.Practice}/{partition.Client}/{record}";

    private static AuditSubject Subject(ClientPartition partition, RecordId record) =>
        new(Operation, partition.Practice.ToString(), Client: partition.Facts.Pseudonym, Record: record.ToString());
}
