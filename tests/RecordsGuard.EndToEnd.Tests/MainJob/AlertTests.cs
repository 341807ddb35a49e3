using System.Diagnostics;
using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>No silent access: from the refusal to the resolved alert.</summary>
public abstract class AlertTests(StackFixture shared, ITestOutputHelper output)
{
    private readonly RunningStack stack = shared.Stack;

    [Fact]
    public async Task A_refusal_is_an_alert_before_it_is_answered_delivered_to_the_webhook_and_explained()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();

        var start = Stopwatch.GetTimestamp();
        var refused = (await chart.ReadAsync(record, "clinician-2")).IsProblem(403, "refused");
        var answered = Stopwatch.GetElapsedTime(start);
        var alert = Assert.Single(await chart.AlertsAsync());
        var visible = Stopwatch.GetElapsedTime(start);
        // By whichever comes first: PromptDeliveryTests say that it is sent at once, the refusal's kills that the app alone does it.
        var delivery = await shared.Webhook.ReceivedAsync(d => d.Client == chart.Client);
        var delivered = Stopwatch.GetElapsedTime(start, delivery.Ticks);
        output.WriteLine($"refused after {answered.TotalMilliseconds:F0} ms, listed after {visible.TotalMilliseconds:F0} ms, delivered after {delivered.TotalMilliseconds:F0} ms");

        Assert.Equal("access-refused", alert.GetProperty("detection").GetString());
        Assert.Equal("open", alert.GetProperty("state").GetString(), ignoreCase: true);
        Assert.Equal("high", alert.GetProperty("severity").GetString(), ignoreCase: true);
        Assert.Equal(record, alert.GetProperty("record").GetString());
        Assert.Equal([refused.Json.GetProperty("audit").GetString()], alert.GetProperty("evidence").EnumerateArray().Select(e => e.GetString()));
        Assert.NotEmpty(alert.GetProperty("firstAction").GetString()!);
        Assert.Equal(alert.GetProperty("id").GetString(), delivery.Alert.GetProperty("id").GetString());
        Assert.DoesNotContain(chart.Name, delivery.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thirty_refusals_are_one_alert_that_counts_thirty()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();

        await Parallel.ForAsync(0, 30, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (_, _) =>
            (await chart.ReadAsync(record, "clinician-2")).IsProblem(403, "refused"));

        var alert = Assert.Single(await chart.AlertsAsync());
        Assert.Equal(30, alert.GetProperty("count").GetInt32());
        Assert.Equal(30, alert.GetProperty("evidence").EnumerateArray().Select(e => e.GetString()).Distinct().Count());
        await shared.Webhook.ReceivedAsync(
            d => d.Client == chart.Client && d.Alert.GetProperty("count").GetInt32() == 30, TimeSpan.FromSeconds(100));
        Assert.InRange(shared.Webhook.Deliveries.Where(d => d.Client == chart.Client).Select(d => d.Alert.GetProperty("count").GetInt32()).Distinct().Count(), 1, 2);
    }

    [Fact]
    public async Task Each_practice_sees_only_its_own_alerts()
    {
        var chart = await Chart.NewAsync(stack);
        (await chart.ReadAsync(await chart.RecordAsync(), "imposter-custodian")).IsProblem(403, "refused");
        var stranger = stack.Stranger("security");

        var alert = Assert.Single(await chart.AlertsAsync());
        var seen = (await stranger.GetAsync("/api/alerts")).Is(200).Text;
        var id = alert.GetProperty("id").GetString();

        Assert.DoesNotContain(chart.Client, seen, StringComparison.Ordinal);
        Assert.StartsWith("b7c2d9d4", alert.GetProperty("person").GetString(), StringComparison.Ordinal);
        (await stranger.PostAsync($"/api/alerts/{id}/acknowledge")).IsProblem(404, "no-such-alert");
        (await (await stack.PersonAsync("clinician-1")).GetAsync("/api/alerts")).IsProblem(403, "refused");
    }

