using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class InMemoryBlobStoreTests : BlobStoreContract
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly InMemoryBlobStore blobs;

    public InMemoryBlobStoreTests() => blobs = new(time);

    [Fact]
    public async Task A_version_id_reads_what_was_overwritten_or_deleted_until_the_platform_drops_it()
    {
        var first = (await CreateAsync(blobs, [1]))!;
        await OverwriteAsync(Name, [2]);
        var second = Assert.Single(await ListAsync(blobs, Folder)).Version;
        Assert.True(await blobs.DeleteAsync(Container.Records, Name, second, Cause, Cancel));

        Assert.Null(blobs.Content(Container.Records, Name));
        Assert.Equal([1], await ReadAsync(blobs, first, 0, 1));
        Assert.Equal([(byte)1, 2], blobs.Versions(Container.Records, Name).Select(v => v.Content[0]));
        Assert.All(blobs.Versions(Container.Records, Name), v => Assert.Equal(time.GetUtcNow(), v.Deleted));

        time.Advance(TimeSpan.FromDays(36));
        blobs.Expire(time.GetUtcNow() - TimeSpan.FromDays(35));
        Assert.Empty(blobs.Versions(Container.Records, Name));
        Assert.Null(await OpenAsync(blobs, first, 0, 1));
    }

    [Fact]
    public async Task Without_versions_a_deleted_blob_leaves_nothing()
    {
        var plain = new InMemoryBlobStore(time, versions: false);
        var version = (await CreateAsync(plain, [1]))!;
        Assert.Null(version.VersionId);
        Assert.True(await plain.DeleteAsync(Container.Records, Name, version, Cause, Cancel));
        Assert.Empty(plain.Versions(Container.Records, Name));
        Assert.Null(await OpenAsync(plain, version, 0, 1));
    }

    protected override Task<IBlobStore> StoreAsync() => Task.FromResult<IBlobStore>(blobs);

    protected override Task OverwriteAsync(string name, byte[] content)
    {
        blobs.Overwrite(Container.Records, name, content);
        return Task.CompletedTask;
    }

    protected override Task SendAsync(string name, byte[] content)
    {
        blobs.Overwrite(Container.Inbox, name, content);
        return Task.CompletedTask;
    }

    protected override Task<int> CountAsync(string cause, int expected) =>
        Task.FromResult(blobs.Calls.Count(c => c.Cause == cause));
}
