using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using RecordsGuard.Local;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Local.Host;

/// <summary>A running Functions host: the one played here, or the genuine one where FUNC_PATH names Core Tools.</summary>
internal abstract class HostUnderTest(int port) : IAsyncDisposable
{
    public int Port { get; } = port;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = TimeSpan.FromSeconds(30),
    };

    public abstract ValueTask DisposeAsync();

    public async Task<JsonElement> GetAsync(string path)
    {
        using var json = JsonDocument.Parse(await Http.GetStringAsync(path));
        return json.RootElement.Clone();
    }
}

internal sealed class PlayedHost : HostUnderTest
{
    private readonly FunctionsHost host;
    private readonly AppOutput output;
    private readonly string data;

    private PlayedHost(int port, FunctionsHost host, AppOutput output, ConcurrentQueue<string> lines, string data)
        : base(port)
    {
        this.host = host;
        this.output = output;
        this.data = data;
        Lines = lines;
    }

    public FunctionsHost Host => host;

    public ConcurrentQueue<string> Lines { get; }

    public string LogFile => Path.Combine(data, "app.log");

    public static async Task<PlayedHost> StartAsync(
        StandInApp app, Action<Microsoft.AspNetCore.Builder.WebApplication, Func<FunctionsHost>>? routes = null)
    {
        var lines = new ConcurrentQueue<string>();
        var data = Directory.CreateTempSubdirectory("played-").FullName;
        var output = new AppOutput(Path.Combine(data, "app.log"), lines.Enqueue, TimeProvider.System);
        var port = LocalPorts.FreePort();
        FunctionsHost? host = null;
        host = await FunctionsHost.StartAsync(new()
        {
            AppFolder = app.Folder,
            Port = port,
            StateFolder = data,
            Settings = app.Settings,
            OpenQueue = (_, _) => new NoQueue(),
            Output = output,
            LocalRoutes = routes is null ? null : web => routes(web, () => host!),
        });
        return new(port, host, output, lines, data);
    }

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.DisposeAsync();
        await output.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    private sealed class NoQueue : ITriggerQueue
    {
        public Task<IReadOnlyList<QueueItem>> ReceiveAsync(int most, TimeSpan lease, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<QueueItem>>([]);

        public Task<QueueItem> HideAsync(QueueItem item, TimeSpan time) => Task.FromResult(item);

        public Task DeleteAsync(QueueItem item) => Task.CompletedTask;

        public Task PoisonAsync(QueueItem item) => Task.CompletedTask;
    }
}

internal sealed class GenuineHost : HostUnderTest
{
    private readonly Process func;

    private GenuineHost(int port, Process func)
        : base(port) => this.func = func;

    public static async Task<GenuineHost> StartAsync(StandInApp app)
    {
        var path = Environment.GetEnvironmentVariable("FUNC_PATH");
        Assert.SkipUnless(
            path is { Length: > 0 }, "FUNC_PATH does not name Azure Functions Core Tools: the genuine host's half of the contract did not run.");
        var port = LocalPorts.FreePort();
        var start = new ProcessStartInfo(path!, ["start", "--port", $"{port}", "--custom"]) { WorkingDirectory = app.Folder };
        foreach (var (name, value) in app.Settings)
        {
            start.Environment[name] = value;
        }

        var host = new GenuineHost(port, Process.Start(start)!);
        for (var tries = 0; tries < 240; tries++)
        {
            try
            {
                using var answer = await host.Http.GetAsync("/admin/host/status");
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return host;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(250);
        }

        await host.DisposeAsync();
        throw new InvalidOperationException("The genuine host did not come up within a minute.");
    }

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        func.Kill(entireProcessTree: true);
        await func.WaitForExitAsync();
        func.Dispose();
    }
}
