using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Yarp.ReverseProxy.Forwarder;

namespace RecordsGuard.Local.Host;

/// <summary>
/// Hands the requests of HTTP functions to the app as the host's own proxy does (also YARP, with its default
/// transforms: the app's Host, the X-Forwarded headers overwritten, %2F arriving as %252F).
/// </summary>
internal sealed class HttpProxy(
    HttpRoutes routes, Handler handler, IHttpForwarder forwarder, ProxyLimits limits, AppOutput output, TimeProvider time) : IDisposable
{
    private const int InMemory = 64 << 10;
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly HttpMessageInvoker client = new(new ConnectionRetries(
        new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }, time));

    public async Task AnswerAsync(HttpContext context)
    {
        if (routes.Find(context.Request.Method, context.Request.Path) is not { } function)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var id = Guid.NewGuid().ToString();
        context.Request.Headers["X-Azure-Functions-InvocationId"] = id;
        context.Request.Headers["x-ms-invocation-id"] = id;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limits.MaxRequestBody;
        }

        using var timeout = limits.FunctionTimeout is { } limit
            ? new CancellationTokenSource(limit, time)
            : new CancellationTokenSource();
        try
        {
            await BufferAsync(context);
            await handler.ReadyAsync(context.RequestAborted);
            var error = await forwarder.SendAsync(
                context, handler.Address.ToString(), client, Config, HttpTransformer.Default, timeout.Token);
            if (error != ForwarderError.None)
            {
                Fail(context, function, error.ToString());
            }
        }
        catch (Exception e) when (e is BadHttpRequestException or IOException or LocalFailure)
        {
            Fail(context, function, e.Message);
        }

        // The caller has its 500; every other request in flight dies with the process.
        if (timeout.IsCancellationRequested)
        {
            output.Host(OutputLevel.Error, $"Function {function.Name} ran longer than {limits.FunctionTimeout}: the app is killed.");
            await context.Response.CompleteAsync();
            await handler.KillAsync();
        }
    }

    public void Dispose() => client.Dispose();

    // A body of known length is read whole before the app sees its first byte: in memory, and above that on disk.
    private async Task BufferAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0)
        {
            return;
        }

        var buffer = new FileBufferingReadStream(context.Request.Body, InMemory, limits.MaxRequestBody, limits.BufferFolder);
        context.Response.RegisterForDisposeAsync(buffer);
        await buffer.DrainAsync(context.RequestAborted);
        buffer.Position = 0;
        context.Request.Body = buffer;
    }

    private void Fail(HttpContext context, FunctionDefinition function, string reason)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        output.Host(OutputLevel.Error, $"Function {function.Name} failed: {reason}");
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }
}

/// <param name="MaxRequestBody">Above it the caller gets 500; the app setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT raises it.</param>
/// <param name="BufferFolder">Where buffered bodies overflow to.</param>
internal sealed record ProxyLimits(TimeSpan? FunctionTimeout, long MaxRequestBody, string BufferFolder)
{
    public const long DefaultMaxRequestBody = 104_857_600;
}
