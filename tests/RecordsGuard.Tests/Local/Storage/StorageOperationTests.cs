using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Tests.Local.Storage;

public sealed class StorageOperationTests
{
    [Theory]
    [InlineData("GET", "/a/c/b", "GetBlob", "StorageRead")]
    [InlineData("GET", "/a/c/b?snapshot=1&sv=2", "GetBlob", "StorageRead")]
    [InlineData("HEAD", "/a/c/b", "GetBlobProperties", "StorageRead")]
    [InlineData("PUT", "/a/c/b", "PutBlob", "StorageWrite")]
    [InlineData("PUT", "/a/c/b x-ms-copy-source:u", "CopyBlob", "StorageWrite")]
    [InlineData("PUT", "/a/c/b x-ms-copy-source:u x-ms-blob-type:BlockBlob", "PutBlobFromURL", "StorageWrite")]
    [InlineData("PUT", "/a/c/b?comp=block&blockid=AA", "PutBlock", "StorageWrite")]
    [InlineData("PUT", "/a/c/b?comp=blocklist", "PutBlockList", "StorageWrite")]
    [InlineData("GET", "/a/c/b?comp=blocklist", "GetBlockList", "StorageRead")]
    [InlineData("PUT", "/a/c/b?comp=appendblock", "AppendBlock", "StorageWrite")]
    [InlineData("PUT", "/a/c/b?comp=lease x-ms-lease-action:acquire", "AcquireBlobLease", "StorageWrite")]
    [InlineData("PUT", "/a/c?restype=container&comp=lease x-ms-lease-action:break", "BreakContainerLease", "StorageWrite")]
    [InlineData("PUT", "/a/c/b?comp=immutabilityPolicies", "SetBlobImmutabilityPolicy", "StorageWrite")]
    [InlineData("DELETE", "/a/c/b?comp=immutabilityPolicies", "DeleteBlobImmutabilityPolicy", "StorageDelete")]
    [InlineData("PUT", "/a/c/b?comp=undelete", "UndeleteBlob", "StorageWrite")]
    [InlineData("DELETE", "/a/c/b", "DeleteBlob", "StorageDelete")]
    [InlineData("GET", "/a/c?restype=container&comp=list", "ListBlobs", "StorageRead")]
    [InlineData("PUT", "/a/c?restype=container", "CreateContainer", "StorageWrite")]
    [InlineData("DELETE", "/a/c?restype=container", "DeleteContainer", "StorageDelete")]
    [InlineData("GET", "/a/?comp=list", "ListContainers", "StorageRead")]
    [InlineData("POST", "/a/?restype=service&comp=userdelegationkey", "GetUserDelegationKey", "StorageRead")]
    [InlineData("PUT", "/a/?restype=service&comp=properties", "SetBlobServiceProperties", "StorageWrite")]
    [InlineData("OPTIONS", "/a/c/b", "BlobPreflightRequest", "StorageRead")]
    [InlineData("PATCH", "/a/c/b", "Unknown", "StorageWrite")]
    public void A_blob_request_has_Azures_name_and_category(string method, string request, string name, string category) =>
        AssertOperation(StorageService.Blob, method, request, name, category);

    [Theory]
    [InlineData("PUT", "/a/q", "CreateQueue", "StorageWrite")]
    [InlineData("DELETE", "/a/q", "DeleteQueue", "StorageDelete")]
    [InlineData("POST", "/a/q/messages?messagettl=-1", "PutMessage", "StorageWrite")]
    [InlineData("GET", "/a/q/messages?numofmessages=16", "GetMessages", "StorageRead")]
    [InlineData("GET", "/a/q/messages?peekonly=true", "PeekMessages", "StorageRead")]
    [InlineData("DELETE", "/a/q/messages", "ClearMessages", "StorageDelete")]
    [InlineData("PUT", "/a/q/messages/1?popreceipt=x", "UpdateMessage", "StorageWrite")]
    [InlineData("DELETE", "/a/q/messages/1?popreceipt=x", "DeleteMessage", "StorageDelete")]
    [InlineData("GET", "/a/?comp=list", "ListQueues", "StorageRead")]
    public void A_queue_request_has_Azures_name_and_category(string method, string request, string name, string category) =>
        AssertOperation(StorageService.Queue, method, request, name, category);

