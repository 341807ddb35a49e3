using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using RecordsGuard.Audit;
using RecordsGuard.Azure;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>What really lies in storage: read at Azurite itself with the account keys, around the app and the proxy.</summary>
internal sealed class Storehouse(
    LocalResources resources, Func<string, string, TableClient> table, Func<string, BlobServiceClient> seen, string authorityFile)
    : IAsyncDisposable
{
    private readonly WholeLog log = new(
        table(StorageAccounts.Audit, StorageNames.PendingTable), resources.Blobs(StorageAccounts.Audit).GetBlobContainerClient);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Storehouse Open(JsonElement services, DirectoryInfo data)
    {
        int Port(string name) => new Uri(services.GetProperty(name).GetString()!).Port;
        int Azurite(string name) => new Uri(services.GetProperty("azurite").GetProperty(name).GetString()!).Port;
        var ports = new LocalPorts(
            Port("host"), Port("vault"), Port("blob"), Port("queue"), Port("table"),
            Azurite("blob"), Azurite("queue"), Azurite("table"));
        var certificates = LocalCertificates.Load(new(Path.Combine(data.FullName, "certificates")));
        var accounts = StorageAccounts.Load(data);
        var transport = AzuriteConnection.CreateTransport(certificates.Server);
        return new(
            new(ports, certificates, accounts),
            (account, name) => new(
                new Uri($"https://127.0.0.1:{ports.AzuriteTable}/{account}"), name,
                new TableSharedKeyCredential(account, accounts.Key(account)), new TableClientOptions { Transport = transport }),
            account => new(
                new Uri($"https://127.0.0.1:{ports.Blob}/{account}"), accounts.Credential(account),
                new BlobClientOptions { Transport = LoopbackTransport.Create(certificates.AuthorityFile) }),
            certificates.AuthorityFile);
    }

    /// <summary>
    /// Every row and every committed blob that says <paramref name="id"/> in its name, but alerts and the audit log, where
    /// an attempt leaves its mark on purpose. A row with a digest of what it says: a changed one shows. Not with its ETag, for
    /// other tests put rules or holds over the whole practice meanwhile, and those write each client's row again as it is.
    /// </summary>
    public async Task<IReadOnlyList<string>> TracesAsync(string id = "")
    {
        var traces = new List<string>();
        foreach (var name in Enum.GetValues<Table>().Where(t => t != Table.Alerts).Select(StorageNames.Of))
        {
            await foreach (var row in table(StorageAccounts.Records, name).QueryAsync<TableEntity>(cancellationToken: Stop))
            {
                traces.Add($"{name}/{row.PartitionKey}/{row.RowKey} {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(row.GetString("Body"))))}");
            }
        }

        foreach (var account in (string[])[StorageAccounts.Records, StorageAccounts.Slips, StorageAccounts.Inbox])
        {
            await foreach (var container in resources.Blobs(account).GetBlobContainersAsync(cancellationToken: Stop))
            {
                var blobs = resources.Blobs(account).GetBlobContainerClient(container.Name);
                await foreach (var blob in blobs.GetBlobsAsync(BlobTraits.None, BlobStates.None, "", Stop))
                {
                    traces.Add($"{account}/{container.Name}/{blob.Name} {blob.Properties.ETag}");
                }
            }
        }

        return [.. traces.Where(t => t.Contains(id, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    public async Task<TableEntity?> RowAsync(Table name, string partition, string key)
    {
        var row = await table(StorageAccounts.Records, StorageNames.Of(name))
            .GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: Stop);
        return row.HasValue ? row.Value : null;
    }

    /// <summary>What whoever has the account key can do: another body, with everything else of the row as it is.</summary>
    public async Task PutBodyAsync(Table name, string partition, string key, Func<string, string> change)
    {
        var row = (await RowAsync(name, partition, key))!;
        row["Body"] = change(row.GetString("Body"));
        await table(StorageAccounts.Records, StorageNames.Of(name)).UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace, Stop);
    }

    /// <summary>What a storage administrator may do.</summary>
    public Task PutRowAsync(Table name, TableEntity row) => table(StorageAccounts.Records, StorageNames.Of(name))
        .UpsertEntityAsync(row, TableUpdateMode.Replace, Stop);

    /// <summary>Everything the audit log says, in no order.</summary>
    public async Task<IReadOnlyList<AuditEvent>> AuditAsync()
    {
        return [.. (await log.ReadAsync()).Select(e => e.Event)];
    }

    /// <summary>From now on nothing can be appended to the audit log.</summary>
    public Task CutLogOffAsync() => table(StorageAccounts.Audit, StorageNames.PendingTable).DeleteAsync(Stop);

    public QueueClient Queue(string name) => resources.Queues.GetQueueClient(name);

    public BlobServiceClient Blobs(string account) => resources.Blobs(account);

    /// <summary>The same, through the proxy: as anybody else comes to it, and what is done there is announced.</summary>
    public BlobServiceClient Seen(string account) => seen(account);

    /// <summary>For requests of a test's own to the proxy.</summary>
    public HttpMessageHandler Trusting() => LoopbackTransport.CreateHandler(authorityFile);

    /// <summary>A queue message as the app sends it.</summary>
    public Task SendAsync(string queue, string message) =>
        Queue(queue).SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(message)), Stop);

    public async Task<bool> IsEmptyAsync(string queue)
    {
        QueueProperties properties = await Queue(queue).GetPropertiesAsync(Stop);
        return properties.ApproximateMessagesCount == 0;
    }

    /// <summary>Whether no message waits to be taken now. One that is under way, or is for later, is not seen.</summary>
    public async Task<bool> IsIdleAsync(string queue) => (await Queue(queue).PeekMessageAsync(Stop)).Value is null;

    public ValueTask DisposeAsync() => resources.DisposeAsync();
}
