using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>
/// Removes blobs whose upload never committed: nothing can open them, because their slip is nowhere. A blob goes only
/// if it is more than a day old and rows, backups and log all lack it, and if its client is there: a client row is never
/// removed, so that without it rows were lost. Nothing goes while the practice's rows are restored; at most
/// <see cref="Cap"/> a run.
/// </summary>
public sealed class Reconciler(IRecordStore store, IBlobStore blobs, ILogStore log, AuditLog audit, TimeProvider time)
{
    public const int Cap = 100;

    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <returns>How many blobs went.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var orphans = await FindAsync(cancel);
        if (orphans.Count == 0)
        {
            return 0;
        }

        await RemoveKnownToLogAsync(orphans, cancel);
        foreach (var (record, item) in orphans)
        {
            var practice = item.Name.Split('/')[0];
            var entry = await audit.AppendAsync(
                new AuditSubject("remove-uncommitted-blob", practice, Record: record).Event(AuditKind.HouseKeeping));
            await blobs.DeleteAsync(Container.Records, item.Name, item.Version, entry.ToString(), cancel);
        }

        return orphans.Count;
    }

    private async Task<Dictionary<string, BlobItem>> FindAsync(CancellationToken cancel)
    {
        var orphans = new Dictionary<string, BlobItem>(StringComparer.Ordinal);
        var restoring = new Dictionary<PracticeId, bool>();
        await foreach (var item in blobs.ListAsync(Container.Records, "", cancel))
        {
            var parts = item.Name.Split('/');
            if (time.GetUtcNow() - item.LastModified < Grace || parts.Length != 3
                || !PracticeId.TryParse(parts[0], out var practice) || !ClientId.TryParse(parts[1], out var client)
                || !RecordId.TryParse(parts[2], out var record)
                || await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Record(record), cancel) is not null
                || await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is null
                || await HasBackupAsync(item.Name, cancel))
            {
                continue;
            }

            if (!restoring.TryGetValue(practice, out var waits))
            {
                restoring[practice] = waits = await IsRestoringAsync(practice, cancel);
            }

            if (waits)
            {
                continue;
            }

            orphans[parts[2]] = item;
            if (orphans.Count == Cap)
            {
                break;
            }
        }

        return orphans;
    }

    private async Task<bool> IsRestoringAsync(PracticeId practice, CancellationToken cancel) =>
        await store.ListAsync(Table.Practices, practice.ToString(), Keys.Restores, cancel).AnyAsync(r => !r.As<RestoreFacts>().IsDone, cancel);

    private async Task<bool> HasBackupAsync(string name, CancellationToken cancel)
    {
        await foreach (var backup in blobs.ListAsync(Container.Slips, name, cancel))
        {
            if (backup.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A record whose row the log announced, and does not call undone, may have been committed: that its row is gone is
    /// then a loss to look into, not waste. The outcome alone would not do: a crash may have kept it from being written.
    /// </summary>
    private async Task RemoveKnownToLogAsync(Dictionary<string, BlobItem> orphans, CancellationToken cancel)
    {
        var announced = new Dictionary<string, string>(StringComparer.Ordinal);
        var undone = new HashSet<string>(StringComparer.Ordinal);
        for (var shard = 0; shard < PendingEntry.Shards; shard++)
        {
            await foreach (var pending in log.ReadAsync(shard, cancel))
            {
                var entry = AuditEntry.Parse(pending.Bytes);
                if (!orphans.ContainsKey(entry.Event.Record))
                {
                    continue;
                }

                if (entry.Event.Kind == AuditKind.ChangeIntended && entry.Event.Details.Any(d => d.Key == "rowHash"))
                {
                    announced[entry.Id.ToString()] = entry.Event.Record;
                }
                else if (entry.Event.Kind == AuditKind.ChangeNotDone)
                {
                    undone.UnionWith(entry.Event.Details.Where(d => d.Key == "intent").Select(d => d.Value));
                }
            }
        }

        foreach (var (_, record) in announced.Where(a => !undone.Contains(a.Key)))
        {
            orphans.Remove(record);
        }
    }
}
