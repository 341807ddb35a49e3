using RecordsGuard.Local.Demo;
using RecordsGuard.Local.Rights;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Storage;
using RecordsGuard.Local.Vault;
using Spectre.Console;

namespace RecordsGuard.Local;

/// <summary>
/// Everything that Azure would provide, started in the order in which each needs the one before, and stopped in the
/// reverse: the app has requests to finish, the proxies have lines to log, and Azurite saves last.
/// </summary>
internal sealed class LocalStack : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = new();
    private readonly LocalOptions options;
    private readonly TimeProvider time;
    private readonly FaultPoints faults = new();
    private readonly FileStream turn;

    private LocalStack(LocalOptions options, LocalPorts ports, FileStream turn, TimeProvider time)
    {
        this.options = options;
        this.turn = turn;
        this.time = time;
        Ports = ports;
    }

    public LocalPorts Ports { get; }

    public LocalEndpoints Endpoints { get; private set; } = null!;

    /// <summary>Ends with a sentence when the stack cannot go on: the app has failed for good, or storage is gone.</summary>
    public Task<string> Broken { get; private set; } = null!;

    /// <param name="say">Takes one line for the console at a time.</param>
    /// <exception cref="LocalFailure">A prerequisite is missing; nothing is left running.</exception>
    public static async Task<LocalStack> StartAsync(
        LocalOptions options, Action<string> say, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        var ports = LocalPorts.From(options.Port);
        await Prerequisites.CheckAsync(options, ports, cancellationToken);
        var stack = new LocalStack(options, ports, Turn(options.Data), time);
        try
        {
            await stack.StartAsync(say, console, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        await turn.DisposeAsync();
    }

    private async Task StartAsync(Action<string> say, IAnsiConsole console, CancellationToken cancellationToken)
    {
        var certificates = LocalCertificates.Load(Folder("certificates"), time);
        var accounts = StorageAccounts.Load(options.Data);
        var rights = options.Rights is { } file ? LocalRights.Load(file) : null;
        Endpoints = new(Ports, options.Data, certificates.AuthorityFile);

        say("Starting storage …");
        var azurite = Started(await Azurite.StartAsync(
            AzuriteInstallation.Default(console, time), Ports, options.Data, certificates, accounts, console, time, cancellationToken));
        var resources = Started(new LocalResources(Ports, certificates, accounts));
        var logs = Started(new AppendBlobResourceLogs(resources.Blobs(StorageAccounts.Logs), time, say));
        var arrivals = Started(new InboxArrivals(logs, resources.Queues, say));
        var tenant = LocalTenant.Load(Folder("sign-in"), new Uri(Endpoints.Base), time);
        var gate = rights is null ? null : new StorageGate(rights, tenant);
        Started(await StorageProxy.StartAsync(Ports, certificates, accounts, arrivals, faults, time, cancellationToken, gate));

        var vault = Started(LocalVault.Create(new()
        {
            Port = Ports.Vault,
            Certificates = certificates,
            Folder = Folder("vault"),
            Tenant = tenant,
            Time = time,
            Faults = faults,
            ResourceLogs = logs,
            Rights = rights,
        }));
        await vault.StartAsync(cancellationToken);
        await resources.EnsureAsync(cancellationToken);

        var apps = new LocalApps(options, Endpoints, tenant, resources, faults, say, time);
        var webhook = new WebhookReceiver(options.Data, say);
        void Routes(WebApplication web)
        {
            LocalRoutes.Guard(web);
            SignInRoutes.Map(web, tenant, apps.All);
            webhook.Map(web);
            LocalRoutes.MapServices(web, Endpoints);
            if (!options.ServicesOnly)
            {
                LocalRoutes.MapApps(web, () => apps.Handlers, faults);
            }
        }

        if (options.ServicesOnly)
        {
            Started(await LocalWeb.StartAsync(Ports.Host, Routes, cancellationToken));
            await LocalSeed.RunAsync(Endpoints, options, tenant, cancellationToken);
            FuncSettings.Write(options.App.FullName, Endpoints.AppSettings(apps.All[0], options, time), Ports, accounts);
            Broken = EndAsync(azurite, null);
            return;
        }

        faults.Kill = apps.KillAsync;
        await RunAsync(apps, Routes, say, cancellationToken);
        await LocalSeed.RunAsync(Endpoints, options, tenant, cancellationToken);
        if (options.Demo)
        {
            await DemoPractice.FillAsync(new(Endpoints.Base), options, tenant, console, time, cancellationToken);
        }

        Broken = EndAsync(azurite, apps);
    }

    private async Task RunAsync(LocalApps apps, Action<WebApplication> routes, Action<string> say, CancellationToken cancellationToken)
    {
        if (options.SeparateDuties)
        {
            say("Starting an app for each duty …");
            Started(await DutyProxy.StartAsync(Ports.Host, routes, apps, cancellationToken));
            await Started(apps).StartEachAsync(cancellationToken);
        }
        else
        {
            say("Starting the app …");
            await Started(apps).StartOneAsync(routes, cancellationToken);
        }
    }

    private static async Task<string> EndAsync(Azurite azurite, LocalApps? apps)
    {
        var gaveUp = apps?.GaveUp ?? new TaskCompletionSource().Task;
        return await Task.WhenAny(azurite.Ended, gaveUp) == gaveUp
            ? "An app failed three times; its last words are in logs/ in the data folder."
            : "Local storage has ended.";
    }

    // Two stacks in one folder would write over each other's data. The lock goes with the process, however it ends.
    private static FileStream Turn(DirectoryInfo data)
    {
        PrivateFile.CreateFolder(data.FullName);
        try
        {
            return new FileStream(
                Path.Combine(data.FullName, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new LocalFailure($"{data.FullName} is in use by another RecordsGuard.Local: stop that one, or choose another folder with --data.", e);
        }
    }

    private DirectoryInfo Folder(string name) => Directory.CreateDirectory(Path.Combine(options.Data.FullName, name));

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        started.Push(part);
        return part;
    }
}
