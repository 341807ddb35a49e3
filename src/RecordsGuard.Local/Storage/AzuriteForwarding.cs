using Yarp.ReverseProxy.Forwarder;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// How a request becomes Azurite's: nothing changes but the connection. Host stays what the client sent: signatures do
/// not cover it, and Azurite puts it into the addresses that it answers with. An IP address or <c>localhost</c> there
/// is what makes Azurite read the account from the path.
/// </summary>
internal sealed class AzuriteForwarding(StorageExchange exchange, string destination, FaultPoints faults) : HttpTransformer
{
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(destination + exchange.Request.Target, AsSent);
        proxyRequest.Headers.Host = httpContext.Request.Host.Value;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var send = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null)
        {
            return send;
        }

        var error = proxyResponse.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.FirstOrDefault() : null;
        exchange.Answered((int)proxyResponse.StatusCode, error);
        if (await faults.ReachAsync($"after {exchange.Request.Method} {exchange.Request.Path}"))
        {
            httpContext.Abort();
            return false;
        }

        return send;
    }
}
