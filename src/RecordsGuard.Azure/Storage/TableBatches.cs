using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace RecordsGuard.Azure;

/// <summary>
/// Many rows in entity-group transactions, several under way at once. A transaction in which a row is already as it
/// should be, because this was done before, is done again row by row.
/// </summary>
internal static class TableBatches
{
    public const int MaxRows = 100;

    private const int UnderWay = 8;

    /// <param name="batches">Each of one partition, within the limits of a transaction.</param>
    /// <param name="doneAlready">What the service says of a row that is as it should be.</param>
    public static Task SubmitAsync(
        string what, TableClient table, IEnumerable<IReadOnlyList<TableTransactionAction>> batches, TableErrorCode doneAlready,
        Func<ITableEntity, Task<Response>> one, CancellationToken cancel) => Parallel.ForEachAsync(
            batches,
            new ParallelOptions { MaxDegreeOfParallelism = UnderWay, CancellationToken = cancel },
            async (batch, stop) => await LogCall.RunAsync(what, () => SubmitAsync(table, batch, doneAlready, one, stop), cancel));

    private static async Task<bool> SubmitAsync(
        TableClient table, IReadOnlyList<TableTransactionAction> batch, TableErrorCode doneAlready,
        Func<ITableEntity, Task<Response>> one, CancellationToken cancel)
    {
        try
        {
            await table.SubmitTransactionAsync(batch, cancel);
        }
        catch (RequestFailedException e) when (e.ErrorCode == doneAlready)
        {
            foreach (var action in batch)
            {
                await OneAsync(action.Entity, doneAlready, one);
            }
        }

        return true;
    }

    private static async Task OneAsync(ITableEntity row, TableErrorCode doneAlready, Func<ITableEntity, Task<Response>> one)
    {
        try
        {
            await one(row);
        }
        catch (RequestFailedException e) when (e.ErrorCode == doneAlready)
        {
        }
    }
}
