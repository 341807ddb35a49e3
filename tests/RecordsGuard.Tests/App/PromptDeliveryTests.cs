using Microsoft.Extensions.Logging.Abstractions;
using RecordsGuard.Alerts;
using RecordsGuard.App;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.App;

public sealed class PromptDeliveryTests
{
    private static readonly Finding Found = new("demo", "access-refused", Severity.High, "t|o", "c-1", null, "because", "look", "e0");

    [Fact]
    public async Task An_app_that_does_not_deliver_asks_for_it_at_once_and_calls_no_route()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var alert = await practice.App.Desk.ReportAsync(Found, CancellationToken.None);

        await new PromptDelivery(null, practice.App.Desk, NullLogger<PromptDelivery>.Instance).RunAsync(alert);

        var messages = practice.Queue.Messages(WorkQueues.Alerts);
        Assert.Equal([$"demo {alert.Id}", $"demo {alert.Id}"], messages.Select(m => m.Text));
        Assert.Contains(messages, m => m.VisibleAt == practice.Time.GetUtcNow());
        Assert.Empty(practice.Route.Delivered);
    }

    [Fact]
    public async Task An_app_that_delivers_does_so_itself()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var alert = await practice.App.Desk.ReportAsync(Found, CancellationToken.None);

        await new PromptDelivery(practice.App.Delivery, practice.App.Desk, NullLogger<PromptDelivery>.Instance).RunAsync(alert);

        Assert.Single(practice.Route.Delivered);
        Assert.Single(practice.Queue.Messages(WorkQueues.Alerts));
    }
}
