using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class BlobsThroughTheProxyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<Proof> Proofs => [Proof.Bearer, Proof.SharedKey, Proof.AccountSas];

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Blocks_are_staged_committed_once_read_in_ranges_and_removed(Proof proof)
    {
        var container = await FreshAsync(proof);
        var blob = container.GetBlockBlobClient("practice/client/a record ü%2F+&");
        var content = RandomNumberGenerator.GetBytes(300_000);
        var ids = new[] { "AAAA", "BBBB" };
        await blob.StageBlockAsync(ids[0], new MemoryStream(content, 0, 200_000), cancellationToken: Cancelled);
        await blob.StageBlockAsync(ids[1], new MemoryStream(content, 200_000, 100_000), cancellationToken: Cancelled);
        var onlyNew = new CommitBlockListOptions { Conditions = new() { IfNoneMatch = ETag.All }, Metadata = new Dictionary<string, string> { ["format"] = "1" } };
        await blob.CommitBlockListAsync(ids, onlyNew, Cancelled);
        var again = await Assert.ThrowsAsync<RequestFailedException>(() => blob.CommitBlockListAsync(ids, onlyNew, Cancelled));
        Assert.Equal(409, again.Status);

        BlobDownloadStreamingResult part = await blob.DownloadStreamingAsync(new() { Range = new(199_990, 20) }, Cancelled);
        var bytes = new byte[20];
        await part.Content.ReadExactlyAsync(bytes, Cancelled);
        Assert.Equal(content[199_990..200_010], bytes);
        Assert.Equal("1", part.Details.Metadata["format"]);

        var properties = (await blob.GetPropertiesAsync(cancellationToken: Cancelled)).Value;
        Assert.Equal(content.Length, properties.ContentLength);
        var names = new List<string>();
        await foreach (var item in container.GetBlobsAsync(cancellationToken: Cancelled))
        {
            names.Add(item.Name);
        }

        Assert.Equal(["practice/client/a record ü%2F+&"], names);
        var stale = new BlobRequestConditions { IfMatch = new ETag("\"0x0\"") };
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DeleteAsync(conditions: stale, cancellationToken: Cancelled));
        Assert.Equal(412, refused.Status);
        await blob.DeleteAsync(conditions: new() { IfMatch = properties.ETag }, cancellationToken: Cancelled);
        Assert.False(await blob.ExistsAsync(Cancelled));
    }

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Blocks_are_appended_at_a_position_and_a_lease_keeps_others_out(Proof proof)
    {
        var container = await FreshAsync(proof);
        var blob = container.GetAppendBlobClient("log");
        await blob.CreateIfNotExistsAsync(cancellationToken: Cancelled);
        await blob.AppendBlockAsync(new MemoryStream([1, 2, 3]), new() { Conditions = new() { IfAppendPositionEqual = 0 } }, Cancelled);
        var late = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.AppendBlockAsync(new MemoryStream([4]), new() { Conditions = new() { IfAppendPositionEqual = 0 } }, Cancelled));
        Assert.Equal(412, late.Status);

        var lease = blob.GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Cancelled);
        var other = await Assert.ThrowsAsync<RequestFailedException>(() => blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Cancelled));
        Assert.Equal(409, other.Status);
        await lease.RenewAsync(cancellationToken: Cancelled);
        await lease.ReleaseAsync(cancellationToken: Cancelled);

        // One byte further than the service needs: at the very end Azurite answers 206 with nothing instead of 416.
        var beyond = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadStreamingAsync(new() { Range = new(4) }, Cancelled));
        Assert.Equal(416, beyond.Status);
    }

    [Fact]
    public async Task A_user_delegation_SAS_opens_the_one_blob_it_names()
    {
        var service = azurite.Blobs(AzuriteFixture.Records);
        var container = await FreshAsync(Proof.Bearer);
        await container.GetBlobClient("mine").UploadAsync(new BinaryData("x"), Cancelled);
        await container.GetBlobClient("other").UploadAsync(new BinaryData("y"), Cancelled);
        var until = DateTimeOffset.UtcNow.AddMinutes(10);
        var key = (await service.GetUserDelegationKeyAsync(new BlobGetUserDelegationKeyOptions(until) { StartsOn = DateTimeOffset.UtcNow.AddMinutes(-1) }, Cancelled)).Value;
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, until) { BlobContainerName = container.Name, BlobName = "mine" }
            .ToSasQueryParameters(key, AzuriteFixture.Records).ToString();

        var mine = new BlobClient(container.GetBlobClient("mine").Uri, new AzureSasCredential(sas), azurite.BlobOptions());
        Assert.Equal("x", (await mine.DownloadContentAsync(Cancelled)).Value.Content.ToString());
        var other = new BlobClient(container.GetBlobClient("other").Uri, new AzureSasCredential(sas), azurite.BlobOptions());
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => other.DownloadContentAsync(Cancelled));
        Assert.Equal(403, refused.Status);
    }

    [Fact]
    public async Task A_create_only_SAS_uploads_once_and_reads_nothing()
    {
        var name = AzuriteFixture.FreshName("inbox");
        var container = azurite.Blobs(AzuriteFixture.Inbox, Proof.SharedKey).GetBlobContainerClient(name);
        await container.CreateAsync(cancellationToken: Cancelled);
        var sas = container.GetBlobClient("file").GenerateSasUri(BlobSasPermissions.Create, DateTimeOffset.UtcNow.AddMinutes(5));
        var blob = new BlobClient(sas, azurite.BlobOptions());

        await blob.UploadAsync(new BinaryData("x"), Cancelled);
        var overwrite = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(new BinaryData("z"), overwrite: true, Cancelled));
        var read = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadContentAsync(Cancelled));

        Assert.Equal(403, overwrite.Status);
        Assert.Equal(403, read.Status);
    }

    private async Task<BlobContainerClient> FreshAsync(Proof proof)
    {
        var container = azurite.Blobs(AzuriteFixture.Records, proof).GetBlobContainerClient(AzuriteFixture.FreshName("records"));
        await container.CreateAsync(cancellationToken: Cancelled);
        return container;
    }
}
