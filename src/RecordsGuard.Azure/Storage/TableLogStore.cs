using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using RecordsGuard.Audit;

namespace RecordsGuard.Azure;

/// <summary>Pending audit entries in one table, a partition a shard. A conflicting insert is read back.</summary>
internal sealed class TableLogStore(TableClient table) : ILogStore
{
    private const string Bytes = "Bytes";

    public async Task AppendAsync(PendingEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Check();
        var row = new TableEntity(Partition(entry.Shard), entry.Key) { [Bytes] = entry.Bytes.ToArray() };
        var same = await LogCall.RunAsync(
            "Appending an entry",
            async () =>
            {
                try
                {
                    await table.AddEntityAsync(row, cancel);
                    return true;
                }
                catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
                {
                    TableEntity stored = await table.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey, select: null, cancel);
                    return entry.Bytes.Span.SequenceEqual(stored.GetBinary(Bytes));
                }
            },
            cancel);
        if (!same)
        {
            throw new InvalidOperationException($"The pending entry {entry.Key} exists with other bytes.");
        }
    }

    public async IAsyncEnumerable<PendingEntry> ReadAsync(int shard, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)shard, (uint)PendingEntry.Shards);
        var partition = Partition(shard);
        var pages = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancel);
        await using var each = pages.GetAsyncEnumerator(cancel);
        while (await LogCall.RunAsync("Reading pending entries", () => each.MoveNextAsync().AsTask(), cancel))
        {
            yield return new(shard, each.Current.RowKey, each.Current.GetBinary(Bytes));
        }
    }

    public async Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var batches = entries.GroupBy(e => e.Shard).SelectMany(s => s.Chunk(TableBatches.MaxRows)).Select(b => b.Select(
            e => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(Partition(e.Shard), e.Key), ETag.All)).ToList());
        await TableBatches.SubmitAsync(
            "Removing pending entries", table, batches, TableErrorCode.ResourceNotFound,
            row => table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel), cancel);
    }

    private static string Partition(int shard) => shard.ToString("x", CultureInfo.InvariantCulture);
}
