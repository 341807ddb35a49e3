using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class ResourceLogLinesTests(AzuriteFixture azurite)
{
    private readonly string id = Guid.NewGuid().ToString();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ranged_read_with_a_token_names_the_person_the_blob_and_the_clients_request_id()
    {
        var container = await FreshAsync();
        await container.GetBlobClient("r/1").UploadAsync(new BinaryData(new byte[1000]), Cancelled);
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            using var part = (await container.GetBlobClient("r/1").DownloadStreamingAsync(new() { Range = new(10, 20) }, Cancelled)).Value;
            await part.Content.CopyToAsync(Stream.Null, Cancelled);
        }

        var line = await LineAsync();

        Assert.Equal("GetBlob", Text(line, "operationName"));
        Assert.Equal("StorageRead", Text(line, "category"));
        Assert.Equal(206, line.GetProperty("statusCode").GetInt32());
        Assert.Equal("Success", Text(line, "statusText"));
        Assert.Equal("1.0", Text(line, "schemaVersion"));
        Assert.EndsWith("/providers/Microsoft.Storage/storageAccounts/rgrecords/blobServices/default", Text(line, "resourceId"), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", Text(line, "callerIpAddress"), StringComparison.Ordinal);
        var identity = line.GetProperty("identity");
        Assert.Equal("OAuth", Text(identity, "type"));
        var requester = identity.GetProperty("requester");
        Assert.Equal(AzuriteFixture.ObjectId.ToString(), Text(requester, "objectId"));
        Assert.Equal(LocalToken.App.ToString(), Text(requester, "appId"));
        Assert.Equal(LocalToken.Tenant.ToString(), Text(requester, "tenantId"));
        Assert.Equal("https://storage.azure.com", Text(requester, "audience"));
        var decision = Assert.Single(identity.GetProperty("authorization").EnumerateArray());
        Assert.Equal("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", Text(decision, "action"));
        Assert.Equal("Granted", Text(decision, "result"));
        var properties = line.GetProperty("properties");
        Assert.Equal(id, Text(properties, "clientRequestId"));
        Assert.Equal($"/rgrecords/{container.Name}/r/1", Text(properties, "objectKey"));
        Assert.Equal(20, properties.GetProperty("responseBodySize").GetInt64());
        Assert.StartsWith("TLS 1.", Text(properties, "tlsVersion"), StringComparison.Ordinal);
        Assert.StartsWith("azsdk-net-Storage.Blobs/", Text(properties, "userAgentHeader"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SAS_is_logged_by_the_hashes_of_key_and_signature_and_its_signature_is_redacted()
    {
        var container = await FreshAsync();
        await container.GetBlobClient("x").UploadAsync(new BinaryData("x"), Cancelled);
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, DateTimeOffset.UtcNow.AddMinutes(5)) { BlobContainerName = container.Name, BlobName = "x" }
            .ToSasQueryParameters(azurite.Accounts.Credential(AzuriteFixture.Records)).ToString();
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            await new BlobClient(new Uri($"{container.GetBlobClient("x").Uri}?{sas}"), azurite.BlobOptions()).DownloadContentAsync(Cancelled);
        }

        var line = await LineAsync();

        Assert.Equal("SAS", Text(line.GetProperty("identity"), "type"));
        Assert.Matches("^key1\\([0-9A-F]{64}\\),SasSignature\\([0-9A-F]{64}\\)$", Text(line.GetProperty("identity"), "tokenHash"));
        Assert.Equal("SASSuccess", Text(line, "statusText"));
        Assert.Contains("sig=XXXXX", Text(line, "uri"), StringComparison.Ordinal);
        Assert.DoesNotContain(sas.Split("sig=")[1].Split('&')[0], line.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_delegation_SAS_is_told_apart_from_one_of_the_account_key()
    {
        var container = await FreshAsync();
        var until = DateTimeOffset.UtcNow.AddMinutes(5);
        var key = (await azurite.Blobs(AzuriteFixture.Records).GetUserDelegationKeyAsync(new BlobGetUserDelegationKeyOptions(until) { StartsOn = DateTimeOffset.UtcNow.AddMinutes(-1) }, Cancelled)).Value;
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, until) { BlobContainerName = container.Name, BlobName = "none" }
            .ToSasQueryParameters(key, AzuriteFixture.Records).ToString();
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            await Assert.ThrowsAsync<RequestFailedException>(() =>
                new BlobClient(new Uri($"{container.GetBlobClient("none").Uri}?{sas}"), azurite.BlobOptions()).DownloadContentAsync(Cancelled));
        }

        var line = await LineAsync();

        Assert.Equal("DelegationSas", Text(line.GetProperty("identity"), "type"));
        Assert.Equal("BlobNotFound", Text(line, "statusText"));
        Assert.Equal(404, line.GetProperty("statusCode").GetInt32());
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_logged_without_a_key_hash()
    {
        var wrong = new StorageSharedKeyCredential(AzuriteFixture.Records, Convert.ToBase64String(new byte[64]));
        var service = new BlobServiceClient(azurite.BlobUri(AzuriteFixture.Records), wrong, azurite.BlobOptions());
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => service.GetBlobContainerClient("records").DeleteAsync(cancellationToken: Cancelled));
            Assert.Equal(403, refused.Status);
            Assert.Equal("AuthenticationFailed", refused.ErrorCode);
        }

        var line = await LineAsync();

        Assert.Equal("DeleteContainer", Text(line, "operationName"));
        Assert.Equal("StorageDelete", Text(line, "category"));
        Assert.Equal(403, line.GetProperty("statusCode").GetInt32());
        Assert.Equal("AccountKey", Text(line.GetProperty("identity"), "type"));
        Assert.False(line.GetProperty("identity").TryGetProperty("tokenHash", out _));
    }

    [Fact]
    public async Task A_token_for_another_service_is_refused_and_logged_as_denied()
    {
        var service = azurite.Blobs(AzuriteFixture.Records, new LocalToken(AzuriteFixture.ObjectId, "https://vault.azure.net", upn: "someone@example.org"));
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => service.GetBlobContainerClient("records").GetBlobClient("x").DownloadContentAsync(Cancelled));
            Assert.Contains(refused.Status, new[] { 401, 403 });
        }

        var line = await LineAsync();

        Assert.Equal("someone@example.org", Text(line.GetProperty("identity").GetProperty("requester"), "upn"));
        Assert.Equal("Denied", Text(line.GetProperty("identity").GetProperty("authorization")[0], "result"));
    }

    [Fact]
    public async Task A_refused_anonymous_request_leaves_no_line_as_in_Azure()
    {
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            await Assert.ThrowsAsync<RequestFailedException>(() =>
                new BlobClient(new Uri(azurite.BlobUri(AzuriteFixture.Records) + "/records/x"), azurite.BlobOptions()).DownloadContentAsync(Cancelled));
            await azurite.Blobs(AzuriteFixture.Records).GetPropertiesAsync(Cancelled);
        }

        var line = await LineAsync();

        Assert.Equal("GetBlobServiceProperties", Text(line, "operationName"));
    }

    [Fact]
    public async Task Table_and_queue_requests_are_logged_under_their_own_services()
    {
        var table = azurite.Tables(AzuriteFixture.Audit).GetTableClient(AzuriteFixture.FreshName("Pending"));
        await table.CreateAsync(Cancelled);
        using (HttpPipeline.CreateClientRequestIdScope(id))
        {
            await table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "1"))], Cancelled);
            await table.AddEntityAsync(new TableEntity("p", "2"), Cancelled);
            await azurite.Queues(AzuriteFixture.Records, Proof.SharedKey).GetQueueClient("nosuchqueue").DeleteIfExistsAsync(Cancelled);
        }

        var lines = await azurite.Recorded.OfAsync(id, 3);

        Assert.Equal(["EntityGroupTransaction", "InsertEntity", "DeleteQueue"], lines.Select(l => Text(l, "operationName")));
        Assert.Equal("/rgaudit/$batch", Text(lines[0].GetProperty("properties"), "objectKey"));
        Assert.EndsWith("/rgaudit/tableServices/default", Text(lines[1], "resourceId"), StringComparison.Ordinal);
        Assert.EndsWith("/rgrecords/queueServices/default", Text(lines[2], "resourceId"), StringComparison.Ordinal);
        Assert.Matches("^key1\\([0-9A-F]{64}\\)$", Text(lines[2].GetProperty("identity"), "tokenHash"));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private async Task<JsonElement> LineAsync() => Assert.Single(await azurite.Recorded.OfAsync(id));

    private async Task<BlobContainerClient> FreshAsync()
    {
        var container = azurite.Blobs(AzuriteFixture.Records).GetBlobContainerClient(AzuriteFixture.FreshName("log"));
        await container.CreateAsync(cancellationToken: Cancelled);
        return container;
    }
}
