using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using RecordsGuard.Audit;

namespace RecordsGuard.Azure;

/// <summary>The log's index in one table. Only inserts.</summary>
internal sealed class TableLogIndex(TableClient table) : ILogIndex
{
    private const string Value = "Value";
    private const int RowsOfPage = 1000;

    /// <summary>Below the 4 MiB of a transaction, with base64 and envelopes counted in.</summary>
    private const int MaxBytes = 2 * 1024 * 1024;

    private const int Overhead = 1024;

    public Task AddAsync(IReadOnlyList<IndexRow> rows, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return TableBatches.SubmitAsync(
            "Adding to the log's index", table, rows.GroupBy(r => r.Partition).SelectMany(Batches), TableErrorCode.EntityAlreadyExists,
            row => table.AddEntityAsync((TableEntity)row, cancel), cancel);
    }

    public async IAsyncEnumerable<IndexRow> ListAsync(
        string partition, string from, string to, int most, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pages = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}"),
            Math.Min(most, RowsOfPage), cancellationToken: cancel);
        await using var each = pages.GetAsyncEnumerator(cancel);
        for (var i = 0; i < most && await LogCall.RunAsync("Reading the log's index", () => each.MoveNextAsync().AsTask(), cancel); i++)
        {
            yield return new(partition, each.Current.RowKey, each.Current.GetBinary(Value) ?? []);
        }
    }

    private static IEnumerable<IReadOnlyList<TableTransactionAction>> Batches(IEnumerable<IndexRow> rows)
    {
        var (batch, bytes) = (new List<TableTransactionAction>(), 0);
        foreach (var row in rows)
        {
            var size = Overhead + (row.Value.Length * 4 / 3);
            if (batch.Count == TableBatches.MaxRows || bytes + size > MaxBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            var entity = new TableEntity(row.Partition, row.Key);
            if (!row.Value.IsEmpty)
            {
                entity[Value] = row.Value.ToArray();
            }

            batch.Add(new(TableTransactionActionType.Add, entity));
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
