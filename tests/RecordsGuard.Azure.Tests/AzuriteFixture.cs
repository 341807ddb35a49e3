using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using RecordsGuard.Azure.Tests;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;
using Spectre.Console;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace RecordsGuard.Azure.Tests;

/// <summary>
/// One Azurite behind one storage proxy for the whole assembly, on free ports, with an empty data folder. Tests share
/// it: each uses container, queue and table names of its own. Take it as a constructor parameter.
/// </summary>
/// <example>
/// <code>
/// var container = azurite.Blobs(AzuriteFixture.Records).GetBlobContainerClient("records-" + Guid.NewGuid().ToString("N"));
/// </code>
/// </example>
public sealed class AzuriteFixture : IAsyncLifetime
{
    public const string Records = StorageAccounts.Records;
    public const string Audit = StorageAccounts.Audit;
    public const string Slips = StorageAccounts.Slips;
    public const string Inbox = StorageAccounts.Inbox;
    public const string Logs = StorageAccounts.Logs;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recordsguard-azurite-");
    private LocalCertificates certificates = null!;
    private Azurite azurite = null!;
    private StorageProxy proxy = null!;
    private AppendBlobResourceLogs resourceLogs = null!;

    /// <summary>Who the clients are unless they are given another credential.</summary>
    public static Guid ObjectId { get; } = Guid.Parse("0b9f3a52-1111-4a6e-9c3d-2f5f8d6c7e01");

    public TokenCredential Credential { get; } = new LocalToken(ObjectId);

    /// <summary>Trusts the fixture's certificate authority and nothing else; goes into the Transport of client options.</summary>
    public HttpPipelineTransport Transport { get; private set; } = null!;

    internal LocalPorts Ports { get; private set; } = null!;

    internal StorageAccounts Accounts { get; private set; } = null!;

    internal LocalCertificates Certificates => certificates;

    internal FaultPoints Faults { get; } = new();

    internal RecordedLogs Recorded { get; private set; } = null!;

    public Uri BlobUri(string account) => new($"https://127.0.0.1:{Ports.Blob}/{account}");

    public Uri QueueUri(string account) => new($"https://127.0.0.1:{Ports.Queue}/{account}");

    public Uri TableUri(string account) => new($"https://127.0.0.1:{Ports.Table}/{account}");

    public BlobClientOptions BlobOptions() => Quick(new BlobClientOptions { Transport = Transport });

    public QueueClientOptions QueueOptions() =>
        Quick(new QueueClientOptions { Transport = Transport, MessageEncoding = QueueMessageEncoding.Base64 });

    public TableClientOptions TableOptions() => Quick(new TableClientOptions { Transport = Transport });

    public BlobServiceClient Blobs(string account, TokenCredential? credential = null) =>
        new(BlobUri(account), credential ?? Credential, BlobOptions());

    public QueueServiceClient Queues(string account, TokenCredential? credential = null) =>
        new(QueueUri(account), credential ?? Credential, QueueOptions());

    public TableServiceClient Tables(string account, TokenCredential? credential = null) =>
        new(TableUri(account), credential ?? Credential, TableOptions());

    /// <summary>Waits until all resource log lines written so far are in the logs account.</summary>
    public Task FlushResourceLogsAsync(CancellationToken cancellationToken) => resourceLogs.FlushAsync(cancellationToken);

    /// <summary>Names for one test: lower case, letters and digits, valid for containers, queues and tables.</summary>
    public static string FreshName(string prefix) => prefix + Guid.NewGuid().ToString("N");

    public async ValueTask InitializeAsync()
    {
        Ports = LocalPorts.From(0);
        certificates = LocalCertificates.Load(new(Path.Combine(data.FullName, "certificates")));
        Accounts = StorageAccounts.Load(data);
        azurite = await StartAzuriteAsync(Ports, data);
        resourceLogs = new(Direct(StorageAccounts.Logs), TimeProvider.System, AnsiConsole.WriteLine);
        Recorded = new(resourceLogs);
        proxy = await StorageProxy.StartAsync(Ports, certificates, Accounts, Recorded, Faults, TimeProvider.System, CancellationToken.None);
        Transport = new HttpClientTransport(new HttpClient(TrustedHttp.Handler(certificates.AuthorityFile)) { Timeout = Timeout.InfiniteTimeSpan });
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await resourceLogs.DisposeAsync();
        await azurite.DisposeAsync();
        (Transport as IDisposable)?.Dispose();
        certificates.Dispose();
        data.Delete(recursive: true);
    }

    internal Task<Azurite> StartAzuriteAsync(LocalPorts ports, DirectoryInfo folder) => Azurite.StartAsync(
        AzuriteInstallation.Default(AnsiConsole.Console, TimeProvider.System), ports, folder, certificates, Accounts,
        AnsiConsole.Console, TimeProvider.System, CancellationToken.None);

    /// <summary>A client with the account key that goes around the proxy.</summary>
    internal BlobServiceClient Direct(string account) => new(
        new Uri($"https://127.0.0.1:{Ports.AzuriteBlob}/{account}"), Accounts.Credential(account),
        Quick(new BlobClientOptions { Transport = AzuriteConnection.CreateTransport(certificates.Server) }));

    private static T Quick<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        return options;
    }
}
