using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class AzureBlobStoreTests(AzuriteFixture azurite) : BlobStoreContract
{
    [Theory]
    [InlineData(10)]
    [InlineData(5 * MiB)]
    public async Task A_creation_whose_answer_was_lost_is_known_as_our_own(int length)
    {
        LosesOneAnswer? network = null;
        var store = await StoreAsync(h => network = new LosesOneAnswer(
            h, r => r.Method == HttpMethod.Put && !r.RequestUri!.Query.Contains("comp=block&", StringComparison.Ordinal)));
        var version = await CreateAsync(store, new byte[length]);
        Assert.True(network!.Lost);
        Assert.NotNull(version);
        Assert.Equal(length, version.Length);
        Assert.Equal(new byte[length], await ReadAsync(store, version, 0, length));
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_done()
    {
        var store = await StoreAsync(h => new LosesOneAnswer(h, r => r.Method == HttpMethod.Delete));
        var version = (await CreateAsync(store, [1]))!;
        Assert.True(await store.DeleteAsync(Container.Records, Name, version, Cause, Cancel));
        Assert.Empty(await ListAsync(store, Folder));
    }

    protected override Task<IBlobStore> StoreAsync() => StoreAsync(wrap: null);

    protected override async Task OverwriteAsync(string name, byte[] content) => await azurite.Blobs(AzuriteFixture.Records)
        .GetBlobContainerClient("records").GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, Cancel);

    protected override async Task SendAsync(string name, byte[] content) => await azurite.Blobs(AzuriteFixture.Inbox)
        .GetBlobContainerClient("inbox").GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: false, Cancel);

    protected override async Task<int> CountAsync(string cause, int expected) => (await azurite.Recorded.OfAsync(cause, expected)).Count;

    private async Task<IBlobStore> StoreAsync(Func<HttpMessageHandler, HttpMessageHandler>? wrap)
    {
        await Adapters.CreateStorageAsync(azurite);
        return Adapters.On(azurite, wrap).BlobStore(Adapters.BlobAccounts(azurite));
    }
}
