using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.App;
using RecordsGuard.App.Http;
using RecordsGuard.Local;

namespace RecordsGuard.Tests.Infra;

/// <summary>One address, several apps: which duty a request goes to.</summary>
[Collection(nameof(Deployments))]
public sealed partial class RoutesTests(Deployments deployments)
{
    /// <summary>The routes as RecordsGuard.Local takes them, from the same file.</summary>
    private static readonly DutyRoutes LocalRoutes = DutyRoutes.Load();

    private static readonly List<(string Duty, string Path)> Rules =
    [
        .. JsonDocument.Parse(File.ReadAllText(Path.Combine(Bicep.Infra.FullName, "routes.json"))).RootElement.EnumerateArray()
            .Select(r => (r.GetProperty("duty").GetString()!, r.GetProperty("path").GetString()!)),
    ];

    [Theory]
    [InlineData("POST", "api/practices/p/clients/c/records", "ingest")]
    [InlineData("POST", "api/practices/p/clients/c/records/upload-url", "ingest")]
    [InlineData("GET", "api/practices/p/quarantine", "access")]
    [InlineData("POST", "api/practices/p/quarantine/q/file", "access")]
    [InlineData("GET", "api/practices/p/clients/c/records", "access")]
    [InlineData("GET", "api/practices/p/clients/c/records/r", "access")]
    [InlineData("GET", "api/practices/p/clients/c/records/r/content", "access")]
    [InlineData("GET", "api/practices/p/clients", "access")]
    [InlineData("POST", "api/practices/p/clients", "custody")]
    [InlineData("PATCH", "api/practices/p/clients/c", "custody")]
    [InlineData("POST", "api/practices/p/clients/c/holds", "custody")]
    [InlineData("POST", "api/practices/p/clients/c/holds/h/release", "custody")]
    [InlineData("POST", "api/practices/p/clients/c/unlinking/finish", "custody")]
    [InlineData("POST", "api/practices/p/holds", "custody")]
    [InlineData("POST", "api/practices/p/holds/h/settle", "custody")]
    [InlineData("GET", "api/practices/p/dispositions", "disposition")]
    [InlineData("POST", "api/practices/p/dispositions/approve", "disposition")]
    [InlineData("POST", "api/admin/run/NightlySweep", "disposition")]
    [InlineData("POST", "api/practices/p/keys/rotate", "keys")]
    [InlineData("GET", "api/practices/p/keys/rotation", "keys")]
    [InlineData("GET", "api/alerts", "alerts")]
    [InlineData("POST", "api/alerts/a/resolve", "custody")]
    [InlineData("GET", "console/", "access")]
    public void A_request_goes_to_the_duty_that_may_do_it(string method, string path, string duty) =>
        Assert.Equal(duty, LocalRoutes.DutyOf(method, $"/{path}"));

    [Fact]
    public void Every_route_of_the_program_is_reached_where_its_duty_is() => Assert.All(
        Routes.All,
        r => Assert.Equal(Duties.Name(r.Duty), LocalRoutes.DutyOf(r.Method, Parameter().Replace($"/api{r.Path}", "x-1"))));

    [Fact]
    public void No_request_goes_where_nothing_is_served() => Assert.Subset(
        Routes.All.Select(r => Duties.Name(r.Duty)).ToHashSet(), Rules.Select(r => r.Duty).ToHashSet());

    [Fact]
    public void Front_Door_has_these_routes_in_this_order()
    {
        var rules = deployments.LargeGroup.OfType("Microsoft.Cdn/profiles/ruleSets/rules").OrderBy(r => r.Number("order")).ToList();

        Assert.Equal(Rules.Select(r => r.Duty), rules.Select(r => r.At("actions")[0]
            .GetProperty("parameters").GetProperty("originGroupOverride").GetProperty("originGroup").GetProperty("id").GetString()!.Split('/')[^1]));
        Assert.Equal(Rules.Select(r => r.Path), rules.Select(r => r.At("conditions")[0]
            .GetProperty("parameters").GetProperty("matchValues")[0].GetString()));
        Assert.All(rules, r => Assert.Equal("Stop", r.Text("matchProcessingBehavior")));
    }

    [Fact]
    public void Nothing_is_cached_on_the_way()
    {
        var route = Assert.Single(deployments.LargeGroup.OfType("Microsoft.Cdn/profiles/afdEndpoints/routes"));

        Assert.False(route.Has("cacheConfiguration"));
        Assert.Equal(["/api/*", "/console/*"], route.At("patternsToMatch").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(["Https"], route.At("supportedProtocols").EnumerateArray().Select(p => p.GetString()));
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