    [Fact]
    public async Task An_alert_is_acknowledged_then_resolved_and_the_reason_is_nowhere_in_clear()
    {
        var chart = await Chart.NewAsync(stack);
        (await chart.ReadAsync(await chart.RecordAsync(), "clinician-2")).IsProblem(403, "refused");
        var security = await stack.PersonAsync("security-1");
        var id = Assert.Single(await chart.AlertsAsync()).GetProperty("id").GetString();
        var reason = $"Spoke with her: wrong chart opened {Guid.NewGuid():N}";

        (await security.PostAsync($"/api/alerts/{id}/resolve", """{"resolution":"false"}""")).IsProblem(400, "bad-resolution");
        (await security.PostAsync($"/api/alerts/{id}/resolve", """{"resolution":"maybe","reason":"x"}""")).IsProblem(400, "bad-resolution");
        Assert.Equal("acknowledged", State((await security.PostAsync($"/api/alerts/{id}/acknowledge")).Is(200).Json), ignoreCase: true);
        var resolved = (await security.PostAsync(
            $"/api/alerts/{id}/resolve", JsonSerializer.Serialize(new { resolution = "false", reason }))).Is(200);
        var listed = Assert.Single(await chart.AlertsAsync());

        Assert.All([resolved.Json, listed], alert =>
        {
            Assert.Equal("resolved", State(alert), ignoreCase: true);
            Assert.Equal("false", alert.GetProperty("resolution").GetString());
            Assert.False(alert.TryGetProperty("sealedReason", out var given) && given.ValueKind != JsonValueKind.Null);
            Assert.DoesNotContain("wrong chart", alert.GetRawText(), StringComparison.Ordinal);
        });
        var row = await stack.Stores.RowAsync(Records.Table.Alerts, "demo", id!);
        Assert.Contains("sealedReason", JsonSerializer.Serialize(row), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong chart", JsonSerializer.Serialize(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_refusal_opens_a_resolved_alert_again()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        (await chart.ReadAsync(record, "clinician-2")).Is(403);
        var id = Assert.Single(await chart.AlertsAsync()).GetProperty("id").GetString();
        await (await stack.PersonAsync("security-1")).PostAsync($"/api/alerts/{id}/resolve", """{"reason":"by mistake"}""");

        (await chart.ReadAsync(record, "clinician-2")).Is(403);

        var alert = Assert.Single(await chart.AlertsAsync());
        Assert.Equal("open", State(alert), ignoreCase: true);
        Assert.Equal(2, alert.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_person_is_asked_what_they_did_becomes_an_incident_and_somebody_is_stopped_and_let_in_again()
    {
        var chart = await Chart.NewAsync(stack);
        (await chart.ReadAsync(await chart.RecordAsync(), "clinician-2")).Is(403);
        var id = Assert.Single(await chart.AlertsAsync()).GetProperty("id").GetString();
        var (security, owner, clinician) = (await stack.PersonAsync("security-1"), await stack.PersonAsync("owner-1"), await stack.PersonAsync("clinician-2"));

        (await security.PostAsync($"/api/alerts/{id}/ask", """{"question":"What did you need this chart for?"}""")).Is(201);
        Assert.Contains("this chart for", (await clinician.GetAsync("/api/people/me/questions")).Is(200).Text, StringComparison.Ordinal);
        (await clinician.PostAsync($"/api/alerts/{id}/explain", """{"explanation":"I took it for another one."}""")).Is(200);
        Assert.Contains("another one", (await security.GetAsync($"/api/alerts/{id}")).Is(200).Text, StringComparison.Ordinal);
        var incident = (await security.PostAsync(
            "/api/incidents", $$"""{"alerts":["{{id}}"],"jurisdictions":["US-CA"],"affected":1,"summary":"A chart was opened by mistake."}""")).Is(201);
        Assert.Contains("45 CFR 164.404", incident.Text, StringComparison.Ordinal);

        var somebody = $"/api/people/{Guid.NewGuid()}";
        Assert.Contains("\"suspended\":true", (await security.PostAsync($"{somebody}/suspend", """{"reason":"The account was stolen."}""")).Is(200).Text, StringComparison.Ordinal);
        (await security.PostAsync($"{somebody}/lift", """{"reason":"It was not stolen."}""")).IsProblem(403, "refused");
        Assert.Contains("\"suspended\":false", (await owner.PostAsync($"{somebody}/lift", """{"reason":"It was not stolen."}""")).Is(200).Text, StringComparison.Ordinal);
        Assert.Equal("application/x-ndjson", (await security.GetAsync("/api/alerts?format=ndjson")).Is(200).Content.ContentType!.MediaType);
    }

    private static string? State(JsonElement alert) => alert.GetProperty("state").GetString();
}
