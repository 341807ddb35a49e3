using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Forwarder;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Storage as everything on this machine sees it: three https listeners that hand each request to Azurite unchanged,
/// keep the resource logs that Azure would keep, and are the places where the app can be killed on purpose.
/// </summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    // What Azure Storage itself allows a single request is less; a transfer that moves no byte for this long is dead.
    private static readonly ForwarderRequestConfig Forwarding = new()
    {
        ActivityTimeout = TimeSpan.FromMinutes(15),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };

    private readonly WebApplication app;
    private readonly HttpMessageInvoker azurite;
    private readonly LocalPorts ports;
    private readonly StorageLog log;
    private readonly StorageGate? gate;
    private readonly FaultPoints faults;
    private readonly TimeProvider time;

    private StorageProxy(WebApplication app, HttpMessageInvoker azurite, LocalPorts ports, StorageLog log, StorageGate? gate, FaultPoints faults, TimeProvider time)
    {
        this.app = app;
        this.azurite = azurite;
        this.ports = ports;
        this.log = log;
        this.gate = gate;
        this.faults = faults;
        this.time = time;
    }

    /// <summary>Listens on the blob, queue and table ports when it returns. Azurite may be started before or after.</summary>
    /// <param name="gate">Who may do what; null: whoever Azurite lets in.</param>
    public static async Task<StorageProxy> StartAsync(
        LocalPorts ports,
        LocalCertificates certificates,
        StorageAccounts accounts,
        ResourceLogWriter logs,
        FaultPoints faults,
        TimeProvider time,
        CancellationToken cancellationToken,
        StorageGate? gate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(o => Listen(o, ports, certificates));
        builder.Services.AddHttpForwarder();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        var app = builder.Build();
        var azurite = new HttpMessageInvoker(AzuriteConnection.CreateHandler(certificates.Server));
        var proxy = new StorageProxy(app, azurite, ports, new(accounts, logs), gate, faults, time);
        app.Run(proxy.HandleAsync);
        await app.StartAsync(cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        azurite.Dispose();
    }

    private static void Listen(KestrelServerOptions options, LocalPorts ports, LocalCertificates certificates)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestLineSize = 64 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        options.Limits.MaxRequestBufferSize = 256 * 1024;
        options.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        foreach (var port in (int[])[ports.Blob, ports.Queue, ports.Table])
        {
            options.Listen(IPAddress.Loopback, port, l =>
            {
                l.Protocols = HttpProtocols.Http1;
                l.UseHttps(certificates.Server);
            });
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var (service, port) =
            context.Connection.LocalPort == ports.Blob ? (StorageService.Blob, ports.AzuriteBlob)
            : context.Connection.LocalPort == ports.Queue ? (StorageService.Queue, ports.AzuriteQueue)
            : (StorageService.Table, ports.AzuriteTable);
        if (StorageRequest.From(service, context) is not { } request)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (await faults.ReachAsync($"before {request.Method} {request.Path}", context.Request))
        {
            context.Abort();
            return;
        }

        var exchange = new StorageExchange(context, request, time);
        if (gate is not null && await RefusedAsync(gate, context, exchange))
        {
            return;
        }

        var destination = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}");
        var error = await app.Services.GetRequiredService<IHttpForwarder>().SendAsync(
            context, destination, azurite, Forwarding, new AzuriteForwarding(exchange, destination, faults));

        // Logged once it is over, whatever came of it: also when the client is gone, since Azurite may have acted.
        if (exchange.Status != 0 || error == ForwarderError.None)
        {
            log.Write(exchange);
        }
    }

    /// <summary>Answers in the service's place if the sender may not have what it asks for.</summary>
    private async ValueTask<bool> RefusedAsync(StorageGate gate, HttpContext context, StorageExchange exchange)
    {
        var request = exchange.Request;
        var (refusal, newOnly) = await gate.AdmitAsync(request, await NeedsAsync(context, request));
        exchange.NewOnly = newOnly;
        if (refusal is null)
        {
            return false;
        }

        exchange.Answered(refusal.Status, refusal.Code);
        if (await faults.ReachAsync($"after {request.Method} {request.Path}", context.Request))
        {
            context.Abort();
        }
        else
        {
            await refusal.WriteAsync(context, request.Service, time.GetUtcNow());
        }

        log.Write(exchange);
        return true;
    }

    private static async ValueTask<IReadOnlyList<StorageNeed>> NeedsAsync(HttpContext context, StorageRequest request)
    {
        if (request.Service != StorageService.Table || StorageOperation.Of(request).Name != "EntityGroupTransaction")
        {
            return StorageNeed.Of(request);
        }

        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        context.Request.Body = body;
        return body.Length > TableBatch.MaxBytes
            ? [StorageNeed.Nothing(request)]
            : TableBatch.Needs(request, body.GetBuffer().AsSpan(0, (int)body.Length));
    }
}
