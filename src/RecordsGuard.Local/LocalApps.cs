using System.Collections.Concurrent;
using Azure.Storage.Queues;
using RecordsGuard.Azure;
using RecordsGuard.Local.Host;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Local;

/// <summary>
/// The function apps of a stack, each behind a Functions host of its own: one that does everything, or one for each duty.
/// One that crashes is started again and disturbs no other.
/// </summary>
internal sealed class LocalApps(
    LocalOptions options,
    LocalEndpoints endpoints,
    LocalTenant tenant,
    LocalResources resources,
    FaultPoints faults,
    Action<string> say,
    TimeProvider time)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FunctionsHost> hosts = new(StringComparer.Ordinal);
    private readonly List<AppOutput> outputs = [];

    /// <summary>Who runs here; the same before and after the start.</summary>
    public IReadOnlyList<LocalApp> All { get; } =
        [.. (options.SeparateDuties ? LocalIdentities.Duties : [LocalIdentities.App]).Select(LocalApp.Of)];

    /// <summary>The processes, by the app's name.</summary>
    public IReadOnlyDictionary<string, Handler> Handlers => hosts.ToDictionary(h => h.Key, h => h.Value.Handler);

    /// <summary>Done when one app has failed for good.</summary>
    public Task GaveUp => Task.WhenAny(hosts.Values.Select(h => h.Handler.GaveUp));

    public string? AddressOf(string app) => hosts.TryGetValue(app, out var host) ? host.Address : null;

    /// <summary>Null if no app has a timer or queue function of that name.</summary>
    public Task<bool>? RunNow(string function, string message) =>
        hosts.Values.Select(h => h.RunNow(function, message)).FirstOrDefault(run => run is not null);

    /// <summary>Kills the app with this identity; every app if it is nobody's.</summary>
    public Task KillAsync(LocalIdentity? identity) => identity is not null && hosts.TryGetValue(identity.Name, out var host)
        ? host.Handler.KillAsync()
        : Task.WhenAll(hosts.Values.Select(h => h.Handler.KillAsync()));

    /// <summary>One app at the stack's own port, with Local's routes before its functions.</summary>
    public Task StartOneAsync(Action<WebApplication> routes, CancellationToken cancellationToken) =>
        StartAsync(All[0], options.App.FullName, "host", endpoints.Ports.Host, routes, cancellationToken);

    /// <summary>An app for each duty, all at once; whoever routes requests to them is there already.</summary>
    public Task StartEachAsync(CancellationToken cancellationToken) => Task.WhenAll(All.Select(app => StartAsync(
        app,
        DutyPackage.Copy(options.App, Folder("packages", app.Name), app.Name).FullName,
        Path.Combine("host", app.Name),
        LocalPorts.FreePort(),
        null,
        cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(hosts.Values.Select(h => h.DisposeAsync().AsTask()));
        foreach (var output in outputs)
        {
            await output.DisposeAsync();
        }
    }

    private async Task StartAsync(
        LocalApp app, string folder, string state, int port, Action<WebApplication>? routes, CancellationToken cancellationToken)
    {
        var output = new AppOutput(Path.Combine(options.Data.FullName, "logs", $"{Name(app)}.log"), Say(app), time);
        outputs.Add(output);
        var host = await FunctionsHost.StartAsync(new()
        {
            AppFolder = folder,
            Port = port,
            StateFolder = Folder(state).FullName,
            Settings = endpoints.AppSettings(app, options, time),
            OpenQueue = (_, queue) => new StorageTriggerQueue(Queues(app), queue),
            LocalRoutes = routes,
            Invoking = faults.Invoking,
            Output = output,
            Time = time,
        });
        hosts[app.Name] = host;
        await host.Handler.ReadyAsync(cancellationToken);
    }

    // Under rights the host comes with the app's identity, as on Azure; otherwise with the account key.
    private QueueServiceClient Queues(LocalApp app) => options.Rights is null
        ? resources.Queues
        : new(
            new Uri(endpoints.Queue(StorageAccounts.Records)),
            new LocalCredential(tenant, app.Identity),
            new QueueClientOptions
            {
                Transport = LoopbackTransport.Create(endpoints.AuthorityFile),
                Diagnostics = { ApplicationId = FaultPoints.HostAgent },
            });

    private string Name(LocalApp app) => options.SeparateDuties ? app.Name : "app";

    private Action<string> Say(LocalApp app) => options.SeparateDuties ? line => say($"{app.Name,-11} {line}") : say;

    private DirectoryInfo Folder(params string[] names) => Directory.CreateDirectory(Path.Combine([options.Data.FullName, .. names]));
}
