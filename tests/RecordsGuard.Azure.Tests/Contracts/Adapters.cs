using System.Runtime.CompilerServices;
using Azure.Core.Pipeline;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>The adapters on the assembly's Azurite, through the storage proxy, with what they need created once.</summary>
internal static class Adapters
{
    private static readonly ConditionalWeakTable<AzuriteFixture, Lazy<Task>> Created = [];

    public static TimeSpan Patience => TimeSpan.FromSeconds(30);

    public static AzureAdapters On(AzuriteFixture azurite, Func<HttpMessageHandler, HttpMessageHandler>? wrap = null)
    {
        HttpMessageHandler handler = LoopbackTransport.CreateHandler(azurite.Certificates.AuthorityFile);
        return new(azurite.Credential, Transport(wrap is null ? handler : wrap(handler)));
    }

    /// <summary>The adapters against nothing but a handler of the test's own.</summary>
    public static AzureAdapters On(HttpMessageHandler handler) => new(new LocalToken(AzuriteFixture.ObjectId), Transport(handler));

    public static Dictionary<Container, Uri> BlobAccounts(AzuriteFixture azurite) => new()
    {
        [Container.Records] = azurite.BlobUri(AzuriteFixture.Records),
        [Container.Slips] = azurite.BlobUri(AzuriteFixture.Slips),
        [Container.Inbox] = azurite.BlobUri(AzuriteFixture.Inbox),
        [Container.Quarantine] = azurite.BlobUri(AzuriteFixture.Records),
    };

    public static HttpPipelineTransport Transport(HttpMessageHandler handler) =>
        new HttpClientTransport(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });

    public static Task CreateStorageAsync(AzuriteFixture azurite) =>
        Created.GetValue(azurite, a => new(() => CreateAsync(a))).Value;

    private static async Task CreateAsync(AzuriteFixture azurite)
    {
        var tables = azurite.Tables(AzuriteFixture.Records);
        foreach (var table in StorageNames.Tables)
        {
            await tables.CreateTableIfNotExistsAsync(table);
        }

        var queues = azurite.Queues(AzuriteFixture.Records);
        foreach (var queue in StorageNames.Queues)
        {
            await queues.CreateQueueAsync(queue);
        }

        foreach (var (container, account) in BlobAccounts(azurite))
        {
            await azurite.Blobs(account.Segments[^1]).GetBlobContainerClient(StorageNames.Of(container)).CreateIfNotExistsAsync();
        }

        foreach (var container in StorageNames.AuditContainers)
        {
            await azurite.Blobs(AzuriteFixture.Audit).GetBlobContainerClient(container).CreateIfNotExistsAsync();
        }
    }
}
