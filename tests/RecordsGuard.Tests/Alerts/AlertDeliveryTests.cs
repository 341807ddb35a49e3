using System.Text;
using System.Text.Json;
using RecordsGuard.Alerts;
using RecordsGuard.Envelopes;
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
        await practice.App.Delivery.RunAsync(message, None);
        Assert.Equal([1, 2], practice.Route.Delivered.Select(n => n.Count));
    }

    [Fact]
    public async Task A_route_that_is_down_throws_after_the_others_had_their_turn_and_loses_nothing()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (down, up) = (new RecordingAlertRoute("mail") { Down = true }, new RecordingAlertRoute("webhook"));
        var delivery = new AlertDelivery(practice.Rows, [down, up]);
        var message = await ReportAsync(practice);
        await Assert.ThrowsAsync<AlertRouteException>(() => delivery.RunAsync(message, None));
        Assert.Single(up.Delivered);
        Assert.Equal(0, AlertDesk.Read(practice.Rows.All(Table.Alerts)[0]).Delivered);
        down.Down = false;
        await delivery.RunAsync(message, None);
        Assert.Single(down.Delivered);
        Assert.Equal(2, up.Delivered.Count);
        Assert.Equal(1, AlertDesk.Read(practice.Rows.All(Table.Alerts)[0]).Delivered);
    }

    [Fact]
    public async Task What_is_raised_while_it_is_delivered_is_delivered_by_its_own_message()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var message = await ReportAsync(practice);
        practice.Hook.Interpose(c => c.StartsWith("Commit Alerts", StringComparison.Ordinal), () => ReportAsync(practice));
        await practice.App.Delivery.RunAsync(message, None);
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
        await practice.App.Delivery.RunAsync(await ReportAsync(practice), None);
        var text = Encoding.UTF8.GetString(practice.Route.Delivered[0].Json.Span);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("1.0", json.RootElement.GetProperty("specversion").GetString());
        Assert.Equal("recordsguard.alert.access-refused", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("/practices/demo", json.RootElement.GetProperty("source").GetString());
        Assert.EndsWith("/1", json.RootElement.GetProperty("id").GetString()!, StringComparison.Ordinal);
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

    private static async Task<string> ReportAsync(PracticeUnderTest practice) =>
        $"demo {(await practice.App.Desk.ReportAsync(Found, None)).Id}";
}
