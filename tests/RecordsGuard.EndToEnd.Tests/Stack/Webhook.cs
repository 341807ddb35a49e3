using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <param name="Ticks">When it arrived, of <see cref="Stopwatch.GetTimestamp"/>.</param>
/// <param name="Text">The body as it came over the wire.</param>
/// <param name="Alert">The CloudEvent's <c>data</c>.</param>
internal sealed record Delivery(long Ticks, string Text, JsonElement Alert)
{
    public string? Client => Alert.TryGetProperty("client", out var client) ? client.GetString() : null;

    public string? Detection => Alert.GetProperty("detection").GetString();
}

/// <summary>Where the stack under test delivers its alerts: a receiver of the tests' own, that keeps everything.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly ConcurrentQueue<Delivery> deliveries = new();

    private Webhook(WebApplication web) => this.web = web;

    public Uri Address => new($"{web.Urls.First()}/alerts");

    public IEnumerable<Delivery> Deliveries => deliveries;

    public static async Task<Webhook> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var webhook = new Webhook(builder.Build());
        webhook.web.Run(webhook.TakeAsync);
        await webhook.web.StartAsync();
        return webhook;
    }

    /// <summary>The first delivery that fits, awaited.</summary>
    public async Task<Delivery> ReceivedAsync(Func<Delivery, bool> fits, TimeSpan? bound = null)
    {
        await Until.TrueAsync(() => Task.FromResult(deliveries.Any(fits)), "a delivery to the webhook", bound);
        return deliveries.First(fits);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var ticks = Stopwatch.GetTimestamp();
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        using var json = JsonDocument.Parse(text);
        deliveries.Enqueue(new(ticks, text, json.RootElement.GetProperty("data").Clone()));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
