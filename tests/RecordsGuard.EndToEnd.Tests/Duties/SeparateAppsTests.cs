using System.Text;
using System.Text.Json;
using RecordsGuard.App;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Duties;

/// <summary>An app for each duty: what is special about several processes behind one address.</summary>
[Collection(nameof(SeparateDuties))]
public sealed class SeparateAppsTests(SeparateStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_that_dies_comes_back_and_disturbs_no_other()
    {
        var names = JsonSerializer.Deserialize<string[]>(await stack.Http.GetStringAsync("/.local/apps", Stop))!;
        Assert.Equal(LocalIdentities.Duties.Select(d => d.Name).Order(), names.Order());
        var before = await AppsAsync(names);
        Assert.Distinct(before.Values.Select(a => a.Process));

        using var killed = await stack.Http.PostAsync("/.local/app/kill?name=alerts", null, Stop);
        killed.EnsureSuccessStatusCode();
        var security = await stack.PersonAsync("security-1");
        (await security.GetAsync("/api/alerts")).Is(200);

        var after = await AppsAsync(names);
        Assert.Equal(before["alerts"].Restarts + 1, after["alerts"].Restarts);
        Assert.NotEqual(before["alerts"].Process, after["alerts"].Process);
        Assert.Equal(before.Where(a => a.Key != "alerts"), after.Where(a => a.Key != "alerts"));
    }

    [Fact]
    public async Task Every_timer_and_queue_function_runs_under_its_own_apps_rights()
    {
        foreach (var timer in Triggers.All.Where(t => t.Kind == TriggerKind.Timer))
        {
            await RunAsync(timer.Name);
        }

        // A function that lacks a right fails whenever its message comes again; one that a busy machine failed does not.
        // Alerts have messages for later: the second contact's, and another message within the minute. So has what settles a
        // hold on a whole practice, should whoever placed it die.
        foreach (var queue in WorkQueues.All)
        {
            await Until.TrueAsync(
                async () => await (queue is WorkQueues.Alerts or WorkQueues.Settle ? stack.Stores.IsIdleAsync(queue) : stack.Stores.IsEmptyAsync(queue)), $"the queue {queue} is done; failed: {string.Join("; ", Failures())}",
                TimeSpan.FromMinutes(2));
            Assert.True(await stack.Stores.IsEmptyAsync($"{queue}-poison"), $"A message of {queue} is poison: {string.Join("; ", Failures())}");
        }

        // A message that nobody can read: the host moves it, and the watch sees it.
        await stack.Stores.Queue("reconcile").SendMessageAsync("not base64!", Stop);
        await Until.TrueAsync(async () => !await stack.Stores.IsEmptyAsync("reconcile-poison"), "the message is poison");
        await RunAsync("WatchPoison");
        await shared.Webhook.ReceivedAsync(d => d.Detection == "poison-reconcile");
        await stack.Stores.Queue("reconcile-poison").ClearMessagesAsync(Stop);
    }

    /// <summary>What a host says of a function that failed. Delivery is left out: a test that kills its app may cut it off.</summary>
    private IEnumerable<string> Failures() => stack.Output.Where(l => Triggers.All.Any(t =>
        t.Name != "DeliverAlerts" && l.Contains($"Function {t.Name} failed", StringComparison.Ordinal)));

    private async Task RunAsync(string timer)
    {
        using var nothing = new StringContent("{}", Encoding.UTF8, "application/json");
        using var accepted = await stack.Http.PostAsync($"/admin/functions/{timer}", nothing, Stop);
        accepted.EnsureSuccessStatusCode();
    }

    private async Task<Dictionary<string, (int Process, int Restarts)>> AppsAsync(IEnumerable<string> names)
    {
        var apps = new Dictionary<string, (int, int)>();
        foreach (var name in names)
        {
            using var app = JsonDocument.Parse(await stack.Http.GetStringAsync($"/.local/app?name={name}", Stop));
            apps[name] = (app.RootElement.GetProperty("pid").GetInt32(), app.RootElement.GetProperty("restarts").GetInt32());
        }

        return apps;
    }
}
