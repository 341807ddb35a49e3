using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Records;

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
        await Until.TrueAsync(() => stack.Stores.IsIdleAsync(WorkQueues.Alerts), "earlier alerts are delivered");
        var record = await (await Chart.NewAsync(stack)).RecordAsync("custodian-1");
        foreach (var attempt in Attempts)
        {
            // A timer of the stack may put calls of its own between; what differs by itself differs each time.
            for (var left = 2; !await IsSameAsync(attempt, record, asserts: left == 0); left--)
            {
            }
        }
    }

    private async Task<bool> IsSameAsync(string attempt, string record, bool asserts)
    {
        var existing = await Chart.NewAsync(stack);
        var itsRecord = await existing.RecordAsync("custodian-1");

        var calls = await CallsAsync(attempt, existing, itsRecord);
        var noRecord = await CallsAsync(attempt, await Chart.NewAsync(stack), $"r-{Guid.NewGuid():N}");
        var noClient = await CallsAsync(attempt, existing with { Client = $"c-{Guid.NewGuid():N}" }, record);

        Assert.True(calls.Count >= 14, "Some calls are missing: " + string.Join('\n', calls));
        if (asserts)
        {
            Assert.Equal(calls, noRecord);
            Assert.Equal(calls, noClient);
        }

        return calls.SequenceEqual(noRecord) && calls.SequenceEqual(noClient);
    }

    /// <summary>
    /// The calls of one refused request, ids made alike, up to the one that stores the alert. Left out is the look at
    /// alerts that are due for delivery, which the queue has at times of its own.
    /// </summary>
    private async Task<IReadOnlyList<string>> CallsAsync(string attempt, Chart chart, string record)
    {
        var parts = attempt.Split(' ');
        var who = await stack.PersonAsync(parts[0]);
        using var armed = await stack.Http.PostAsync("/.local/faults?killAt=0", null, TestContext.Current.CancellationToken);
        (await who.SendAsync(new HttpMethod(parts[1]), $"{chart.Records}/{record}{parts[2]}", null, ("Purpose-Of-Use", "TREAT"))).Is(403);
        using var disarmed = await stack.Http.DeleteAsync("/.local/faults", TestContext.Current.CancellationToken);
        using var reached = JsonDocument.Parse(await disarmed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var calls = reached.RootElement.EnumerateArray()
            .Select(p => Ids().Replace(p.GetString()!, "ID"))
            .Where(c => !c.Contains("/Alerts(", StringComparison.Ordinal)).ToList();
        var stored = calls.IndexOf("after POST /rgrecords/$batch");
        Assert.True(stored > 0, "No alert was stored: " + string.Join('\n', calls));

        // Its delivery writes too, and must not run into the next one.
        await Until.TrueAsync(
            async () => (await chart.AlertsAsync()).Any(a => a.GetProperty("delivered").GetInt32() == a.GetProperty("count").GetInt32()),
            "the alert is delivered");
        return calls[..(stored + 1)];
    }

    [GeneratedRegex("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Ids();
}
