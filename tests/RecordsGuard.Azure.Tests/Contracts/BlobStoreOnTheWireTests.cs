using System.Net;
using System.Net.Http.Headers;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What no emulator shows: what the adapter sends to an account with versions, and on a network that breaks.</summary>
public sealed class BlobStoreOnTheWireTests
{
    private const string Version = "2026-11-22T17:00:00.1234567Z";
    private const string Cause = "0f3d1c9a-7a53-4b07-9c86-2c0f6a1f9d11";

    private static readonly BlobVersion Pinned = new("\"0x8DE01\"", Version, 1000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_creation_answers_the_version_id_and_is_sent_only_if_there_is_none()
    {
        var service = new Scripted((_, _) => Answer(HttpStatusCode.Created));
        var created = await On(service).CreateAsync(Container.Records, "n", new MemoryStream([1]), Cause, Cancel);
        Assert.Equal(new BlobVersion("\"0x8DE01\"", Version, 1), created);
        var put = Assert.Single(service.Sent);
        Assert.Equal("*", put.Header("If-None-Match"));
        Assert.NotNull(put.Header("Content-MD5"));
        Assert.Equal(Cause, put.Header("x-ms-client-request-id"));
    }

    [Fact]
    public async Task A_large_creation_sends_checked_blocks_under_ids_of_its_own_and_then_commits_only_if_there_is_none()
    {
        var service = new Scripted((_, _) => Answer(HttpStatusCode.Created));
        var store = On(service);
        await store.CreateAsync(Container.Records, "n", new MemoryStream(new byte[9_000_000]), Cause, Cancel);
        await store.CreateAsync(Container.Records, "n", new MemoryStream(new byte[9_000_000]), Cause, Cancel);
        var blocks = service.Sent.Where(s => s.Uri.Query.Contains("blockid", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, blocks.Select(b => b.Uri.Query).Distinct().Count());
        Assert.All(blocks, b => Assert.NotNull(b.Header("Content-MD5")));
        Assert.All(service.Sent, s => Assert.Equal(Cause, s.Header("x-ms-client-request-id")));
        Assert.Equal(["*", "*"], service.Sent.Except(blocks).Select(s => s.Header("If-None-Match")));
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "BlobAlreadyExists")]
    [InlineData(HttpStatusCode.Conflict, "BlobImmutableDueToPolicy")]
    [InlineData(HttpStatusCode.Forbidden, "UnauthorizedBlobOverwrite")]
    [InlineData(HttpStatusCode.PreconditionFailed, "ConditionNotMet")]
    public async Task However_Azure_says_that_it_exists_the_answer_is_null(HttpStatusCode status, string code)
    {
        var service = new Scripted((_, _) => Answer(status, ("x-ms-error-code", code)));
        Assert.Null(await On(service).CreateAsync(Container.Slips, "n", new MemoryStream([1]), Cause, Cancel));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch")]
    [InlineData(HttpStatusCode.NotFound, "ContainerNotFound")]
    [InlineData(HttpStatusCode.Conflict, "ContainerBeingDeleted")]
    public async Task A_refusal_is_an_outage_and_no_answer_about_the_blob(HttpStatusCode status, string code)
    {
        var store = On(new Scripted((_, _) => Answer(status, ("x-ms-error-code", code))));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CreateAsync(Container.Records, "n", new MemoryStream([1]), Cause, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(Container.Records, "n", Pinned, 0, 1, Cause, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(Container.Records, "n", Pinned, 0, 0, Cause, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.DeleteAsync(Container.Records, "n", Pinned, Cause, Cancel));
    }

    [Fact]
    public async Task A_read_is_pinned_by_version_id_where_there_is_one_and_by_ETag_where_there_is_none()
    {
        var service = new Scripted((_, _) => Content(10, 0, new byte[10]));
        await On(service).OpenAsync(Container.Records, "n", Pinned, 0, 10, Cause, Cancel);
        await On(service).OpenAsync(Container.Records, "n", Pinned with { VersionId = null }, 0, 10, Cause, Cancel);
        Assert.Equal($"?versionid={Version}", Uri.UnescapeDataString(service.Sent[0].Uri.Query));
        Assert.Null(service.Sent[0].Header("If-Match"));
        Assert.DoesNotContain("versionid", service.Sent[1].Uri.Query, StringComparison.Ordinal);
        Assert.Equal(Pinned.ETag, service.Sent[1].Header("If-Match"));
    }

    [Fact]
    public async Task A_deletion_names_the_ETag_and_never_a_version()
    {
        var service = new Scripted((_, _) => Answer(HttpStatusCode.Accepted));
        Assert.True(await On(service).DeleteAsync(Container.Records, "n", Pinned, Cause, Cancel));
        var delete = Assert.Single(service.Sent);
        Assert.Equal(("", Pinned.ETag), (delete.Uri.Query, delete.Header("If-Match")));
        Assert.Null(delete.Header("x-ms-delete-type"));
    }

    [Fact]
    public async Task A_broken_download_goes_on_where_it_broke_under_the_same_ETag_and_cause()
    {
        var bytes = Enumerable.Range(0, 1000).Select(i => (byte)(i % 251)).ToArray();
        var service = new Scripted((_, n) => n == 1
            ? Content(1000, 0, bytes, breakAfter: 400)
            : Content(1000, 400, bytes[400..]));
        await using var stream = await On(service).OpenAsync(Container.Records, "n", Pinned with { VersionId = null }, 0, 1000, Cause, Cancel);
        using var read = new MemoryStream();
        await stream!.CopyToAsync(read, Cancel);

        Assert.Equal(bytes, read.ToArray());
        Assert.Equal(2, service.Sent.Count);
        Assert.Contains("bytes=400-999", service.Sent[1].Header("x-ms-range") ?? service.Sent[1].Header("Range"), StringComparison.Ordinal);
        Assert.Equal(Pinned.ETag, service.Sent[1].Header("If-Match"));
        Assert.All(service.Sent, s => Assert.Equal(Cause, s.Header("x-ms-client-request-id")));
    }

    [Fact]
    public async Task A_blob_that_changes_while_it_is_read_breaks_the_stream()
    {
        var service = new Scripted((_, n) => n == 1
            ? Content(1000, 0, new byte[1000], breakAfter: 400)
            : Answer(HttpStatusCode.PreconditionFailed, ("x-ms-error-code", "ConditionNotMet")));
        await using var stream = await On(service).OpenAsync(Container.Records, "n", Pinned, 0, 1000, Cause, Cancel);
        await Assert.ThrowsAsync<IOException>(() => stream!.CopyToAsync(Stream.Null, Cancel));
    }

    [Fact]
    public async Task An_answer_of_another_length_breaks_the_stream()
    {
        var service = new Scripted((_, _) => Content(1000, 0, new byte[500]));
        await using var stream = await On(service).OpenAsync(Container.Records, "n", Pinned, 0, 1000, Cause, Cancel);
        await Assert.ThrowsAsync<IOException>(() => stream!.CopyToAsync(Stream.Null, Cancel));
    }

    [Fact]
    public async Task At_most_three_blocks_are_in_memory_whatever_the_length_of_the_blob()
    {
        var service = new Scripted((_, _) => Answer(HttpStatusCode.Created));
        var most = 0L;
        using var content = new ZeroStream(200 << 20) { OnRead = given => most = Math.Max(most, given - service.Sent.Sum(s => s.Bytes)) };
        await On(service).CreateAsync(Container.Records, "n", content, Cause, Cancel);
        Assert.InRange(most, 8 << 20, 12 << 20);
    }

    private static IBlobStore On(Scripted service) => Adapters.On(service).BlobStore(new Dictionary<Container, Uri>
    {
        [Container.Records] = new("https://records.blob.example"),
        [Container.Slips] = new("https://slips.blob.example"),
    });

    private static HttpResponseMessage Answer(HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        answer.Headers.ETag = new EntityTagHeaderValue(Pinned.ETag);
        answer.Headers.Add("x-ms-version-id", Version);
        answer.Content.Headers.LastModified = TimeProvider.System.GetUtcNow();
        foreach (var (name, value) in headers)
        {
            answer.Headers.Add(name, value);
        }

        return answer;
    }

    private static HttpResponseMessage Content(int total, int offset, byte[] bytes, int breakAfter = -1)
    {
        var answer = Answer(HttpStatusCode.PartialContent);
        answer.Content = new StreamContent(new ChunkedStream(bytes, 100) { BreakAfter = breakAfter });
        answer.Content.Headers.ContentLength = bytes.Length;
        answer.Content.Headers.ContentRange = new(offset, offset + bytes.Length - 1, total);
        answer.Content.Headers.LastModified = TimeProvider.System.GetUtcNow();
        answer.Headers.Add("x-ms-blob-type", "BlockBlob");
        return answer;
    }
}
