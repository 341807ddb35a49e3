using System.Text;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Tests.Local.Storage;

/// <summary>What a call needs, as the storage services' table of permissions has it.</summary>
public sealed class StorageNeedTests
{
    private const string Blobs = "containers/blobs";

    [Theory]
    [InlineData("GET", "/a/c/b", "c: containers/blobs/read")]
    [InlineData("HEAD", "/a/c/b?versionid=1", "c: containers/blobs/read")]
    [InlineData("GET", "/a/c?restype=container&comp=list&include=versions", "c: containers/blobs/read")]
    [InlineData("GET", "/a/c/b?comp=tags", "c: containers/blobs/tags/read")]
    [InlineData("PUT", "/a/c/b?comp=tags", "c: containers/blobs/tags/write")]
    [InlineData("PUT", "/a/c/b", "c: containers/blobs/write | containers/blobs/add/action, new only")]
    [InlineData("PUT", "/a/c/b x-ms-tags:k=v", "c: containers/blobs/write | containers/blobs/add/action, new only; c: containers/blobs/tags/write")]
    [InlineData("PUT", "/a/c/b x-ms-legal-hold:true", "c: containers/blobs/write | containers/blobs/add/action, new only; c: containers/write")]
    [InlineData("PUT", "/a/c/b?comp=block", "c: containers/blobs/write")]
    [InlineData("PUT", "/a/c/b?comp=blocklist", "c: containers/blobs/write")]
    [InlineData("PUT", "/a/c/b?comp=appendblock", "c: containers/blobs/write | containers/blobs/add/action")]
    [InlineData("PUT", "/a/c/b?comp=lease x-ms-lease-action:acquire", "c: containers/blobs/write")]
    [InlineData("DELETE", "/a/c/b", "c: containers/blobs/delete")]
    [InlineData("DELETE", "/a/c/b?versionid=1", "c: containers/blobs/deleteBlobVersion/action")]
    [InlineData("DELETE", "/a/c/b?versionid=1&deletetype=permanent", "c: containers/blobs/permanentDelete/action")]
    [InlineData("PUT", "/a/c/b?comp=immutabilityPolicies", "c: containers/write")]
    [InlineData("PUT", "/a/c?restype=container", "c: containers/write")]
    [InlineData("DELETE", "/a/c?restype=container", "c: containers/delete")]
    [InlineData("PUT", "/a/c?restype=container&comp=acl", "nobody")]
    [InlineData("GET", "/a/?comp=list", "service: containers/read")]
    [InlineData("POST", "/a/?restype=service&comp=userdelegationkey", "service: generateUserDelegationKey/action")]
    [InlineData("POST", "/a/?comp=batch", "nobody")]
    [InlineData("PUT", "/a/c/b?comp=unheard-of", "nobody")]
    [InlineData("GET", "/a/c/../d/b", "nobody")]
    [InlineData("GET", "/a/c/%2e%2e/d/b", "nobody")]
    public void A_call_for_blobs_needs(string method, string request, string needs) => Is(StorageService.Blob, method, request, needs);

    [Theory]
    [InlineData("https://127.0.0.1/a/d/b", "d: containers/blobs/read")]
    [InlineData("https://127.0.0.1/other/d/b", "nobody")]
    [InlineData("no-address", "nobody")]
    public void A_copy_also_needs_its_source(string source, string needs) => Is(
        StorageService.Blob, "PUT", $"/a/c/b x-ms-copy-source:{source}", $"c: {Blobs}/write | {Blobs}/add/action, new only; {needs}");

