using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using RecordsGuard.Envelopes;
using RecordsGuard.Local.Storage;
using RecordsGuard.Records;

namespace RecordsGuard.Local;

/// <summary>
/// The containers, tables and queues that infra/ makes on Azure. Made at Azurite itself with the account keys: the app's
/// own identity may not create any of them, and the platform's doings are in nobody's resource log.
/// </summary>
internal sealed class LocalResources(LocalPorts ports, LocalCertificates certificates, StorageAccounts accounts)
{
    private static readonly (string Account, string Container)[] Containers =
    [
        (StorageAccounts.Records, Name(Container.Records)),
        (StorageAccounts.Slips, Name(Container.Slips)),
        (StorageAccounts.Inbox, "inbox"),
        (StorageAccounts.Audit, "log"),
    ];

    private static readonly (string Account, string Table)[] Tables =
    [
        .. Enum.GetNames<Table>().Select(t => (StorageAccounts.Records, t)),
        (StorageAccounts.Audit, "AuditPending"),
    ];

    public QueueServiceClient Queues { get; } = new(
        new Uri($"https://127.0.0.1:{ports.AzuriteQueue}/{StorageAccounts.Records}"),
        accounts.Credential(StorageAccounts.Records),
        new QueueClientOptions { Transport = AzuriteConnection.CreateTransport(certificates.Server) });

    public BlobServiceClient Blobs(string account) => new(
        new Uri($"https://127.0.0.1:{ports.AzuriteBlob}/{account}"),
        accounts.Credential(account),
        new BlobClientOptions { Transport = AzuriteConnection.CreateTransport(certificates.Server) });

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

        foreach (var queue in WorkQueues.All.SelectMany(q => new[] { q, $"{q}-poison" }))
        {
            await Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }

    private static string Name(Container container) => container.ToString().ToLowerInvariant();

    private TableServiceClient TableService(string account) => new(
        new Uri($"https://127.0.0.1:{ports.AzuriteTable}/{account}"),
        new TableSharedKeyCredential(account, accounts.Key(account)),
        new TableClientOptions { Transport = AzuriteConnection.CreateTransport(certificates.Server) });
}
