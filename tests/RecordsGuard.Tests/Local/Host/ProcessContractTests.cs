using System.Net;
using System.Text.Json;

namespace RecordsGuard.Tests.Local.Host;

/// <summary>How the host starts, watches and ends the app's process. Run against both hosts.</summary>
public abstract class ProcessContractTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract Task<HostUnderTest> StartAsync(StandInApp app);

    [Fact]
    public async Task The_app_inherits_the_whole_environment_with_the_hosts_own_address_in_it()
    {
        using var app = new StandInApp();
        app.Settings["STANDIN_SETTING"] = "set";
        await using var host = await StartAsync(app);

        var process = await host.GetAsync("/api/process");
        var environment = process.GetProperty("env");

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), environment.GetProperty("PATH").GetString());
        Assert.Equal("set", environment.GetProperty("STANDIN_SETTING").GetString());
        Assert.EndsWith($":{host.Port}", environment.GetProperty("ASPNETCORE_URLS").GetString()!.TrimEnd('/'), StringComparison.Ordinal);
        Assert.NotEqual($"{host.Port}", environment.GetProperty("FUNCTIONS_CUSTOMHANDLER_PORT").GetString());
        Assert.Equal(
            environment.GetProperty("FUNCTIONS_CUSTOMHANDLER_PORT").GetString(), environment.GetProperty("FUNCTIONS_HTTPWORKER_PORT").GetString());
        Assert.True(Guid.TryParse(environment.GetProperty("FUNCTIONS_CUSTOMHANDLER_WORKER_ID").GetString(), out _));
        Assert.True(environment.TryGetProperty("FUNCTIONS_HTTPWORKER_ID", out _));
        Assert.Equal(app.Folder, environment.GetProperty("FUNCTIONS_APP_ROOT_PATH").GetString()!.TrimEnd('/'));
    }

    [Fact]
    public async Task It_runs_in_the_app_root_with_its_arguments_expanded_and_none_added()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);

        var process = await host.GetAsync("/api/process");

        Assert.Equal(app.Folder, process.GetProperty("cwd").GetString());
        Assert.Equal(["expanded"], process.GetProperty("args").EnumerateArray().Select(a => a.GetString()));
    }

    [Fact]
    public async Task Requests_that_come_before_the_app_is_ready_wait()
    {
        using var app = new StandInApp();
        app.Settings["STANDIN_DELAY"] = "800";
        await using var host = await StartAsync(app);

        using var answer = await host.Http.GetAsync("/api/echo", Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_crash_restarts_the_app_on_the_same_port()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);
        var before = await host.GetAsync("/api/process");

        using var crashed = await host.Http.PostAsync("/api/crash", new StringContent("once"), Stop);
        var after = await host.GetAsync("/api/process");

        Assert.Equal(HttpStatusCode.InternalServerError, crashed.StatusCode);
        Assert.NotEqual(before.GetProperty("pid").GetInt32(), after.GetProperty("pid").GetInt32());
        Assert.Equal(Port(before), Port(after));
    }

    [Fact]
    public async Task A_function_that_runs_too_long_costs_its_caller_a_500_and_every_other_request_its_app()
    {
        using var app = new StandInApp(functionTimeout: "00:00:02");
        await using var host = await StartAsync(app);
        var before = await host.GetAsync("/api/process");

        using var late = await host.Http.PostAsync("/api/hang", new StringContent("x"), Stop);
        var after = await host.GetAsync("/api/process");

        Assert.Equal(HttpStatusCode.InternalServerError, late.StatusCode);
        Assert.NotEqual(before.GetProperty("pid").GetInt32(), after.GetProperty("pid").GetInt32());
    }

    private static string? Port(JsonElement process) =>
        process.GetProperty("env").GetProperty("FUNCTIONS_CUSTOMHANDLER_PORT").GetString();
}

public sealed class GenuineProcessContractTests : ProcessContractTests
{
    private protected override async Task<HostUnderTest> StartAsync(StandInApp app) => await GenuineHost.StartAsync(app);
}

public sealed class PlayedProcessContractTests : ProcessContractTests
{
    private protected override async Task<HostUnderTest> StartAsync(StandInApp app) => await PlayedHost.StartAsync(app);

    [Fact]
    public async Task The_third_error_shuts_the_host_down()
    {
        using var app = new StandInApp();
        await using var host = await PlayedHost.StartAsync(app);

        for (var crash = 0; crash < 3; crash++)
        {
            using var answer = await host.Http.PostAsync(
                "/api/crash", new StringContent("x"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        await host.Host.Handler.GaveUp.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        using var after = await host.Http.GetAsync("/api/echo", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, after.StatusCode);
    }

    [Fact]
    public async Task Killed_on_purpose_it_comes_back_however_often_and_is_gone_when_the_kill_returns()
    {
        using var app = new StandInApp();
        await using var host = await PlayedHost.StartAsync(app);

        for (var kills = 1; kills <= 4; kills++)
        {
            var pid = (await host.GetAsync("/api/process")).GetProperty("pid").GetInt32();
            Assert.Equal(pid, host.Host.Handler.ProcessId);
            await host.Host.Handler.KillAsync();
            Assert.False(Processes.Alive(pid));
        }

        Assert.NotEqual(0, (await host.GetAsync("/api/process")).GetProperty("pid").GetInt32());
        Assert.False(host.Host.Handler.GaveUp.IsCompleted);
        Assert.Equal(4, host.Host.Handler.Restarts);
    }

    [Fact]
    public async Task What_the_app_says_is_shown_and_kept_with_its_level()
    {
        using var app = new StandInApp();
        var host = await PlayedHost.StartAsync(app);
        await using (host)
        {
            await host.GetAsync("/api/say");
            await Processes.UntilAsync(() => host.Lines.Count >= 3);
            await Processes.UntilAsync(() => File.ReadLines(host.LogFile).Any(l => l.EndsWith("app  error said on stderr", StringComparison.Ordinal)));

            Assert.Contains("app  | said on stdout", host.Lines);
            Assert.Contains("app  error: said on stderr", host.Lines);
            Assert.Contains("app  warn: a warning on stderr", host.Lines);
        }
    }

    [Fact]
    public async Task Stopping_the_host_stops_the_app()
    {
        using var app = new StandInApp();
        var host = await PlayedHost.StartAsync(app);
        var pid = (await host.GetAsync("/api/process")).GetProperty("pid").GetInt32();

        await host.DisposeAsync();

        Assert.False(Processes.Alive(pid));
    }

    [Fact]
    public async Task Stopping_the_host_waits_for_no_function_that_hangs()
    {
        using var app = new StandInApp().Queue("Work", "work");
        var host = await PlayedHost.StartAsync(app);
        await host.Host.Handler.ReadyAsync(TestContext.Current.CancellationToken);
        var hanging = host.Host.RunNow("Work", "answer=204")!;

        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.False(hanging.IsCompletedSuccessfully && await hanging);
    }
}
