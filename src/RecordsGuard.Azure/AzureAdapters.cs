using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary>
/// The room of everything that is Azure: one adapter behind each port, made here from an endpoint, one token
/// credential and one transport. There is no other way to authenticate: no account key, no SAS, no connection string.
/// Endpoints are https, and none has the bare host <c>localhost</c>, which the table client takes for a Cosmos DB
/// emulator. Azure's exceptions stop in the adapters.
/// </summary>
/// <param name="credential">The function app's managed identity, or what stands for it on one machine.</param>
/// <param name="transport">See <see cref="LoopbackTransport"/>.</param>
public sealed class AzureAdapters(TokenCredential credential, HttpPipelineTransport transport, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <param name="tables">The table endpoint of an account, such as <c>https://name.table.core.windows.net</c>.</param>
    public IRecordStore RecordStore(Uri tables) => new TableRecordStore(Tables(tables));

    /// <param name="tables">The table endpoint of an account.</param>
    public ILogStore LogStore(Uri tables) => new TableLogStore(Tables(tables).GetTableClient(StorageNames.PendingTable));

    /// <param name="tables">The table endpoint of an account.</param>
    public ILogIndex LogIndex(Uri tables) => new TableLogIndex(Tables(tables).GetTableClient(StorageNames.IndexTable));

    /// <param name="blobs">The blob endpoint of the account that holds the tree.</param>
    public ITreeStore TreeStore(Uri blobs) => new BlobTreeStore(Enum.GetValues<TreePart>().ToDictionary(
        p => p, p => Blobs(blobs).GetBlobContainerClient(StorageNames.Of(p))));

    /// <param name="queues">The queue endpoint of an account.</param>
    public IWorkQueue WorkQueue(Uri queues)
    {
        var options = With(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }, SmallCall);
        return new StorageWorkQueue(new QueueServiceClient(Https(queues), credential, options));
    }

    /// <param name="accounts">The blob endpoint of the account that holds each container.</param>
    public IBlobStore BlobStore(IReadOnlyDictionary<Container, Uri> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return new BlobStore(accounts.ToDictionary(
            a => a.Key, a => Blobs(a.Value).GetBlobContainerClient(StorageNames.Of(a.Key))), time);
    }

    /// <param name="blobs">The blob endpoint of the account that logs are exported to.</param>
    public IResourceLogs ResourceLogs(Uri blobs) => new BlobResourceLogs(Blobs(blobs));

    /// <param name="vault">Such as <c>https://name.vault.azure.net</c>.</param>
    public IKeyVault KeyVault(Uri vault) => new KeyVault(Https(vault), credential, With(new KeyVaultOptions(), SmallCall), time);

    /// <param name="url">Where to POST; https, or http on loopback.</param>
    /// <param name="handler">See <see cref="LoopbackTransport.CreateHandler"/>.</param>
    /// <param name="key">What notices are signed with; null: they are not.</param>
    public IAlertRoute Webhook(Uri url, HttpMessageHandler handler, string? key = null) => new WebhookRoute(url, handler, time, key);

    /// <param name="extraRootFile">See <see cref="LoopbackTransport.Create"/>.</param>
    public static IAlertRoute Mail(MailServer server, string name, string[] to, bool isSecondContact, string? extraRootFile) =>
        new MailRoute(server, name, to, isSecondContact, LoopbackTransport.Validation(extraRootFile));

    /// <param name="handler">See <see cref="LoopbackTransport.CreateHandler"/>.</param>
    public IWitnessDoor Witnesses(HttpMessageHandler handler) => new WitnessDoor(handler, time);

    public static IEd25519 Ed25519 { get; } = new Ed25519();

    private static TimeSpan SmallCall => TimeSpan.FromSeconds(10);

    /// <summary>One block each way, also over a slow line.</summary>
    private static TimeSpan BlockCall => TimeSpan.FromSeconds(60);

    private TableServiceClient Tables(Uri endpoint) => new(
        Https(endpoint), credential, With(new TableClientOptions(), SmallCall));

    private BlobServiceClient Blobs(Uri endpoint) => new(Https(endpoint), credential, With(new BlobClientOptions(), BlockCall));

    private static Uri Https(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.Scheme == Uri.UriSchemeHttps && endpoint.Query.Length == 0 && endpoint.Host != "localhost"
            ? endpoint
            : throw new ArgumentException($"Not an https endpoint without a query: {endpoint.Host}.", nameof(endpoint));
    }

    private T With<T>(T options, TimeSpan networkTimeout)
        where T : ClientOptions
    {
        options.Transport = transport;
        options.RetryPolicy = new BriefRetryPolicy(time);
        options.Retry.NetworkTimeout = networkTimeout;
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.AddPolicy(new Attempts(), HttpPipelinePosition.PerRetry);
        return options;
    }
}
