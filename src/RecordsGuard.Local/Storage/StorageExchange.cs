using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Primitives;

namespace RecordsGuard.Local.Storage;

/// <summary>One request and what became of it, measured while it passes through the proxy.</summary>
internal sealed class StorageExchange
{
    private readonly HttpContext context;
    private readonly TimeProvider time;
    private readonly long start;
    private readonly Func<long> received;
    private readonly Func<long> sent;
    private readonly long requestHeaderSize;
    private long? answered;

    public StorageExchange(HttpContext context, StorageRequest request, TimeProvider time)
    {
        this.context = context;
        this.time = time;
        Request = request;
        Arrived = time.GetUtcNow();
        start = time.GetTimestamp();
        requestHeaderSize = request.Method.Length + request.Target.Length + "  HTTP/1.1\r\n\r\n".Length + Size(context.Request.Headers);

        var requestBody = new CountingStream(context.Request.Body);
        var responseBody = new CountingStream(context.Response.Body);
        context.Request.Body = requestBody;
        context.Response.Body = responseBody;
        received = () => requestBody.Count;
        sent = () => responseBody.Count;
    }

    public StorageRequest Request { get; }

    public DateTimeOffset Arrived { get; }

    /// <summary>The sender may write a blob only if there is none of that name.</summary>
    public bool NewOnly { get; set; }

    public int Status { get; private set; }

    /// <summary>The error code of the service; null if it has none to report.</summary>
    public string? ErrorCode { get; private set; }

    public IHeaderDictionary ResponseHeaders => context.Response.Headers;

    public bool Broken => context.RequestAborted.IsCancellationRequested;

    public string? CallerAddress => context.Connection.RemoteIpAddress is { } address
        ? new System.Net.IPEndPoint(address, context.Connection.RemotePort).ToString()
        : null;

    public string Uri => $"https://{context.Request.Host}{Request.Redacted()}";

    public string Tls => context.Features.Get<ITlsHandshakeFeature>()?.Protocol.ToString() switch
    {
        "Tls13" => "TLS 1.3",
        "Tls12" => "TLS 1.2",
        _ => "Unknown",
    };

    public long DurationMs => (long)time.GetElapsedTime(start).TotalMilliseconds;

    public long ServerLatencyMs => answered is { } at ? (long)time.GetElapsedTime(start, at).TotalMilliseconds : DurationMs;

    public long RequestHeaderSize => requestHeaderSize;

    public long RequestBodySize => received();

    public long ResponseHeaderSize => "HTTP/1.1 200 OK\r\n\r\n".Length + Size(context.Response.Headers);

    public long ResponseBodySize => sent();

    /// <summary>The service has answered; its headers are on the response, nothing is sent yet.</summary>
    public void Answered(int status, string? errorCode)
    {
        answered = time.GetTimestamp();
        Status = status;
        ErrorCode = errorCode;
    }

    private static long Size(IHeaderDictionary headers)
    {
        var size = 0L;
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            size += header.Key.Length + header.Value.ToString().Length + ": \r\n".Length;
        }

        return size;
    }
}
