using System.Net;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.Tests.Local.Host;

/// <summary>The JSON protocol from the host's side. (The genuine host's half needs its extension bundle and storage.)</summary>
public sealed class JsonProtocolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("{\"a\":1}", "\"{\\\"a\\\":1}\"")]
    public async Task A_queue_message_is_encoded_twice(string message, string data)
    {
        using var app = new StandInApp().Queue("Work", "work");
        await using var host = await PlayedHost.StartAsync(app);

        Assert.True(await host.Host.RunNow("Work", message)!);

        var body = await LastAsync(host);
        Assert.Equal(data, body.GetProperty("Data").GetProperty("message").GetString());
        Assert.Equal(message, JsonSerializer.Deserialize<string>(body.GetProperty("Data").GetProperty("message").GetString()!));
        Assert.Equal("Work", body.GetProperty("Metadata").GetProperty("sys").GetProperty("MethodName").GetString());
        Assert.True(body.GetProperty("Metadata").GetProperty("sys").GetProperty("RandGuid").TryGetGuid(out _));
        Assert.True(body.GetProperty("Metadata").GetProperty("sys").GetProperty("UtcNow").TryGetDateTime(out _));
    }

    [Fact]
    public async Task A_binary_queue_message_is_base64()
    {
        using var app = new StandInApp().Queue("Work", "work", dataType: "binary");
        await using var host = await PlayedHost.StartAsync(app);

        Assert.True(await host.Host.RunNow("Work", "bytes")!);

        var data = (await LastAsync(host)).GetProperty("Data").GetProperty("message").GetString();
        Assert.Equal("bytes", Encoding.UTF8.GetString(Convert.FromBase64String(data!)));
    }

    [Fact]
    public async Task A_timer_gets_its_schedule_and_its_status_at_a_path_that_is_its_name()
    {
        using var app = new StandInApp().Timer("Nightly", "0 0 2 * * *");
        await using var host = await PlayedHost.StartAsync(app);

        Assert.True(await host.Host.RunNow("Nightly", "")!);

        var invocation = (await host.GetAsync("/api/invocations")).EnumerateArray().Last();
        var timer = invocation.GetProperty("body").GetProperty("Data").GetProperty("timer");
        Assert.Equal("/Nightly", invocation.GetProperty("url").GetString());
        Assert.StartsWith("application/json", invocation.GetProperty("headers").GetProperty("content-type").GetString(), StringComparison.Ordinal);
        Assert.True(invocation.GetProperty("headers").TryGetProperty("x-azure-functions-invocationid", out _));
        Assert.False(invocation.GetProperty("headers").TryGetProperty("x-forwarded-for", out _));
        Assert.True(timer.GetProperty("Schedule").GetProperty("AdjustForDST").GetBoolean());
        Assert.Equal(JsonValueKind.String, timer.GetProperty("ScheduleStatus").GetProperty("Next").ValueKind);
        Assert.False(timer.GetProperty("IsPastDue").GetBoolean());
    }

    [Theory]
    [InlineData("500")]
    [InlineData("text")]
    [InlineData("broken")]
    public async Task A_status_a_content_type_or_a_body_that_is_not_the_protocols_is_a_failure(string answer)
    {
        using var app = new StandInApp().Queue("Work", "work");
        await using var host = await PlayedHost.StartAsync(app);

        Assert.False(await host.Host.RunNow("Work", $"answer={answer}")!);
        Assert.Equal(0, host.Host.Handler.Restarts);
    }

    [Theory]
    [InlineData("204")]
    [InlineData("empty")]
    [InlineData("null")]
    public async Task An_answer_without_an_object_hangs_until_the_time_out_kills_the_app(string answer)
    {
        using var app = new StandInApp(functionTimeout: "00:00:01").Queue("Work", "work");
        await using var host = await PlayedHost.StartAsync(app);
        await host.Host.Handler.ReadyAsync(Stop);
        var before = host.Host.Handler.ProcessId;
        var run = host.Host.RunNow("Work", $"answer={answer}")!;

        await Task.Delay(500, Stop);
        Assert.False(run.IsCompleted);
        Assert.False(await run);

        await host.Host.Handler.ReadyAsync(Stop);
        Assert.NotEqual(before, host.Host.Handler.ProcessId);
    }

    [Fact]
    public async Task Any_function_that_is_not_http_can_be_run_at_once_also_a_disabled_one()
    {
        using var app = new StandInApp().Queue("Work", "work");
        app.Settings["AzureWebJobs.Work.Disabled"] = "true";
        await using var host = await PlayedHost.StartAsync(app);
        using var input = new StringContent("""{"input":"now"}""", Encoding.UTF8, "application/json");
        using var form = new StringContent("""{"input":"now"}""", Encoding.UTF8, "text/plain");

        using var accepted = await host.Http.PostAsync("/admin/functions/Work", input, Stop);
        using var unknown = await host.Http.PostAsync("/admin/functions/Nobody", input, Stop);
        using var crossSite = await host.Http.PostAsync("/admin/functions/Work", form, Stop);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, crossSite.StatusCode);
        Assert.DoesNotContain("Work", host.Host.Enabled);
    }

    private static async Task<JsonElement> LastAsync(PlayedHost host) =>
        (await host.GetAsync("/api/invocations")).EnumerateArray().Last().GetProperty("body");
}
