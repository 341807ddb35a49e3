using Yarp.ReverseProxy.Forwarder;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// How a request becomes Azurite's: nothing changes but the connection. Host stays what the client sent: signatures do
/// not cover it, and Azurite puts it into the addresses that it answers with. An IP address or <c>localhost</c> there
/// is what makes Azurite read the account from the path.
/// </summary>
internal sealed class AzuriteForwarding(StorageExchange exchange, string destination, FaultPoints faults) : HttpTransformer
{
    private const string ErrorCode = "x-ms-error-code";
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(destination + exchange.Request.Target, AsSent);
        proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        if (exchange.NewOnly)
        {
            // Headers are not part of what a token signs. Checked where it is decided: there is no gap for a race.
            proxyRequest.Headers.Remove("If-Match");
            proxyRequest.Headers.Remove("If-None-Match");
            proxyRequest.Headers.Add("If-None-Match", "*");
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var send = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null)
        {
            return send;
        }

        var response = httpContext.Response;
        if (Reworded(response) is { } code)
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            response.Headers[ErrorCode] = code;
            response.Headers.ContentType = default;
            response.ContentLength = 0;
            send = false;
        }

        exchange.Answered(response.StatusCode, response.Headers[ErrorCode]);
        if (await faults.ReachAsync($"after {exchange.Request.Method} {exchange.Request.Path}", httpContext.Request))
        {
            httpContext.Abort();
            return false;
        }

        return send;
    }

    private string? Reworded(HttpResponse response) =>
        IsWrongKey(response) ? "AuthenticationFailed"
        : IsOverwrite(response) ? StorageRefusal.Overwrite.Code
        : null;

    // Who asked for a new blob is told that there is one; who did not, that overwriting needs another right.
    private bool IsOverwrite(HttpResponse response) =>
        exchange.NewOnly
        && response.StatusCode is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed
        && exchange.Request.Headers.IfNoneMatch != "*";

    // With --oauth Azurite tries a key's signature that does not fit as a token and answers 400
    // InvalidAuthenticationInfo; the service answers 403 AuthenticationFailed, and detections rest on that. Azurite's
    // body says the former, so it is left out.
    private bool IsWrongKey(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status400BadRequest
        && response.Headers[ErrorCode] == "InvalidAuthenticationInfo"
        && exchange.Request.Headers.Authorization.ToString().StartsWith("SharedKey", StringComparison.OrdinalIgnoreCase);
}