    [Theory]
    [InlineData("POST", "/a/q/messages", "q: queues/messages/add/action | queues/messages/write")]
    [InlineData("GET", "/a/q/messages", "q: queues/messages/process/action | queues/messages/delete + queues/messages/read")]
    [InlineData("GET", "/a/q/messages?peekonly=true", "q: queues/messages/read")]
    [InlineData("DELETE", "/a/q/messages", "q: queues/messages/delete")]
    [InlineData("PUT", "/a/q/messages/1?popreceipt=x", "q: queues/messages/write")]
    [InlineData("DELETE", "/a/q/messages/1?popreceipt=x", "q: queues/messages/process/action | queues/messages/delete")]
    [InlineData("GET", "/a/q?comp=metadata", "q: queues/read")]
    [InlineData("PUT", "/a/q", "q: queues/write")]
    [InlineData("DELETE", "/a/q", "q: queues/delete")]
    public void A_call_for_queues_needs(string method, string request, string needs) => Is(StorageService.Queue, method, request, needs);

    [Theory]
    [InlineData("GET", "/a/T()?$filter=x", "T: tables/entities/read")]
    [InlineData("POST", "/a/T", "T: tables/entities/write | tables/entities/add/action")]
    [InlineData("PUT", "/a/T(PartitionKey='p',RowKey='r') If-Match:*", "T: tables/entities/write | tables/entities/update/action")]
    [InlineData("PATCH", "/a/T(PartitionKey='p',RowKey='r')", "T: tables/entities/write | tables/entities/add/action + tables/entities/update/action")]
    [InlineData("POST", "/a/T(PartitionKey='p',RowKey='r') X-HTTP-Method:DELETE", "T: tables/entities/delete")]
    [InlineData("DELETE", "/a/Tables('T')", "T: tables/delete")]
    [InlineData("POST", "/a/Tables", "service: tables/write")]
    [InlineData("GET", "/a/Tables", "service: tables/read")]
    [InlineData("PUT", "/a/T?comp=acl", "nobody")]
    public void A_call_for_tables_needs(string method, string request, string needs) => Is(StorageService.Table, method, request, needs);

    [Fact]
    public void A_transaction_needs_what_each_of_its_parts_needs() => Assert.Equal(
        "T: tables/entities/write | tables/entities/add/action; T: tables/entities/write | tables/entities/update/action; U: tables/entities/delete",
        Batch("POST https://127.0.0.1:1/a/T?$format=x", "PUT https://127.0.0.1:1/a/T(PartitionKey='p',RowKey='r')\r\nif-match: *", "DELETE https://127.0.0.1:1/a/U(PartitionKey='p',RowKey='r')"));

    [Theory]
    [InlineData("POST https://127.0.0.1:1/other/T")]
    [InlineData("post https://127.0.0.1:1/a/T")]
    [InlineData("POST /a/T")]
    [InlineData("")]
    public void A_part_that_is_not_understood_is_nobodys(string part) =>
        Assert.Contains("nobody", Batch("POST https://127.0.0.1:1/a/T", part), StringComparison.Ordinal);

    private static string Batch(params string[] parts)
    {
        var body = string.Concat(parts.Select(p =>
            $"--changeset\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{p.Replace("\r\n", " HTTP/1.1\r\n", StringComparison.Ordinal)}"
            + (p.Contains("\r\n", StringComparison.Ordinal) ? "" : " HTTP/1.1") + "\r\nAccept: application/json\r\n\r\n{\"a\":1}\r\n"));
        return Text(TableBatch.Needs(StorageOperationTests.Request(StorageService.Table, "POST", "/a/$batch"), Encoding.UTF8.GetBytes(body)));
    }

    private static void Is(StorageService service, string method, string request, string needs) =>
        Assert.Equal(needs, Text(StorageNeed.Of(StorageOperationTests.Request(service, method, request))));

    private static string Text(IReadOnlyList<StorageNeed> needs) => string.Join("; ", needs.Select(n => n.Alternatives.Count == 0
        ? "nobody"
        : $"{Place(n.Resource)}: {string.Join(" | ", n.Alternatives.Select(a => string.Join(" + ", a.Select(Word))))}{(n.NewOnly ? ", new only" : "")}"));

    private static string Place(string resource) => resource.EndsWith("/default", StringComparison.Ordinal) ? "service" : resource.Split('/')[^1];

    private static string Word(string action) => string.Join('/', action.Split('/')[3..]);
}