    [Theory]
    [InlineData("POST", "/a/Tables", "CreateTable", "StorageWrite")]
    [InlineData("GET", "/a/Tables()", "QueryTables", "StorageRead")]
    [InlineData("DELETE", "/a/Tables('T')", "DeleteTable", "StorageDelete")]
    [InlineData("POST", "/a/T", "InsertEntity", "StorageWrite")]
    [InlineData("GET", "/a/T()?$filter=x", "QueryEntities", "StorageRead")]
    [InlineData("GET", "/a/T(PartitionKey='p',RowKey='r')", "QueryEntity", "StorageRead")]
    [InlineData("PUT", "/a/T(PartitionKey='p',RowKey='r') If-Match:*", "UpdateEntity", "StorageWrite")]
    [InlineData("PUT", "/a/T(PartitionKey='p',RowKey='r')", "InsertOrReplaceEntity", "StorageWrite")]
    [InlineData("PATCH", "/a/T(PartitionKey='p',RowKey='r') If-Match:*", "MergeEntity", "StorageWrite")]
    [InlineData("POST", "/a/T(PartitionKey='p',RowKey='r') X-HTTP-Method:merge", "InsertOrMergeEntity", "StorageWrite")]
    [InlineData("DELETE", "/a/T(PartitionKey='p',RowKey='r') If-Match:*", "DeleteEntity", "StorageDelete")]
    [InlineData("POST", "/a/$batch", "EntityGroupTransaction", "StorageWrite")]
    public void A_table_request_has_Azures_name_and_category(string method, string request, string name, string category) =>
        AssertOperation(StorageService.Table, method, request, name, category);

    [Theory]
    [InlineData("/a/c/b?sv=1&sig=abc%2F%3D&se=2", "/a/c/b?sv=1&sig=XXXXX&se=2")]
    [InlineData("/a/c/b?SIG=abc", "/a/c/b?SIG=XXXXX")]
    [InlineData("/a/c/b?s%69g=abc&x=1", "/a/c/b?s%69g=XXXXX&x=1")]
    [InlineData("/a/c/sig=kept?design=kept", "/a/c/sig=kept?design=kept")]
    public void A_signature_never_reaches_a_log_line(string target, string redacted) =>
        Assert.Equal(redacted, Request(StorageService.Blob, "GET", target).Redacted());

    [Fact]
    public void The_object_key_is_decoded_and_the_target_kept_as_sent()
    {
        var request = Request(StorageService.Blob, "GET", "/rgrecords/records/a%20b%252Fc?x=%2f");
        Assert.Equal("/rgrecords/records/a b%2Fc", request.ObjectKey);
        Assert.Equal("/rgrecords/records/a%20b%252Fc?x=%2f", request.Target);
        Assert.Equal("/rgrecords/records/a%20b%252Fc", request.Path);
    }

    private static void AssertOperation(StorageService service, string method, string request, string name, string category)
    {
        var operation = StorageOperation.Of(Request(service, method, request));
        Assert.Equal(name, operation.Name);
        Assert.Equal(category, operation.Category);
    }

    internal static StorageRequest Request(StorageService service, string method, string request)
    {
        var parts = request.Split(' ');
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.QueryString = parts[0].Contains('?') ? new(parts[0][parts[0].IndexOf('?')..]) : default;
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = parts[0];
        foreach (var header in parts.Skip(1).Select(h => h.Split(':', 2)))
        {
            context.Request.Headers[header[0]] = header[1];
        }

        return StorageRequest.From(service, context)!;
    }
}
