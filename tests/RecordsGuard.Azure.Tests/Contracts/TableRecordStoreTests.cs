using Azure.Data.Tables;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class TableRecordStoreTests(AzuriteFixture azurite) : RecordStoreContract
{
    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_known_as_our_own()
    {
        var store = await StoreAsync(h => new LosesOneAnswer(h, IsBatch));
        var row = Row.New(Partition, "r", "record", "first");
        Assert.Equal(Commit.Done, await CommitAsync(store, new RowChange.Insert(row)));

        var stored = (await store.ReadAsync(Table.Clients, Partition, "r", Cancel))!;
        store = await StoreAsync(h => new LosesOneAnswer(h, IsBatch));
        Assert.Equal(Commit.Done, await CommitAsync(store, new RowChange.Replace(stored.Next("second"))));
        Assert.Equal(2, (await store.ReadAsync(Table.Clients, Partition, "r", Cancel))!.Version);
    }

    [Fact]
    public async Task A_removal_whose_answer_was_lost_is_not_claimed_as_our_own()
    {
        var stored = await InsertAsync(await StoreAsync(), Row.New(Partition, "r", "record", "first"));
        var store = await StoreAsync(h => new LosesOneAnswer(h, IsBatch));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(store, new RowChange.Remove(stored)));
    }

    [Fact]
    public async Task A_missing_table_is_not_a_missing_row()
    {
        await StoreAsync();
        var store = Adapters.On(azurite).RecordStore(azurite.TableUri(AzuriteFixture.Logs));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync(Table.Clients, Partition, "r", Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ListAsync(store, ""));
        await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            CommitAsync(store, new RowChange.Insert(Row.New(Partition, "r", "record", "x"))));
    }

    /// <summary>Whoever may write to a table can put anything there: no sweep stops at it, and nothing is decided beside it.</summary>
    [Fact]
    public async Task A_row_of_another_shape_is_foreign_to_a_scan_and_an_error_to_whoever_decides()
    {
        var store = await StoreAsync();
        await InsertAsync(store, Row.New(Partition, "ours", "record", "x"));
        await azurite.Tables(AzuriteFixture.Records).GetTableClient(StorageNames.Of(Table.Clients))
            .AddEntityAsync(new TableEntity(Partition, "theirs") { ["Kind"] = 7 }, Cancel);

        var scanned = await store.ScanAsync(Table.Clients, Partition, $"{Partition}!", Cancel).ToListAsync(Cancel);
        Assert.Equal([("ours", "record"), ("theirs", RowKinds.Foreign)], scanned.Select(r => (r.Key, r.Kind)));
        await Assert.ThrowsAsync<InvalidDataException>(() => ListAsync(store, ""));
        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAsync(Table.Clients, Partition, "theirs", Cancel));
    }

    [Fact]
    public async Task A_service_that_is_gone_is_an_outage_and_nothing_of_Azure()
    {
        var dead = new Scripted((_, _) => throw new HttpRequestException("refused"));
        var store = Adapters.On(dead).RecordStore(new("https://account.table.example"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync(Table.Clients, Partition, "r", Cancel));
        Assert.Equal(4, dead.Sent.Count);
    }

    [Fact]
    public async Task A_service_that_asks_for_an_hour_is_not_waited_for()
    {
        var busy = new Scripted((_, _) => new(System.Net.HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "3600" } } });
        var store = Adapters.On(busy).RecordStore(new("https://account.table.example"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync(Table.Clients, Partition, "r", Cancel));
        Assert.Single(busy.Sent);
    }

    protected override Task<IRecordStore> StoreAsync() => StoreAsync(wrap: null);

    private static bool IsBatch(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal);

    private async Task<IRecordStore> StoreAsync(Func<HttpMessageHandler, HttpMessageHandler>? wrap)
    {
        await Adapters.CreateStorageAsync(azurite);
        return Adapters.On(azurite, wrap).RecordStore(azurite.TableUri(AzuriteFixture.Records));
    }
}
