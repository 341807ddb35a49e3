using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Alerts;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class RecordingAlertRouteTests : AlertRouteContract
{
    private readonly RecordingAlertRoute route = new();

    protected override IReadOnlyList<byte[]> Arrived => [.. route.Delivered.Select(n => n.Json.ToArray())];

    protected override Task<IAlertRoute> RouteAsync() => Task.FromResult<IAlertRoute>(route);

    protected override void Break() => route.Down = true;
}

/// <summary>A receiver on loopback that fails in every way one can.</summary>
public sealed class WebhookRouteTests : AlertRouteContract, IAsyncDisposable
{
    private const string Secret = "s3cret";

    private readonly ConcurrentQueue<(string? Type, byte[] Body)> received = new();
    private readonly FakeTimeProvider time = new();
    private readonly SocketsHttpHandler handler = LoopbackTransport.CreateHandler(extraRootFile: null);
    private readonly TaskCompletionSource reached = new();
    private Func<HttpContext, Task> answer = c => AnswerAsync(c, 204);
    private WebApplication? receiver;

    protected override IReadOnlyList<byte[]> Arrived => [.. received.Select(r => r.Body)];

    [Theory]
    [InlineData(200, true)]
    [InlineData(202, true)]
    [InlineData(204, true)]
    [InlineData(301, false)]
    [InlineData(307, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(410, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    public async Task Delivered_is_what_was_answered_with_success_and_no_redirect_is_followed(int status, bool delivered)
    {
        var route = await RouteAsync();
        answer = c => AnswerAsync(c, status);
        var error = await Record.ExceptionAsync(() => route.DeliverAsync(Notice, Cancel));
        Assert.Equal(delivered, error is null);
        Assert.True(error is null or AlertRouteException);
        Assert.DoesNotContain(Secret, error?.ToString() ?? "", StringComparison.Ordinal);
        Assert.Single(Arrived);
        Assert.Equal("application/cloudevents+json; charset=utf-8", received.Single().Type);
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_answer_is_not_a_delivery_and_after_its_head_it_is()
    {
        var route = await RouteAsync();
        answer = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<AlertRouteException>(() => route.DeliverAsync(Notice, Cancel));

        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        answer = async c =>
        {
            c.Response.ContentLength = 1000;
            await c.Response.StartAsync();
            await c.Response.Body.FlushAsync();
            await release.Task;
            c.Abort();
        };
        await route.DeliverAsync(Notice, Cancel);
        release.SetResult();
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_ten_seconds()
    {
        var route = await RouteAsync();
        answer = async c =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, c.RequestAborted);
        };
        var delivery = route.DeliverAsync(Notice, Cancel);
        await reached.Task;
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(delivery.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAsync<AlertRouteException>(() => delivery);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_an_error()
    {
        var route = await RouteAsync();
        await receiver!.StopAsync(Cancel);
        var error = await Assert.ThrowsAsync<AlertRouteException>(() => route.DeliverAsync(Notice, Cancel));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_is_over_the_time_and_the_body() => Assert.Equal(
        "t=1772445600,v1=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("secret"u8, "1772445600.{}"u8)),
        WebhookRoute.Sign("secret"u8.ToArray(), 1_772_445_600, "{}"u8));

    [Fact]
    public void An_address_in_clear_beyond_this_machine_is_refused() =>
        Assert.Throws<ArgumentException>(() => Webhook(new("http://hooks.example/x")));

    public async ValueTask DisposeAsync()
    {
        handler.Dispose();
        if (receiver is not null)
        {
            await receiver.DisposeAsync();
        }
    }

    protected override async Task<IAlertRoute> RouteAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.ContentType, body.ToArray()));
            await answer(context);
        });
        await receiver.StartAsync(Cancel);
        return Webhook(new($"{receiver.Urls.First()}/hook?code={Secret}"));
    }

    protected override void Break() => answer = c => AnswerAsync(c, 503);

    private static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status is 301 or 307)
        {
            context.Response.Headers.Location = "/elsewhere";
        }

        return Task.CompletedTask;
    }

    private IAlertRoute Webhook(Uri url) =>
        new AzureAdapters(new LocalToken(Guid.Empty), Adapters.Transport(handler), time).Webhook(url, handler);
}
