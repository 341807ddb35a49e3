using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using RecordsGuard.Azure;
using RecordsGuard.Envelopes;
using RecordsGuard.Local.Storage;
using RecordsGuard.Records;

namespace RecordsGuard.Local;

/// <summary>
/// The containers, tables and queues that infra/ makes on Azure. Made at Azurite itself with the account keys: the app's
/// own identity may not create any of them, and the platform's doings are in nobody's resource log.
/// </summary>
internal sealed class LocalResources : IAsyncDisposable
{
    private static readonly (string Account, string Container)[] Containers =
    [
        (StorageAccounts.Records, StorageNames.Of(Container.Records)),
        (StorageAccounts.Slips, StorageNames.Of(Container.Slips)),
        .. StorageNames.AuditContainers.Select(c => (StorageAccounts.Audit, c)),
        (StorageAccounts.Inbox, StorageNames.Of(Container.Inbox)),
        (StorageAccounts.Records, StorageNames.Of(Container.Quarantine)),
    ];

    private static readonly (string Account, string Table)[] Tables =
    [
        .. Enum.GetValues<Table>().Select(t => (StorageAccounts.Records, StorageNames.Of(t))),
        .. StorageNames.AuditTables.Select(t => (StorageAccounts.Audit, t)),
    ];

    private readonly LocalPorts ports;
    private readonly StorageAccounts accounts;
    private readonly HttpClientTransport transport;

    public LocalResources(LocalPorts ports, LocalCertificates certificates, StorageAccounts accounts)
    {
        this.ports = ports;
        this.accounts = accounts;
        transport = AzuriteConnection.CreateTransport(certificates.Server);
        Queues = new(
            new Uri($"https://127.0.0.1:{ports.AzuriteQueue}/{StorageAccounts.Records}"),
            accounts.Credential(StorageAccounts.Records),
            new QueueClientOptions { Transport = transport });
    }

    /// <summary>With the account key: the Functions host is the platform, not the app.</summary>
    public QueueServiceClient Queues { get; }

    public BlobServiceClient Blobs(string account) => new(
        new Uri($"https://127.0.0.1:{ports.AzuriteBlob}/{account}"),
        accounts.Credential(account),
        new BlobClientOptions { Transport = transport });

    /// <summary>Closes the connections, which Azurite would otherwise wait for when it stops.</summary>
    public ValueTask DisposeAsync()
    {
        transport.Dispose();
        return ValueTask.CompletedTask;
    }

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        foreach (var (account, container) in Containers)
        {
            await Blobs(account).GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }

        foreach (var group in Tables.GroupBy(t => t.Account))
        {
            var service = TableService(group.Key);
            foreach (var (_, table) in group)
            {
                await service.CreateTableIfNotExistsAsync(table, cancellationToken);
            }
        }

        foreach (var queue in StorageNames.Queues)
        {
            await Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }

    private TableServiceClient TableService(string account) => new(
        new Uri($"https://127.0.0.1:{ports.AzuriteTable}/{account}"),
        new TableSharedKeyCredential(account, accounts.Key(account)),
        new TableClientOptions { Transport = transport });
}
