using System.Collections.Concurrent;
using System.Net;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RecordsGuard.Local;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Block blobs that cost next to nothing: https, and memory. What is left of a transfer is what its two ends do. No
/// conditions, no authorisation, no errors.
/// </summary>
internal sealed class MemoryStorage : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, byte[]> blocks = new();
    private readonly ConcurrentDictionary<string, byte[][]> blobs = new();

    private MemoryStorage(WebApplication app) => this.app = app;

    public Uri Account => new($"https://127.0.0.1:{new Uri(app.Urls.Single()).Port}/account");

    public static async Task<MemoryStorage> StartAsync(DirectoryInfo data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var certificate = LocalCertificates.Load(new(Path.Combine(data.FullName, "certificates"))).Server;
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate));
        });
        var storage = new MemoryStorage(builder.Build());
        storage.app.Run(storage.AnswerAsync);
        await storage.app.StartAsync();
        return storage;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        var name = request.Path.Value!;
        response.Headers.ETag = "\"0x1\"";
        response.Headers.LastModified = "Mon, 02 Mar 2026 18:00:00 GMT";
        response.Headers["x-ms-request-server-encrypted"] = "true";
        response.Headers["x-ms-blob-type"] = "BlockBlob";
        response.StatusCode = StatusCodes.Status201Created;
        switch (request.Method, request.Query["comp"].ToString())
        {
            case ("PUT", "block"):
                blocks[$"{name} {request.Query["blockid"]}"] = await BodyAsync(request);
                break;
            case ("PUT", "blocklist"):
                var list = await XDocument.LoadAsync(request.Body, LoadOptions.None, http.RequestAborted);
                blobs[name] = [.. list.Root!.Elements().Select(e => blocks.TryRemove($"{name} {e.Value}", out var block) ? block : throw new InvalidDataException())];
                break;
            case ("PUT", _):
                blobs[name] = [await BodyAsync(request)];
                break;
            default:
                await GiveAsync(http, blobs[name]);
                break;
        }
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        var body = GC.AllocateUninitializedArray<byte>((int)request.ContentLength!.Value);
        await request.Body.ReadExactlyAsync(body);
        return body;
    }

    private static async Task GiveAsync(HttpContext http, byte[][] blob)
    {
        var length = blob.Sum(b => (long)b.Length);
        var header = http.Request.Headers["x-ms-range"].ToString() is { Length: > 0 } own ? own : http.Request.Headers.Range.ToString();
        var bounds = header.Length == 0 ? ["0", ""] : header["bytes=".Length..].Split('-');
        var from = long.Parse(bounds[0]);
        var end = bounds[1].Length == 0 ? length : Math.Min(length, long.Parse(bounds[1]) + 1);
        http.Response.StatusCode = header.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        http.Response.ContentLength = end - from;
        http.Response.Headers.ContentRange = $"bytes {from}-{end - 1}/{length}";
        var start = 0L;
        foreach (var block in blob)
        {
            var (first, last) = ((int)Math.Clamp(from - start, 0, block.Length), (int)Math.Clamp(end - start, 0, block.Length));
            if (first < last)
            {
                await http.Response.Body.WriteAsync(block.AsMemory(first..last), http.RequestAborted);
            }

            start += block.Length;
        }
    }
}
