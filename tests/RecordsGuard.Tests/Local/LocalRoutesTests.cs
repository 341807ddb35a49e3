using System.Net;
using RecordsGuard.Local;
using RecordsGuard.Local.Host;
using RecordsGuard.Tests.Local.Host;

namespace RecordsGuard.Tests.Local;

public sealed class LocalRoutesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_point_kills_the_app_and_it_comes_back()
    {
        var faults = new FaultPoints();
        using var app = new StandInApp();
        await using var host = await StartAsync(app, faults);
        faults.Kill = _ => host.Host.Handler.KillAsync();
        await host.Host.Handler.ReadyAsync(Stop);
        var before = (await host.GetAsync("/.local/app")).GetProperty("pid").GetInt32();

        using var armed = await host.Http.PostAsync("/.local/faults?killAt=2", null, Stop);
        Assert.False(await faults.ReachAsync("before PUT /a"));
        Assert.True(Processes.Alive(before));
        Assert.True(await faults.ReachAsync("after PUT /a"));
        Assert.False(Processes.Alive(before));
        using var disarmed = await host.Http.DeleteAsync("/.local/faults", Stop);
        await host.GetAsync("/api/echo");
        var after = await host.GetAsync("/.local/app");

        Assert.Equal("""[{"point":"before PUT /a","trace":"","function":null},{"point":"after PUT /a","trace":"","function":null}]""", await disarmed.Content.ReadAsStringAsync(Stop));
        Assert.NotEqual(before, after.GetProperty("pid").GetInt32());
        Assert.Equal(1, after.GetProperty("restarts").GetInt32());
    }

    [Fact]
    public async Task The_app_can_be_killed_by_request()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app, new());
        await host.Host.Handler.ReadyAsync(Stop);
        var before = (await host.GetAsync("/.local/app")).GetProperty("pid").GetInt32();

        using var killed = await host.Http.PostAsync("/.local/app/kill", null, Stop);

        Assert.Equal(HttpStatusCode.NoContent, killed.StatusCode);
        Assert.False(Processes.Alive(before));
    }

    [Theory]
    [InlineData("evil.example", null)]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "null")]
    public async Task Nobody_elses_web_page_gets_in(string? hostName, string? origin)
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app, new());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/.local/app/kill");
        request.Headers.Host = hostName;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await host.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, host.Host.Handler.Restarts);
    }

    [Fact]
    public async Task Nothing_under_local_reaches_the_app()
    {
        using var app = new StandInApp().Http("Everything", "{*path}", "get", "post");
        await using var host = await StartAsync(app, new());

        using var answer = await host.Http.GetAsync("/.local/unknown", Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Alerts_are_kept_and_said_in_one_line()
    {
        var said = new List<string>();
        var data = Directory.CreateTempSubdirectory("webhook-");
        using var app = new StandInApp();
        await using (var host = await PlayedHost.StartAsync(app, (web, _) => new WebhookReceiver(data, said.Add).Map(web)))
        {
            for (var i = 0; i <= 100; i++)
            {
                using var body = new StringContent($$$"""{ "data": { "detection": "no-entry-{{{i}}}" } }""");
                using var taken = await host.Http.PostAsync("/.local/webhook", body, Stop);
                Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
            }

            Assert.Equal(100, (await host.GetAsync("/.local/webhook")).GetArrayLength());
        }

        var kept = await File.ReadAllLinesAsync(Path.Combine(data.FullName, "webhook.jsonl"), Stop);
        data.Delete(recursive: true);
        Assert.Equal("alert delivered: no-entry-0", said[0]);
        Assert.Equal(100, kept.Length);
        Assert.Equal("""{"data":{"detection":"no-entry-100"}}""", kept[^1]);
    }

    private static Task<PlayedHost> StartAsync(StandInApp app, FaultPoints faults) => PlayedHost.StartAsync(app, (web, host) =>
    {
        LocalRoutes.Guard(web);
        LocalRoutes.MapApps(web, () => new Dictionary<string, Handler> { ["app"] = host().Handler }, faults);
    });
}
