using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Local;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>Takes what leaves the house: telemetry (OTLP over HTTP) and the webhook's alerts. Bodies as they came, unzipped.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication web;

    private Receiver(WebApplication web, int port)
    {
        this.web = web;
        Address = $"http://127.0.0.1:{port}";
    }

    public string Address { get; }

    /// <summary>Path, headers and body of each request.</summary>
    public ConcurrentQueue<(string Path, byte[] Body)> Received { get; } = [];

    public static async Task<Receiver> StartAsync()
    {
        var port = LocalPorts.FreePort();
        var web = LocalWeb.Create(port);
        var receiver = new Receiver(web, port);
        web.Run(receiver.TakeAsync);
        await web.StartAsync();
        return receiver;
    }

    public IEnumerable<byte[]> Bodies(string path) => Received.Where(r => r.Path.StartsWith(path, StringComparison.Ordinal)).Select(r => r.Body);

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var request = context.Request;
        using var kept = new MemoryStream();
        await kept.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}"))));
        await using var body = request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(request.Body, CompressionMode.Decompress)
            : request.Body;
        await body.CopyToAsync(kept);
        Received.Enqueue((request.Path, kept.ToArray()));
        context.Response.StatusCode = StatusCodes.Status200OK;
    }
}
