using Yarp.ReverseProxy.Forwarder;

namespace RecordsGuard.Local.Host;

/// <summary>
/// The Azure Functions host 4.x for one custom-handler app, played on one machine from the app's own host.json and
/// function.json files. The order of reading: <see cref="FunctionApp"/> (what is to run), <see cref="Handler"/> (the
/// app's process), <see cref="HttpProxy"/> and <see cref="TriggerInvoker"/> (the two protocols), then
/// <see cref="TimerListener"/> and <see cref="QueueListener"/> (what fires).
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly FunctionsHostOptions options;
    private readonly WebApplication web;
    private readonly HttpProxy proxy;
    private readonly TriggerInvoker invoker;
    private readonly Dictionary<string, TimerListener> timers;
    private readonly Dictionary<string, QueueListener> queues;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> listening = [];

    private FunctionsHost(FunctionsHostOptions options)
    {
        this.options = options;
        var environment = HandlerCommands.Environment(options.Settings);
        var app = FunctionApp.Load(options.AppFolder, environment);
        var port = LocalPorts.FreePort();
        Address = $"http://127.0.0.1:{options.Port}";
        Handler = new(HandlerCommands.For(app, environment, port, Address), app.HostJson.Handler, port, options.Output, options.Time);
        invoker = new(Handler, app.HostJson.FunctionTimeout, options.Invoking, options.Output, options.Time);

        var buffers = Path.Combine(options.StateFolder, "bodies");
        if (Directory.Exists(buffers))
        {
            // Left by a host that was killed: plaintext.
            Directory.Delete(buffers, recursive: true);
        }

        Directory.CreateDirectory(buffers);
        var limits = new ProxyLimits(
            app.HostJson.FunctionTimeout,
            long.TryParse(environment.GetValueOrDefault("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"), out var size) ? size : ProxyLimits.DefaultMaxRequestBody,
            buffers);
        web = LocalWeb.Create(options.Port, services => services.AddHttpForwarder());
        proxy = new(
            new HttpRoutes(app), Handler, web.Services.GetRequiredService<IHttpForwarder>(), limits, options.Output, options.Time);
        timers = app.Functions.Where(f => f.Trigger is FunctionTrigger.Timer).ToDictionary(
            f => f.Name,
            f => new TimerListener(f, Path.Combine(options.StateFolder, "timers"), invoker.InvokeAsync, options.Time),
            StringComparer.OrdinalIgnoreCase);
        queues = app.Functions.Where(f => f.Trigger is FunctionTrigger.Queue).ToDictionary(
            f => f.Name, f => Queue(f, app.HostJson.Queues), StringComparer.OrdinalIgnoreCase);
        Enabled = [.. app.Functions.Where(f => !f.Disabled).Select(f => f.Name)];
    }

    public string Address { get; }

    public Handler Handler { get; }

    public IReadOnlyList<string> Enabled { get; }

    /// <summary>Starts web server, process and listeners; returns before the app is ready.</summary>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options)
    {
        var host = new FunctionsHost(options);
        options.LocalRoutes?.Invoke(host.web);
        AdminRoutes.Map(host.web, host.RunNow);
        host.web.Map("/{**path}", host.proxy.AnswerAsync);
        await host.web.StartAsync();
        host.Handler.Start();
        host.listening.AddRange(host.timers.Where(t => host.Enabled.Contains(t.Key)).Select(t => host.ListenAsync(t.Key, t.Value.RunAsync)));
        host.listening.AddRange(host.queues.Where(q => host.Enabled.Contains(q.Key)).Select(q => host.ListenAsync(q.Key, q.Value.RunAsync)));
        return host;
    }

    /// <summary>Runs a timer or queue function now, also a disabled one; null if there is none of that name.</summary>
    public Task<bool>? RunNow(string function, string message) =>
        timers.TryGetValue(function, out var timer) ? timer.RunNowAsync()
        : queues.TryGetValue(function, out var queue) ? queue.RunNowAsync(message)
        : null;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        var ended = Task.WhenAll(listening);
        await Task.WhenAny(ended, Task.Delay(Grace, options.Time));
        await Handler.DisposeAsync();

        // With the app gone a run ends at once, unless its answer was one that hangs: that one is left behind.
        await Task.WhenAny(ended, Task.Delay(Grace, options.Time));
        await web.DisposeAsync();
        proxy.Dispose();
        invoker.Dispose();
        stop.Dispose();
    }

    private async Task ListenAsync(string function, Func<CancellationToken, Task> listener)
    {
        try
        {
            await listener(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception e)
        {
            options.Output.Host(OutputLevel.Error, $"Function {function} is no longer listened for: {e.Message}");
        }
    }

    private QueueListener Queue(FunctionDefinition function, QueueSettings settings)
    {
        var trigger = (FunctionTrigger.Queue)function.Trigger;
        return new(
            function, settings, options.OpenQueue(trigger.Connection, trigger.QueueName), invoker.InvokeAsync, options.Output, options.Time);
    }
}
