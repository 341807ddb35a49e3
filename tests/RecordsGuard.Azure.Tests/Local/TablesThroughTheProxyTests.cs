using Azure;
using Azure.Data.Tables;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class TablesThroughTheProxyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<Proof> Proofs => [Proof.Bearer, Proof.SharedKey, Proof.AccountSas];

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task An_entity_is_inserted_read_updated_under_its_etag_and_deleted(Proof proof)
    {
        var table = await FreshAsync(proof);
        var row = new TableEntity("practice|client", "record 1 ä'") { ["Class"] = "note" };
        await table.AddEntityAsync(row, Cancelled);
        var conflict = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(row, Cancelled));
        Assert.Equal(409, conflict.Status);

        var read = (await table.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: Cancelled)).Value;
        read["Class"] = "scan";
        await table.UpdateEntityAsync(read, read.ETag, TableUpdateMode.Replace, Cancelled);
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(read, read.ETag, TableUpdateMode.Merge, Cancelled));
        Assert.Equal(412, stale.Status);

        var rows = new List<TableEntity>();
        await foreach (var found in table.QueryAsync<TableEntity>("PartitionKey eq 'practice|client' and Class eq 'scan'", cancellationToken: Cancelled))
        {
            rows.Add(found);
        }

        Assert.Single(rows);
        await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, rows[0].ETag, Cancelled);
        var gone = await table.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: Cancelled);
        Assert.False(gone.HasValue);
    }

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task A_batch_is_carried_out_whole_or_not_at_all(Proof proof)
    {
        var table = await FreshAsync(proof);
        var client = new TableEntity("p", "client") { ["Version"] = 1 };
        await table.AddEntityAsync(client, Cancelled);
        var first = (await table.GetEntityAsync<TableEntity>("p", "client", cancellationToken: Cancelled)).Value.ETag;

        await table.SubmitTransactionAsync(
            [
                new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "client") { ["Version"] = 2 }, first),
                .. Enumerable.Range(0, 99).Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"record-{i:d2}"))),
            ],
            Cancelled);
        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [
                new(TableTransactionActionType.Add, new TableEntity("p", "record-99")),
                new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "client") { ["Version"] = 3 }, first),
            ],
            Cancelled));

        Assert.Equal(412, refused.Status);
        Assert.Equal(1, refused.FailedTransactionActionIndex);
        var count = 0;
        await foreach (var _ in table.QueryAsync<TableEntity>("PartitionKey eq 'p'", maxPerPage: 40, cancellationToken: Cancelled))
        {
            count++;
        }

        Assert.Equal(100, count);
    }

    private async Task<TableClient> FreshAsync(Proof proof)
    {
        var table = azurite.Tables(AzuriteFixture.Records, proof).GetTableClient(AzuriteFixture.FreshName("Clients"));
        await table.CreateAsync(Cancelled);
        return table;
    }
}
