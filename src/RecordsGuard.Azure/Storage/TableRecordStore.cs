using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary>
/// Rows in Azure tables. A commit is one entity group transaction, whatever its size. Each row carries the random mark
/// of the commit that wrote it: when a retried commit meets a conflict, the mark tells our own rows from another's.
/// </summary>
internal sealed class TableRecordStore(TableServiceClient service) : IRecordStore
{
    private const string Kind = "Kind";
    private const string Version = "Version";
    private const string Body = "Body";
    private const string Mark = "Mark";

    private readonly Dictionary<Table, TableClient> tables =
        Enum.GetValues<Table>().ToDictionary(t => t, t => service.GetTableClient(StorageNames.Of(t)));

    public async Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel) =>
        await EntityAsync(table, partition, key, cancel) is { } entity ? ToRow(entity) : null;

    public IAsyncEnumerable<Row> ListAsync(Table table, string partition, string prefix, CancellationToken cancel)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {prefix}");
        if (KeyRange.After(prefix) is { } end)
        {
            filter += TableClient.CreateQueryFilter($" and RowKey lt {end}");
        }

        return QueryAsync(table, filter, ToRow, cancel);
    }

    public IAsyncEnumerable<Row> ScanAsync(Table table, string from, string to, CancellationToken cancel) =>
        QueryAsync(table, TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {to}"), e => OursOrNull(e) ?? Foreign(e), cancel);

    public async Task<Commit> CommitAsync(
        Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        CommitLimits.Check(partition, changes);
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var actions = changes.Select(c => ToAction(c, mark)).ToList();
        using var attempts = Attempts.Begin();
        return await StoreCall.RunAsync(
            $"A commit to {table}",
            async () =>
            {
                try
                {
                    await tables[table].SubmitTransactionAsync(actions, cancel);
                    return Commit.Done;
                }
                catch (RequestFailedException e) when (IsConflict(e))
                {
                    return attempts.Retried && await IsOursAsync(table, changes, mark, e, cancel) ? Commit.Done : Commit.Conflict;
                }
            },
            cancel);
    }

    /// <summary>
    /// After a retry, a conflict may be with ourselves. A row with our mark proves it; without one, ours may still have
    /// been carried out and replaced since: nobody knows.
    /// </summary>
    private async Task<bool> IsOursAsync(
        Table table, IReadOnlyList<RowChange> changes, string mark, RequestFailedException conflict, CancellationToken cancel)
    {
        foreach (var change in changes.Where(c => c is not RowChange.Remove))
        {
            var entity = await EntityAsync(table, change.Row.Partition, change.Row.Key, cancel);
            if (entity?.GetString(Mark) == mark)
            {
                return true;
            }
        }

        throw new StoreUnavailableException($"A commit to {table} was sent again, and nobody knows whether it was carried out.", conflict);
    }

    private Task<TableEntity?> EntityAsync(Table table, string partition, string key, CancellationToken cancel) =>
        StoreCall.RunAsync<TableEntity?>(
            $"Reading {table}",
            async () =>
            {
                try
                {
                    return await tables[table].GetEntityAsync<TableEntity>(partition, key, select: null, cancel);
                }
                catch (RequestFailedException e) when (e.Status == 404 && e.ErrorCode == TableErrorCode.ResourceNotFound)
                {
                    // Not TableNotFound: a missing table must never read as a row that is not there.
                    return null;
                }
            },
            cancel);

    private async IAsyncEnumerable<Row> QueryAsync(
        Table table, string filter, Func<TableEntity, Row> toRow, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pages = tables[table].QueryAsync<TableEntity>(filter, cancellationToken: cancel);
        await foreach (var entity in StoreCall.ListAsync($"Listing {table}", pages, cancel))
        {
            yield return toRow(entity);
        }
    }

    private static bool IsConflict(RequestFailedException e) =>
        e.ErrorCode == TableErrorCode.EntityAlreadyExists
        || e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
        || e.ErrorCode == TableErrorCode.ResourceNotFound
        || e.Status == 412;

    private static TableTransactionAction ToAction(RowChange change, string mark)
    {
        var row = change.Row;
        var entity = new TableEntity(row.Partition, row.Key)
        {
            [Kind] = row.Kind,
            [Version] = row.Version,
            [Body] = row.Body,
            [Mark] = mark,
        };
        return change switch
        {
            RowChange.Insert => new(TableTransactionActionType.Add, entity),
            RowChange.Replace => new(TableTransactionActionType.UpdateReplace, entity, new ETag(row.ETag)),
            RowChange.Remove => new(TableTransactionActionType.Delete, new TableEntity(row.Partition, row.Key), new ETag(row.ETag)),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
    }

    private static Row ToRow(TableEntity entity) =>
        OursOrNull(entity) ?? throw new InvalidDataException("A row in a table is not of the shape that this program writes.");

    private static Row? OursOrNull(TableEntity entity) =>
        entity.TryGetValue(Kind, out var kind) && kind is string kindText
        && entity.TryGetValue(Version, out var version) && version is long number
        && entity.TryGetValue(Body, out var body) && body is string bodyText
            ? new(entity.PartitionKey, entity.RowKey, kindText, number, bodyText, entity.ETag.ToString())
            : null;

    private static Row Foreign(TableEntity entity) =>
        new(entity.PartitionKey, entity.RowKey, RowKinds.Foreign, 0, "", entity.ETag.ToString());
}
