using System.Text;
using System.Text.Json;
using RecordsGuard.Alerts;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Alerts;

/// <summary>At least once through every route, and the poison queues.</summary>
public sealed class AlertDeliveryTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Finding Found = new("demo", "access-refused", Severity.High, "t|o", "c-1", null, "because", "look", "e0");

    [Fact]
    public async Task What_was_delivered_is_not_sent_again_until_it_happens_again()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var message = await ReportAsync(practice);
        await practice.App.Delivery.RunAsync(message, None);
        await practice.App.Delivery.RunAsync(message, None);
        Assert.Equal(1, Assert.Single(practice.Route.Delivered).Count);
        await ReportAsync(practice);
        practice.Time.Advance(TimeSpan.FromMinutes(1));
        await practice.App.Delivery.RunAsync(message, None);
        Assert.Equal([1, 2], practice.Route.Delivered.Select(n => n.Count));
    }

    [Fact]
    public async Task What_is_told_says_all_that_the_alert_was_raised_for_each_once_the_newest_first()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var id = "";
        foreach (var (because, record) in new[] { ("unwrapped", "r-1"), ("unwrapped", "r-2"), ("weakened", null), ("removed", "r-3") })
        {
            id = (await practice.App.Desk.ReportAsync(Found with { Because = because, Record = record }, None)).Id;
        }

        await practice.App.Delivery.RunAsync($"demo {id}", None);
        var told = Assert.Single(practice.Route.Delivered);
        Assert.Contains("\nremoved\nBefore: weakened\nBefore: unwrapped\nFirst: look\n", told.Text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(told.Json);
        Assert.Equal(
            ["r-1", "r-2", null],
            json.RootElement.GetProperty("data").GetProperty("before").EnumerateArray().Select(b => b.TryGetProperty("record", out var r) ? r.GetString() : null));
    }

    [Fact]
    public async Task Thirty_in_a_minute_are_two_messages_and_the_second_says_thirty()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        for (var i = 0; i < 30; i++)
        {
            await practice.App.Delivery.RunAsync(await ReportAsync(practice), None);
            practice.Time.Advance(TimeSpan.FromSeconds(2));
        }

        await DrainAsync(practice, practice.App.Delivery, TimeSpan.FromMinutes(5));
        Assert.Equal([1, 30], practice.Route.Delivered.Select(n => n.Count));
    }

    [Fact]
    public async Task Of_two_that_would_send_at_once_one_sends()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var message = await ReportAsync(practice);
        practice.Hook.Interpose(c => c.StartsWith("Commit Alerts", StringComparison.Ordinal), () => practice.App.Delivery.RunAsync(message, None));
        await practice.App.Delivery.RunAsync(message, None);
        Assert.Single(practice.Route.Delivered);
    }

    [Fact]
    public async Task A_route_that_is_down_delays_no_other_and_loses_nothing()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (down, up) = (new RecordingAlertRoute("mail") { Down = true }, new RecordingAlertRoute("webhook"));
        var delivery = Delivery(practice, down, up);
        await delivery.RunAsync(await ReportAsync(practice), None);
        Assert.Single(up.Delivered);
        Assert.Equal(0, AlertDesk.Read(practice.Rows.All(Table.Alerts)[0]).Delivered);
        await DrainAsync(practice, delivery, TimeSpan.FromMinutes(10));
        down.Down = false;
        await DrainAsync(practice, delivery, TimeSpan.FromHours(1));
        Assert.Single(down.Delivered);
        Assert.Single(up.Delivered);
        Assert.Equal(1, AlertDesk.Read(practice.Rows.All(Table.Alerts)[0]).Delivered);
    }

    [Fact]
    public async Task A_route_that_stays_down_is_given_up_and_the_others_say_so()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (down, up) = (new RecordingAlertRoute("mail") { Down = true }, new RecordingAlertRoute("webhook"));
        var delivery = Delivery(practice, down, up);
        await delivery.RunAsync(await ReportAsync(practice), None);
        await DrainAsync(practice, delivery, TimeSpan.FromDays(4));
        var detections = up.Delivered.Select(n => JsonDocument.Parse(n.Json).RootElement.GetProperty("type").GetString());
        Assert.Contains("recordsguard.alert.route-mail-down", detections);
        Assert.InRange(up.Delivered.Count, 2, 5); // its own alert cannot be told by it either: once a day while it is down
    }

    [Fact]
    public async Task A_critical_alert_that_nobody_acknowledges_goes_to_the_second_contact_and_no_other_does()
    {
        foreach (var (severity, state, told) in new[]
        {
            (Severity.Critical, AlertState.Open, 1), (Severity.Critical, AlertState.Acknowledged, 0), (Severity.High, AlertState.Open, 0),
        })
        {
            var practice = await PracticeUnderTest.OpenAsync();
            var (first, second) = (new RecordingAlertRoute("mail") { Down = true }, new RecordingAlertRoute("second", isSecondContact: true));
            var delivery = Delivery(practice, first, second);
            var alert = await practice.App.Desk.ReportAsync(Found with { Severity = severity }, None);
            await delivery.RunAsync($"demo {alert.Id}", None);
            await practice.App.Handling.HandleAsync(practice.Custodian, practice.Id, alert.Id, state, null, null, None);
            await DrainAsync(practice, delivery, TimeSpan.FromMinutes(14));
            Assert.Empty(second.Delivered);
            await DrainAsync(practice, delivery, TimeSpan.FromMinutes(2));
            Assert.Equal(told, second.Delivered.Count);
        }
    }

    [Fact]
    public async Task A_critical_alert_that_was_resolved_and_happens_again_goes_to_the_second_contact_too()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (first, second) = (new RecordingAlertRoute("mail"), new RecordingAlertRoute("second", isSecondContact: true));
        var delivery = Delivery(practice, first, second);
        var alert = await practice.App.Desk.ReportAsync(Found with { Severity = Severity.Critical }, None);
        await delivery.RunAsync($"demo {alert.Id}", None);
        await practice.App.Handling.HandleAsync(practice.Custodian, practice.Id, alert.Id, AlertState.Resolved, "false", "A test of ours.", None);
        await DrainAsync(practice, delivery, TimeSpan.FromMinutes(20));
        Assert.Empty(second.Delivered);
        await practice.App.Desk.ReportAsync(Found with { Severity = Severity.Critical, Evidence = "e1" }, None);
        await DrainAsync(practice, delivery, TimeSpan.FromMinutes(20));
        Assert.Equal((2, 1), (first.Delivered.Count, second.Delivered.Count));
    }

    [Fact]
    public async Task At_night_people_hear_of_critical_alerts_only_and_in_the_morning_of_the_others_the_low_ones_together()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        practice.Time.Advance(TimeSpan.FromHours(4)); // 22:00
        var (mail, hook) = (new RecordingAlertRoute("mail", isForPeople: true), new RecordingAlertRoute("webhook"));
        var delivery = Delivery(practice, mail, hook);
        foreach (var (severity, client) in new[] { (Severity.Critical, "c-1"), (Severity.High, "c-2"), (Severity.Low, "c-3"), (Severity.Low, "c-4") })
        {
            var alert = await practice.App.Desk.ReportAsync(Found with { Severity = severity, Client = client }, None);
            await delivery.RunAsync($"demo {alert.Id}", None);
        }

        Assert.Equal((1, 4), (mail.Delivered.Count, hook.Delivered.Count));
        await DrainAsync(practice, delivery, TimeSpan.FromHours(8)); // 06:00
        Assert.Single(mail.Delivered);
        await DrainAsync(practice, delivery, TimeSpan.FromHours(2));
        Assert.Equal(3, mail.Delivered.Count);
        Assert.Single(mail.Delivered, n => n.Subject == "2 low alerts");
        Assert.Equal(4, hook.Delivered.Count);
    }

    [Fact]
    public async Task What_is_raised_while_it_is_delivered_is_delivered_by_its_own_message()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var message = await ReportAsync(practice);
        var commits = 0; // the first says who sends, the second what was taken
        practice.Hook.Interpose(c => c.StartsWith("Commit Alerts", StringComparison.Ordinal) && ++commits == 2, () => ReportAsync(practice));
        await practice.App.Delivery.RunAsync(message, None);
        practice.Time.Advance(TimeSpan.FromMinutes(1));
        await practice.App.Delivery.RunAsync(message, None);
        Assert.Equal([1, 2], practice.Route.Delivered.Select(n => n.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("demo nothing")]
    [InlineData("a b c")]
    public async Task A_message_that_points_to_nothing_is_done_with(string message)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.App.Delivery.RunAsync(message, None);
        Assert.Empty(practice.Route.Delivered);
    }

    [Fact]
    public async Task What_leaves_the_house_is_a_cloud_event_without_personal_text()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.RegisterAsync();
        var first = await ReportAsync(practice);
        await practice.App.Handling.HandleAsync(practice.Custodian, practice.Id, first.Split(' ')[1], AlertState.Resolved, "true", "Said by Ada.", None);
        await practice.App.Delivery.RunAsync(await ReportAsync(practice), None);
        var text = Encoding.UTF8.GetString(practice.Route.Delivered[0].Json.Span);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("1.0", json.RootElement.GetProperty("specversion").GetString());
        Assert.Equal("recordsguard.alert.access-refused", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("/practices/demo", json.RootElement.GetProperty("source").GetString());
        Assert.EndsWith("/2", json.RootElement.GetProperty("id").GetString()!, StringComparison.Ordinal);
        Assert.DoesNotContain("sealedReason", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Lovelace", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Messages_in_a_poison_queue_are_told_once_a_queue_and_day()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.App.Poison.LookAsync(None);
        Assert.Empty(practice.Rows.All(Table.Alerts));
        await practice.Queue.SendAsync("purge-poison", "x", TimeSpan.Zero, None);
        await practice.Queue.SendAsync("sweep-poison", "x", TimeSpan.Zero, None);
        await practice.App.Poison.LookAsync(None);
        await practice.App.Poison.LookAsync(None);
        Assert.Equal(["poison-purge", "poison-sweep"], practice.Rows.All(Table.Alerts).Select(r => AlertDesk.Read(r).Detection).Order());
        practice.Advance(1);
        await practice.App.Poison.LookAsync(None);
        Assert.Equal(4, practice.Rows.All(Table.Alerts).Count);
    }

    private static AlertDelivery Delivery(PracticeUnderTest practice, params IAlertRoute[] routes) =>
        new(practice.Rows, routes, practice.Queue, practice.App.Desk, new(), practice.Time);

    /// <summary>The queue's messages, each when it is due, for so long.</summary>
    private static async Task DrainAsync(PracticeUnderTest practice, AlertDelivery delivery, TimeSpan howLong)
    {
        var until = practice.Time.GetUtcNow() + howLong;
        while (practice.Time.GetUtcNow() < until)
        {
            while (practice.Queue.Take(WorkQueues.Alerts) is { } message)
            {
                await delivery.RunAsync(message, None);
            }

            practice.Time.Advance(TimeSpan.FromSeconds(howLong > TimeSpan.FromHours(12) ? 600 : 10));
        }
    }

    private static async Task<string> ReportAsync(PracticeUnderTest practice) =>
        $"demo {(await practice.App.Desk.ReportAsync(Found, None)).Id}";
}
