using System.Globalization;
using RecordsGuard.Local.SignIn;
using Spectre.Console;

namespace RecordsGuard.Local.Demo;

/// <summary>
/// Fills the practice <c>demo</c> as its people would, through the app's own API. Charts are filled one after the other,
/// and whether one is there is read from the app, not from a note of ours: wherever a fill stops, the next one goes on
/// there, and one that finds the last chart adds nothing.
/// </summary>
internal sealed class DemoPractice(DemoApi api, IReadOnlyList<DemoChart> charts, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepTakesAtMost = TimeSpan.FromSeconds(15);

    /// <summary>Called at every start with <c>--demo</c>, when the app answers.</summary>
    /// <exception cref="LocalFailure">The app refused or did not answer; what is there stays.</exception>
    public static async Task FillAsync(
        Uri host, LocalOptions options, LocalTenant tenant, IAnsiConsole console, TimeProvider time, CancellationToken cancel)
    {
        var now = options.Clock is { } clock
            ? DateTimeOffset.Parse(clock, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : time.GetUtcNow();
        console.WriteLine("Filling the practice demo …");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host };
        var charts = DemoCharts.On(DateOnly.FromDateTime(now.UtcDateTime));
        DemoTour.Show(console, host, await new DemoPractice(new(http, tenant), charts, time).FillAsync(cancel));
    }

    public async Task<DemoFilled> FillAsync(CancellationToken cancel)
    {
        var clients = await api.FindAsync(DemoCharts.Prefix, cancel);
        var complete = clients.ContainsKey(charts[^1].Number);
        string? record = null;

        // Before a fill was complete nobody can tell which file was the last: all are sent again, and the keys sort it out.
        foreach (var chart in complete ? charts.TakeLast(1) : charts)
        {
            record = await FillAsync(chart, clients, cancel);
        }

        var listed = await api.DispositionsAsync(cancel);
        if (!complete || listed.Count == 0)
        {
            listed = await SweepAsync([.. charts.Where(c => c.Standing != DemoStanding.Kept).Select(c => clients[c.Number])], cancel);
        }

        return new([.. charts.Where(c => clients.ContainsKey(c.Number)).Select(c => Line(c, clients[c.Number], listed))], record);
    }

    /// <returns>The id of the chart's last record.</returns>
    private async Task<string?> FillAsync(DemoChart chart, Dictionary<string, string> clients, CancellationToken cancel)
    {
        var known = clients.TryGetValue(chart.Number, out var client);
        if (!known)
        {
            client = clients[chart.Number] = await api.RegisterAsync(chart, cancel);
        }

        string? record = null;
        foreach (var (index, file) in chart.Files.Index())
        {
            record = await api.UploadAsync(client!, file, $"{chart.Number}-{index}", cancel);
        }

        // A hold has no key that would make it one hold: whether it was placed before shows only in what the sweep lists.
        if (chart.Standing == DemoStanding.Held
            && !(known && (await SweepAsync([client!], cancel)).GetValueOrDefault(client!, []).Contains("held")))
        {
            await api.PlaceHoldAsync(client!, cancel);
        }

        return record;
    }

    /// <summary>What is listed once all of these are, or when a sweep should long have been through.</summary>
    private async Task<Dictionary<string, IReadOnlyList<string>>> SweepAsync(IReadOnlyList<string> due, CancellationToken cancel)
    {
        await api.SweepAsync(cancel);
        var begun = time.GetTimestamp();
        while (true)
        {
            var listed = await api.DispositionsAsync(cancel);
            if (due.All(listed.ContainsKey) || time.GetElapsedTime(begun) > SweepTakesAtMost)
            {
                return listed;
            }

            await Task.Delay(LookAgain, time, cancel);
        }
    }

    private static DemoLine Line(DemoChart chart, string client, Dictionary<string, IReadOnlyList<string>> listed) => new(
        chart, client,
        listed.GetValueOrDefault(client, []) is not { Count: > 0 } states ? DemoState.NothingDue
            : states.Contains("held") ? DemoState.Held
            : states.Contains("needs-approval") ? DemoState.Due
            : DemoState.Approved);
}

/// <param name="Record">A record of the last chart that can be read; null if it has been purged.</param>
internal sealed record DemoFilled(IReadOnlyList<DemoLine> Lines, string? Record);

internal sealed record DemoLine(DemoChart Chart, string Client, DemoState State);

/// <summary>How a chart stands now, as the app says.</summary>
internal enum DemoState
{
    NothingDue,
    Due,
    Held,
    Approved,
}
