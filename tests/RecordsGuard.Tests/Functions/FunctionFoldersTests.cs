using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using NCrontab;
using RecordsGuard.App;
using RecordsGuard.Functions;
using RecordsGuard.Local;
using RecordsGuard.Local.Host;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Functions;

/// <summary>The function folders, the app's triggers and its routes say the same.</summary>
public sealed class FunctionFoldersTests
{
    private static FunctionApp App { get; } = FunctionApp.Load(new LocalOptions().App.FullName, new Dictionary<string, string>());

    [Fact]
    public void Each_folder_has_its_trigger_and_each_trigger_its_folder() => Assert.Equal(
        Triggers.All.Select(t => (t.Name, t.Kind)).Order(),
        App.Functions.Where(f => f.Trigger is not FunctionTrigger.Http).Select(f => (f.Name, Kind(f))).Order());

    [Fact]
    public void Queue_functions_have_the_apps_queues_one_each_on_their_own_connection()
    {
        var queues = App.Functions.Select(f => f.Trigger).OfType<FunctionTrigger.Queue>().ToList();

        Assert.Equal(WorkQueues.All.Order(), queues.Select(q => q.QueueName).Order());
        Assert.All(queues, q => Assert.Equal("RecordsGuardQueues", q.Connection));
    }

    [Fact]
    public void Schedules_have_six_fields_and_none_is_of_less_than_a_minute() => Assert.All(
        App.Functions.Select(f => f.Trigger).OfType<FunctionTrigger.Timer>(),
        t =>
        {
            var schedule = CrontabSchedule.Parse(t.Schedule, new() { IncludingSeconds = true });
            var first = schedule.GetNextOccurrence(new DateTime(2031, 1, 1));
            Assert.True(schedule.GetNextOccurrence(first) - first >= TimeSpan.FromMinutes(1));
        });

    [Fact]
    public void No_http_route_can_match_the_name_of_a_function()
    {
        using var head = (IDisposable)Head.Build(LocalPorts.FreePort(), HeadSettings.Arguments);
        var routes = ((Microsoft.AspNetCore.Builder.WebApplication)head).Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .Concat(((IEndpointRouteBuilder)head).DataSources)
            .SelectMany(s => s.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Trigger>() is null)
            .ToList();

        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            var matcher = new TemplateMatcher(new RouteTemplate(route.RoutePattern), []);
            Assert.All(Triggers.All, t => Assert.False(
                matcher.TryMatch(new PathString($"/{t.Name}"), []), $"{route.RoutePattern.RawText} matches /{t.Name}"));
        }
    }

    [Fact]
    public void Http_functions_take_everyone_below_a_segment_of_their_own()
    {
        var http = App.Functions.Select(f => f.Trigger).OfType<FunctionTrigger.Http>().ToList();

        Assert.NotEmpty(http);
        Assert.All(http, h => Assert.Matches("^[a-z]+/\\{\\*path\\}$", h.Route));
        Assert.DoesNotContain(http, h => Triggers.All.Any(t => t.Name.Equals(h.Route.Split('/')[0], StringComparison.OrdinalIgnoreCase)));
    }

    private static TriggerKind Kind(FunctionDefinition function) =>
        function.Trigger is FunctionTrigger.Timer ? TriggerKind.Timer : TriggerKind.Queue;
}
