using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>The inbox on Azurite: files as others leave them, and what an upload address is good for.</summary>
public sealed class InboxBlobTests(AzuriteFixture azurite)
{
    private readonly string cause = Guid.NewGuid().ToString("D");
    private readonly string name = $"demo/c-1/billing/{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BlobContainerClient Files => azurite.Blobs(AzuriteFixture.Inbox).GetBlobContainerClient("inbox");

    [Fact]
    public async Task A_leased_file_is_busy_and_cannot_be_removed()
    {
        var store = await StoreAsync();
        await Files.GetBlobClient(name).UploadAsync(new BinaryData("x"), Cancel);
        var lease = Files.GetBlobClient(name).GetBlobLeaseClient();
        await lease.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Cancel);
        var look = (await store.LookAsync(Container.Inbox, name, cause, Cancel))!;
        Assert.True(look.Busy);
        Assert.False(await store.DeleteAsync(Container.Inbox, name, look.Version, cause, Cancel));

        await lease.ReleaseAsync(cancellationToken: Cancel);
        look = (await store.LookAsync(Container.Inbox, name, cause, Cancel))!;
        Assert.False(look.Busy);
        Assert.True(await store.DeleteAsync(Container.Inbox, name, look.Version, cause, Cancel));
    }

    [Fact]
    public async Task An_append_or_page_blob_grows_and_a_label_is_found_whatever_its_case()
    {
        var store = await StoreAsync();
        await Files.GetAppendBlobClient(name).CreateAsync(
            new AppendBlobCreateOptions { Metadata = new Dictionary<string, string> { ["RecordClass"] = "billing" } }, Cancel);
        var look = (await store.LookAsync(Container.Inbox, name, cause, Cancel))!;
        Assert.True(look.Growing);
        Assert.Equal("billing", look.Metadata["recordclass"]);
        await Files.GetPageBlobClient(name + "p").CreateAsync(512, cancellationToken: Cancel);
        Assert.True((await store.LookAsync(Container.Inbox, name + "p", cause, Cancel))!.Growing);
    }

    [Fact]
    public async Task Removing_a_file_leaves_no_snapshot_of_it()
    {
        var store = await StoreAsync();
        var blob = Files.GetBlobClient(name);
        await blob.UploadAsync(new BinaryData("x"), Cancel);
        await blob.CreateSnapshotAsync(cancellationToken: Cancel);
        var look = (await store.LookAsync(Container.Inbox, name, cause, Cancel))!;
        Assert.True(await store.DeleteAsync(Container.Inbox, name, look.Version, cause, Cancel));
        Assert.Empty(await Files.GetBlobsAsync(BlobTraits.None, BlobStates.All, name, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task An_upload_address_takes_one_plain_PUT_and_nothing_else()
    {
        var grant = await (await StoreAsync()).GrantCreationAsync(Container.Inbox, name, TimeSpan.FromHours(1), cause, Cancel);
        Assert.Contains("sp=c&", grant.Address.Query, StringComparison.Ordinal);
        Assert.Contains("sr=b&", grant.Address.Query, StringComparison.Ordinal);
        Assert.Contains("spr=https&", grant.Address.Query, StringComparison.Ordinal);
        Assert.Contains("skoid=", grant.Address.Query, StringComparison.Ordinal);
        var signature = grant.Address.Query.TrimStart('?').Split('&').Single(p => p.StartsWith("sig=", StringComparison.Ordinal))[4..];
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(signature)))), grant.SignatureHash);

        using var http = new HttpClient(TrustedHttp.Handler(azurite.Certificates.AuthorityFile));
        Assert.Equal(HttpStatusCode.Created, await PutAsync(http, grant.Address, "first"));
        Assert.Equal("first", (await Files.GetBlobClient(name).DownloadContentAsync(Cancel)).Value.Content.ToString());

        // Not twice, not elsewhere, not read, listed, removed or described; and no blocks, which could replace others.
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(http, grant.Address, "second"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync(http, new Uri(grant.Address.ToString().Replace(name, name + "x", StringComparison.Ordinal)), "other"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, HttpMethod.Get, grant.Address));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, HttpMethod.Delete, grant.Address));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, HttpMethod.Put, new Uri(grant.Address + "&comp=metadata")));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, HttpMethod.Put, new Uri(grant.Address + "&comp=block&blockid=AAAA")));
        Assert.Equal("first", (await Files.GetBlobClient(name).DownloadContentAsync(Cancel)).Value.Content.ToString());

        // What the log says of the signature is what Azure's own log says.
        var logged = await azurite.Recorded.WithAsync($"SasSignature({grant.SignatureHash})");
        Assert.NotEmpty(logged);
        Assert.Empty(await azurite.Recorded.WithAsync(signature, 0));
    }

    [Fact]
    public async Task An_upload_address_takes_a_BlobClient_that_sends_in_one_piece()
    {
        var grant = await (await StoreAsync()).GrantCreationAsync(Container.Inbox, name, TimeSpan.FromHours(1), cause, Cancel);
        var client = new BlobClient(grant.Address, azurite.BlobOptions());
        var content = RandomNumberGenerator.GetBytes(9_000_000);
        var inBlocks = new BlobUploadOptions { TransferOptions = new StorageTransferOptions { InitialTransferSize = 1 << 20, MaximumTransferSize = 1 << 20 } };
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => client.UploadAsync(new MemoryStream(content), inBlocks, Cancel));
        Assert.Equal("AuthorizationPermissionMismatch", refused.ErrorCode);

        var whole = new BlobUploadOptions { TransferOptions = new StorageTransferOptions { InitialTransferSize = 5000L << 20 } };
        await client.UploadAsync(new MemoryStream(content), whole, Cancel);
        Assert.Equal(content, (await Files.GetBlobClient(name).DownloadContentAsync(Cancel)).Value.Content.ToArray());
    }

    private async Task<IBlobStore> StoreAsync()
    {
        await Adapters.CreateStorageAsync(azurite);
        return Adapters.On(azurite).BlobStore(Adapters.BlobAccounts(azurite));
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient http, Uri address, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StringContent(text) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var response = await http.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient http, HttpMethod method, Uri address)
    {
        using var request = new HttpRequestMessage(method, address);
        if (method == HttpMethod.Put)
        {
            request.Content = new ByteArrayContent([1]);
        }

        using var response = await http.SendAsync(request, Cancel);
        return response.StatusCode;
    }
}
