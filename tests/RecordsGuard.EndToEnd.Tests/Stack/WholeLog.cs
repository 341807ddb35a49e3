using Azure.Data.Tables;
using Azure.Storage.Blobs;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Azure;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>Every audit entry that is durable: pending ones, and those that are in the published tree.</summary>
internal sealed class WholeLog
{
    /// <summary>Of what lies between two rows that storage takes in at once.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly TableClient pending;
    private readonly Func<string, BlobContainerClient> containers;
    private readonly Together readings;
    private readonly Dictionary<AuditEntryId, AuditEntry> entries = [];
    private List<AuditEntry> all = [];
    private DateTimeOffset last = DateTimeOffset.UnixEpoch;
    private long read;

    /// <param name="containers">Of the audit account.</param>
    public WholeLog(TableClient pending, Func<string, BlobContainerClient> containers)
    {
        this.pending = pending;
        this.containers = containers;
        readings = new(ReadOnAsync);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// In no order. What was read before is not read again, and those who ask together read together: storage goes through
    /// all pending rows each time.
    /// </summary>
    public async Task<List<AuditEntry>> ReadAsync()
    {
        await readings.RunAsync();
        return all;
    }

    private async Task ReadOnAsync()
    {
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

        all = [.. entries.Values];
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
