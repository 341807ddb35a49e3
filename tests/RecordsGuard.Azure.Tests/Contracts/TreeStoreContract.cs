using RecordsGuard.Audit;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="ITreeStore"/> does. Each test has names of its own; they share the one lease.</summary>
public abstract class TreeStoreContract
{
    private static readonly SemaphoreSlim OneLease = new(1);

    private readonly string name = $"tile/0/{Guid.NewGuid():N}";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<ITreeStore> StoreAsync();

    [Theory]
    [InlineData(TreePart.Tiles)]
    [InlineData(TreePart.Staging)]
    public async Task A_blob_is_created_once_and_comes_back(TreePart part)
    {
        var store = await StoreAsync();
        Assert.Null(await store.ReadAsync(part, name, Cancel));
        Assert.True(await store.CreateAsync(part, name, new byte[] { 1, 2 }, Cancel));
        Assert.True(await store.CreateAsync(part, name, new byte[] { 1, 2 }, Cancel));
        Assert.False(await store.CreateAsync(part, name, new byte[] { 1, 3 }, Cancel));
        Assert.Equal([1, 2], (await store.ReadAsync(part, name, Cancel))!.Bytes.ToArray());
    }

    [Fact]
    public async Task Of_racing_creators_with_other_bytes_one_wins_and_the_others_are_told()
    {
        var store = await StoreAsync();
        var won = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => store.CreateAsync(TreePart.Tiles, name, new[] { (byte)i }, Cancel)));
        Assert.Equal(won.Index().Single(w => w.Item).Index, (await store.ReadAsync(TreePart.Tiles, name, Cancel))!.Bytes.Span[0]);
    }

    [Fact]
    public async Task A_swap_needs_the_state_that_was_read()
    {
        var store = await StoreAsync();
        var first = await store.SwapAsync(name, new byte[] { 1 }, null, Cancel);
        Assert.NotNull(first);
        Assert.Null(await store.SwapAsync(name, new byte[] { 2 }, null, Cancel));
        Assert.Equal(first, (await store.ReadAsync(TreePart.Head, name, Cancel))!.ETag);
        var second = await store.SwapAsync(name, new byte[] { 2 }, first, Cancel);
        Assert.NotNull(second);
        Assert.Null(await store.SwapAsync(name, new byte[] { 3 }, first, Cancel));
        Assert.Null(await store.SwapAsync(name + "-none", new byte[] { 3 }, first, Cancel));
        Assert.Equal([2], (await store.ReadAsync(TreePart.Head, name, Cancel))!.Bytes.ToArray());
    }

    [Fact]
    public async Task Of_racing_swaps_exactly_one_wins()
    {
        var store = await StoreAsync();
        var etag = await store.SwapAsync(name, new byte[] { 1 }, null, Cancel);
        var won = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => store.SwapAsync(name, new[] { (byte)i }, etag, Cancel)));
        Assert.Single(won, w => w is not null);
    }

    [Fact]
    public async Task Staged_batches_are_listed_in_order_and_removed_once_or_twice()
    {
        var store = await StoreAsync();
        string[] names = [.. Enumerable.Range(0, 3).Select(i => $"{name[7..]}-{i}")];
        foreach (var each in names.Reverse())
        {
            await store.CreateAsync(TreePart.Staging, each, new byte[] { 1 }, Cancel);
        }

        Assert.Equal(names, (await store.ListStagedAsync(Cancel).ToListAsync(Cancel)).Intersect(names));
        await store.RemoveAsync(names[1], Cancel);
        await store.RemoveAsync(names[1], Cancel);
        Assert.Equal([names[0], names[2]], (await store.ListStagedAsync(Cancel).ToListAsync(Cancel)).Intersect(names));
    }

    [Fact]
    public async Task One_has_the_lease_until_it_gives_it_back()
    {
        await OneLease.WaitAsync(Cancel);
        try
        {
            var store = await StoreAsync();
            var length = TimeSpan.FromSeconds(60);
            var lease = await store.AcquireLeaseAsync(length, Cancel);
            Assert.NotNull(lease);
            Assert.Null(await store.AcquireLeaseAsync(length, Cancel));
            Assert.True(await store.RenewLeaseAsync(lease, Cancel));
            Assert.False(await store.RenewLeaseAsync(Guid.NewGuid().ToString(), Cancel));
            await store.ReleaseLeaseAsync(Guid.NewGuid().ToString(), Cancel);
            Assert.Null(await store.AcquireLeaseAsync(length, Cancel));
            await store.ReleaseLeaseAsync(lease, Cancel);
            var next = await store.AcquireLeaseAsync(length, Cancel);
            Assert.NotNull(next);
            Assert.False(await store.RenewLeaseAsync(lease, Cancel));
            await store.ReleaseLeaseAsync(next, Cancel);
        }
        finally
        {
            OneLease.Release();
        }
    }
}

public sealed class InMemoryTreeStoreTests : TreeStoreContract
{
    protected override Task<ITreeStore> StoreAsync() => Task.FromResult<ITreeStore>(store);

    private readonly InMemoryTreeStore store = new();
}

public sealed class BlobTreeStoreTests(AzuriteFixture azurite) : TreeStoreContract
{
    [Fact]
    public async Task A_creation_or_a_swap_whose_answer_was_lost_is_found_to_be_done()
    {
        LosesOneAnswer? network = null;
        await Adapters.CreateStorageAsync(azurite);
        var store = Adapters.On(azurite, h => network = new(h, r => r.Method == HttpMethod.Put)).TreeStore(azurite.BlobUri(AzuriteFixture.Audit));
        Assert.True(await store.CreateAsync(TreePart.Tiles, $"tile/0/{Guid.NewGuid():N}", new byte[] { 1 }, Cancel));
        Assert.True(network!.Lost);
    }

    [Fact]
    public async Task A_tree_that_cannot_be_reached_is_unavailable()
    {
        var dead = Adapters.On(new Scripted((_, _) => new(System.Net.HttpStatusCode.Forbidden))).TreeStore(new("https://account.blob.example"));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => dead.ReadAsync(TreePart.Head, "head", Cancel));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => dead.CreateAsync(TreePart.Tiles, "x", new byte[1], Cancel));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => dead.SwapAsync("head", new byte[1], null, Cancel));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => dead.AcquireLeaseAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    protected override async Task<ITreeStore> StoreAsync()
    {
        await Adapters.CreateStorageAsync(azurite);
        return Adapters.On(azurite).TreeStore(azurite.BlobUri(AzuriteFixture.Audit));
    }
}
