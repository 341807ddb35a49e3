using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>A refusal asks storage and vault the same, in the same order, whether or not the client or record exists.</summary>
public abstract partial class SameCallsTests(StackFixture shared)
{
    private static readonly string[] Attempts =
        ["clinician-2 GET /content", "clinician-2 GET ", "clinician-x GET /content", "front-desk-1 GET /content", "security-1 GET /content"];

    private readonly RunningStack stack = shared.Stack;

    [Fact]
    public async Task A_refusal_makes_the_same_calls_for_what_exists_and_what_does_not()
    {
        foreach (var attempt in Attempts)
        {
            var existing = await Chart.NewAsync(stack);
            var record = await existing.RecordAsync("custodian-1");

            var calls = await CallsAsync(attempt, existing, record);

            Assert.True(calls.Count >= 14, "Some calls are missing: " + string.Join('\n', calls));
            Assert.Equal(calls, await CallsAsync(attempt, await Chart.NewAsync(stack), $"r-{Guid.NewGuid():N}"));
            Assert.Equal(calls, await CallsAsync(attempt, existing with { Client = $"c-{Guid.NewGuid():N}" }, record));
        }
    }

    /// <summary>
    /// The calls of one refused request, ids made alike, up to the one that stores the alert. What the apps do beside it,
    /// at times of their own, has other traces; left out is also the look at alerts that are due for delivery.
    /// </summary>
    private async Task<IReadOnlyList<string>> CallsAsync(string attempt, Chart chart, string record)
    {
        var parts = attempt.Split(' ');
        var who = await stack.PersonAsync(parts[0]);
        using var armed = await stack.Http.PostAsync("/.local/faults?killAt=0", null, TestContext.Current.CancellationToken);
        Activity.Current = null;
        using var trace = new Activity(attempt).Start();
        (await who.SendAsync(new HttpMethod(parts[1]), $"{chart.Records}/{record}{parts[2]}", null, ("Purpose-Of-Use", "TREAT"))).Is(403);
        using var disarmed = await stack.Http.DeleteAsync("/.local/faults", TestContext.Current.CancellationToken);
        using var reached = JsonDocument.Parse(await disarmed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var calls = reached.RootElement.EnumerateArray()
            .Where(p => p.GetProperty("trace").GetString() == trace.TraceId.ToHexString())
            .Select(p => Ids().Replace(p.GetProperty("point").GetString()!, "ID"))
            .Where(c => !c.Contains("/Alerts(", StringComparison.Ordinal)).ToList();
        var stored = calls.IndexOf("after POST /rgrecords/$batch");
        Assert.True(stored > 0, "No alert was stored: " + string.Join('\n', calls));
        return calls[..(stored + 1)];
    }

    [GeneratedRegex("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Ids();
}
