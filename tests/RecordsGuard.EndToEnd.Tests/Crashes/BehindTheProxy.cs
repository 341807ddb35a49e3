using System.Text.Json;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using RecordsGuard.Audit;
using RecordsGuard.Azure;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Envelopes;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// Storage as it really is: read with the account keys at Azurite itself, around the proxy, the app and its caches. What
/// a test finds here is durable, whatever the app says or no longer can say.
/// </summary>
internal sealed class BehindTheProxy
{
    private readonly JsonElement azurite;
    private readonly StorageAccounts accounts;
    private readonly HttpClientTransport transport;
    private readonly WholeLog log;

    /// <param name="services">What <c>/.local/services</c> answers.</param>
    public BehindTheProxy(DirectoryInfo data, JsonElement services)
    {
        azurite = services.GetProperty("azurite");
        accounts = StorageAccounts.Load(data);
        transport = AzuriteConnection.CreateTransport(
            LocalCertificates.Load(new(Path.Combine(data.FullName, "certificates"))).Server);
        log = new(
            Table(StorageAccounts.Audit, StorageNames.PendingTable),
            new BlobServiceClient(
                Address("blob", StorageAccounts.Audit), accounts.Credential(StorageAccounts.Audit),
                new BlobClientOptions { Transport = transport }).GetBlobContainerClient);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TableClient Table(Table table) => Table(StorageAccounts.Records, StorageNames.Of(table));

    public BlobContainerClient Blobs(Container container) => new BlobServiceClient(
        Address("blob", AccountOf(container)), accounts.Credential(AccountOf(container)),
        new BlobClientOptions { Transport = transport }).GetBlobContainerClient(StorageNames.Of(container));

    private static string AccountOf(Container container) => container switch
    {
        Container.Slips => StorageAccounts.Slips,
        Container.Inbox => StorageAccounts.Inbox,
        _ => StorageAccounts.Records,
    };

    public QueueClient Queue(string queue) => new QueueServiceClient(
        Address("queue", StorageAccounts.Records), accounts.Credential(StorageAccounts.Records),
        new QueueClientOptions { Transport = transport, MessageEncoding = QueueMessageEncoding.Base64 }).GetQueueClient(queue);

    /// <summary>Messages of the queue, those being worked on included.</summary>
    public async Task<int> WaitingAsync(string queue) =>
        (await Queue(queue).GetPropertiesAsync(Stop)).Value.ApproximateMessagesCount;

    public async Task<Row?> RowAsync(Table table, string partition, string key)
    {
        var found = await Table(table).GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: Stop);
        return found.HasValue ? ToRow(found.Value!) : null;
    }

    public async Task<List<Row>> RowsAsync(Table table, string filter)
    {
        var rows = new List<Row>();
        await foreach (var entity in Table(table).QueryAsync<TableEntity>(filter, cancellationToken: Stop))
        {
            rows.Add(ToRow(entity));
        }

        return rows;
    }

    public Task<List<Row>> ClientAsync(string client) =>
        RowsAsync(RecordsGuard.Records.Table.Clients, TableClient.CreateQueryFilter($"PartitionKey eq {$"demo|{client}"}"));

    /// <summary>Where the due index names the record.</summary>
    public async Task<List<DateOnly>> DueAsync(string client, string record) =>
        [.. (await RowsAsync(RecordsGuard.Records.Table.RetentionDue, TableClient.CreateQueryFilter($"RowKey eq {$"demo|{client}|{record}"}")))
            .Select(r => DateOnly.ParseExact(r.Partition[..10], "yyyy-MM-dd"))];

    /// <summary>Every audit entry that is durable now.</summary>
    public Task<List<AuditEntry>> AuditAsync() => log.ReadAsync();

    /// <summary>Whether the log has announced this very row, to the last character.</summary>
    public async Task<bool> AnnouncedAsync(Row row) => (await AuditAsync()).Exists(e =>
        e.Event.Kind == AuditKind.ChangeIntended
        && e.Event.Details.Contains(new("row", $"{nameof(RecordsGuard.Records.Table.Clients)}/{row.Partition}/{row.Key}"))
        && e.Event.Details.Contains(new("rowHash", Convert.ToHexStringLower(row.Hash()))));

    /// <summary>Approved purges need not wait. Set behind the app's back: there is no request for it.</summary>
    public async Task PurgeWithoutWaitingAsync()
    {
        var table = Table(RecordsGuard.Records.Table.Practices);
        TableEntity practice = await table.GetEntityAsync<TableEntity>("demo", Keys.Practice, cancellationToken: Stop);
        practice["Body"] = RowBody.Write(ToRow(practice).As<PracticeFacts>() with { WaitingDays = 0 });
        await table.UpdateEntityAsync(practice, ETag.All, TableUpdateMode.Replace, Stop);
    }

    private static Row ToRow(TableEntity e) => new(
        e.PartitionKey, e.RowKey, e.GetString("Kind"), e.GetInt64("Version") ?? 0, e.GetString("Body"), e.ETag.ToString());

    private TableClient Table(string account, string table) => new TableServiceClient(
        Address("table", account), new TableSharedKeyCredential(account, accounts.Key(account)),
        new TableClientOptions { Transport = transport }).GetTableClient(table);

    private Uri Address(string service, string account) => new($"{azurite.GetProperty(service).GetString()}/{account}");
}
