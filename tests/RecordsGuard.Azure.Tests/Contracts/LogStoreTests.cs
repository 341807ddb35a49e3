using RecordsGuard.Audit;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class InMemoryLogStoreTests : LogStoreContract
{
    protected override Task<ILogStore> StoreAsync() => Task.FromResult<ILogStore>(new InMemoryLogStore());
}

public sealed class TableLogStoreTests(AzuriteFixture azurite) : LogStoreContract
{
    [Fact]
    public async Task An_append_whose_answer_was_lost_succeeds()
    {
        LosesOneAnswer? network = null;
        var store = await StoreAsync(h => network = new LosesOneAnswer(h, r => r.Method == HttpMethod.Post));
        await store.AppendAsync(Entry(1), Cancel);
        Assert.True(network!.Lost);
        Assert.Single(await ReadAsync(store, 3));
    }

    [Fact]
    public async Task A_log_that_cannot_be_reached_is_unavailable()
    {
        var dead = new Scripted((_, _) => new(System.Net.HttpStatusCode.Forbidden));
        var store = Adapters.On(dead).LogStore(new("https://account.table.example"));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.AppendAsync(Entry(1), Cancel));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => ReadAsync(store, 3));
    }

    [Fact]
    public async Task A_conflict_that_cannot_be_read_back_is_unavailable()
    {
        var odd = new Scripted((request, _) => request.Method == HttpMethod.Post
            ? new(System.Net.HttpStatusCode.Conflict)
            {
                Content = new StringContent("""{"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US","value":"x"}}}"""),
            }
            : new(System.Net.HttpStatusCode.NotFound));
        var store = Adapters.On(odd).LogStore(new("https://account.table.example"));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.AppendAsync(Entry(1), Cancel));
    }

    protected override Task<ILogStore> StoreAsync() => StoreAsync(wrap: null);

    private async Task<ILogStore> StoreAsync(Func<HttpMessageHandler, HttpMessageHandler>? wrap)
    {
        await Adapters.CreateStorageAsync(azurite);
        return Adapters.On(azurite, wrap).LogStore(azurite.TableUri(AzuriteFixture.Records));
    }
}
