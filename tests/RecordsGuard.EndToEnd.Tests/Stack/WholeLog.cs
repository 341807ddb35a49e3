using Azure.Data.Tables;
using Azure.Storage.Blobs;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Azure;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>Every audit entry that is durable: pending ones, and those that are in the published tree.</summary>
/// <param name="containers">Of the audit account.</param>
internal sealed class WholeLog(TableClient pending, Func<string, BlobContainerClient> containers)
{
    /// <summary>Of what lies between two rows that storage takes in at once.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1);
    private readonly Dictionary<AuditEntryId, AuditEntry> entries = [];
    private DateTimeOffset last = DateTimeOffset.UnixEpoch;
    private long read;
    private Task<List<AuditEntry>>? next;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// In no order. What was read before is not read again, and who asks before a read has begun takes part in it: storage
    /// goes through all pending rows each time.
    /// </summary>
    public Task<List<AuditEntry>> ReadAsync()
    {
        lock (gate)
        {
            return next ??= ReadOnAsync();
        }
    }

    private async Task<List<AuditEntry>> ReadOnAsync()
    {
        await Task.Yield(); // so that it is the next one before it begins
        await one.WaitAsync(Stop);
        try
        {
            lock (gate)
            {
                next = null;
            }

            // Pending first: an entry leaves there only when the published tree has it.
            var since = last - Overlap;
            await foreach (var row in pending.QueryAsync<TableEntity>(e => e.Timestamp >= since, cancellationToken: Stop))
            {
                Add(row.GetBinary("Bytes"));
                last = row.Timestamp > last ? row.Timestamp.Value : last;
            }

            var size = await PublishedAsync();
            while (read < size)
            {
                var tile = TileId.In(size, 0, read / TileId.FullWidth);
                var bundle = await containers(StorageNames.Of(TreePart.Tiles)).GetBlobClient(tile.Bundle.Path).DownloadContentAsync(Stop);
                foreach (var entry in EntryBundle.Read(bundle.Value.Content.ToMemory()))
                {
                    Add(entry);
                }

                read = (tile.Index * TileId.FullWidth) + tile.Width;
            }

            return [.. entries.Values];
        }
        finally
        {
            one.Release();
        }
    }

    private void Add(ReadOnlyMemory<byte> bytes)
    {
        var entry = AuditEntry.Parse(bytes);
        entries[entry.Id] = entry;
    }

    private async Task<long> PublishedAsync()
    {
        var blob = containers(StorageNames.Of(TreePart.Head)).GetBlobClient("checkpoint");
        return await blob.ExistsAsync(Stop)
            ? Checkpoint.Of(SignedNote.Parse((await blob.DownloadContentAsync(Stop)).Value.Content.ToMemory().Span)).Size
            : 0;
    }
}
