using System.Net;
using System.Net.Http.Headers;
using Azure.Core;
using Azure.Storage.Blobs.Specialized;

namespace RecordsGuard.Azure.Tests.Local;

[Collection(nameof(Alone))]
public sealed class ProxyBehaviourTests(AzuriteFixture azurite)
{
    private const int Size = 64 << 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_bodies_stream_both_ways_and_are_never_held_in_memory()
    {
        var container = azurite.Blobs(AzuriteFixture.Records).GetBlobContainerClient(AzuriteFixture.FreshName("large"));
        await container.CreateAsync(cancellationToken: Cancelled);
        var blob = container.GetBlockBlobClient("large");
        await SendAsync(HttpMethod.Put, blob.Uri, new Zeros(1 << 20));
        await SendAsync(HttpMethod.Get, blob.Uri, null);
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes();

        await SendAsync(HttpMethod.Put, blob.Uri, new Zeros(Size));
        var received = await SendAsync(HttpMethod.Get, blob.Uri, null);

        // Sender, proxy and receiver share this process; any of them holding the body once would show.
        Assert.Equal(Size, received);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, Size / 2);
    }

    [Fact]
    public async Task A_sender_that_asks_first_is_told_to_continue()
    {
        var container = azurite.Blobs(AzuriteFixture.Records).GetBlobContainerClient(AzuriteFixture.FreshName("expect"));
        await container.CreateAsync(cancellationToken: Cancelled);
        await SendAsync(HttpMethod.Put, container.GetBlobClient("x").Uri, new Zeros(100_000), expectContinue: true);
        Assert.Equal(100_000, (await container.GetBlobClient("x").GetPropertiesAsync(cancellationToken: Cancelled)).Value.ContentLength);
    }

    [Fact]
    public async Task An_answer_to_HEAD_keeps_the_length_of_the_body_it_does_not_have()
    {
        var container = azurite.Blobs(AzuriteFixture.Records).GetBlobContainerClient(AzuriteFixture.FreshName("head"));
        await container.CreateAsync(cancellationToken: Cancelled);
        var blob = container.GetBlobClient("x");
        await blob.UploadAsync(new BinaryData("12345"), Cancelled);
        using var client = Client();
        using var request = await RequestAsync(HttpMethod.Head, blob.Uri);
        using var response = await client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(5, response.Content.Headers.ContentLength);
    }

    private async Task<long> SendAsync(HttpMethod method, Uri uri, HttpContent? content, bool expectContinue = false)
    {
        using var client = Client();
        using var request = await RequestAsync(method, uri);
        request.Content = content;
        request.Headers.ExpectContinue = expectContinue ? true : null;
        if (content is not null)
        {
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        var buffer = new byte[1 << 16];
        var total = 0L;
        for (int read; (read = await body.ReadAsync(buffer, Cancelled)) > 0;)
        {
            total += read;
        }

        return total;
    }

    private HttpClient Client() => new(TrustedHttp.Handler(azurite.Certificates.AuthorityFile));

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, Uri uri)
    {
        var token = await azurite.Credential.GetTokenAsync(new TokenRequestContext([]), Cancelled);
        var request = new HttpRequestMessage(method, uri);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        request.Headers.Add("x-ms-version", "2023-11-03");
        return request;
    }

    private sealed class Zeros(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[1 << 16];
            for (var left = length; left > 0; left -= Math.Min(left, buffer.Length))
            {
                await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
            }
        }

        protected override bool TryComputeLength(out long result)
        {
            result = length;
            return true;
        }
    }
}
