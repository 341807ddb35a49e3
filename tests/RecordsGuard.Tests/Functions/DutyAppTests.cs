using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RecordsGuard.Alerts;
using RecordsGuard.App;
using RecordsGuard.App.Http;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Envelopes;
using RecordsGuard.Functions;
using RecordsGuard.Local;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;

namespace RecordsGuard.Tests.Functions;

/// <summary>The app of each duty, with the settings that this duty needs and no other.</summary>
public sealed class DutyAppTests
{
    private static readonly (Type Port, Reach Of)[] Ports =
    [
        (typeof(IRecordStore), Reach.Rows), (typeof(ILogStore), Reach.Log), (typeof(ILogIndex), Reach.Log),
        (typeof(ITreeStore), Reach.Tree), (typeof(IWorkQueue), Reach.Queues),
        (typeof(IKeyVault), Reach.Vault), (typeof(IBlobStore), Reach.Records | Reach.Slips),
        (typeof(IResourceLogs), Reach.ResourceLogs), (typeof(IReadOnlyList<IAlertRoute>), Reach.Webhook),
    ];

    public static TheoryData<string> Each => [.. Enum.GetValues<Duty>().Select(Duties.Name), "custody,alerts", Duties.All.ToString()];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Each))]
    public async Task It_starts_with_the_settings_of_its_duties_alone(string duties)
    {
        await using var app = Build(duties);

        await app.StartAsync(Stop);

        await app.StopAsync(Stop);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task It_maps_the_routes_and_triggers_of_its_duties_and_no_other(string duties)
    {
        await using var app = Build(duties);
        var mapped = Endpoints(app);

        Assert.Equal(
            Routes.All.Where(r => duties.Split(',').Contains(Duties.Name(r.Duty))).Select(r => $"{r.Method} /api{r.Path}").Order(),
            mapped.Where(e => e.Metadata.GetMetadata<ApiRoute>() is not null)
                .Select(e => $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {e.RoutePattern.RawText}").Order());
        Assert.Equal(
            Triggers.All.Where(t => duties.Split(',').Contains(Duties.Name(t.Duty))).Select(t => $"/{t.Name}").Order(),
            mapped.Where(e => e.Metadata.GetMetadata<Trigger>() is not null).Select(e => e.RoutePattern.RawText!).Order());
        Assert.Equal(
            ["/", "/api/{**path}"],
            mapped.Where(e => e.Metadata.GetMetadata<ApiRoute>() is null && e.Metadata.GetMetadata<Trigger>() is null)
                .Select(e => e.RoutePattern.RawText!).Order());
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task It_has_the_adapters_of_its_duties_and_no_other(string duties)
    {
        // Witnesses are made by the sequencer's app, if its settings name some: nothing of Azure's is behind them.
        Assert.Equal(
            typeof(Row).Assembly.GetTypes().Where(t => t is { IsInterface: true, IsPublic: true } && t.Namespace != typeof(IEd25519).Namespace)
                .Select(t => t.Name).Order(),
            Ports.Select(p => p.Port.IsGenericType ? p.Port.GetGenericArguments()[0].Name : p.Port.Name).Order());
        await using var app = Build(duties);
        var chosen = Duties.Parse(duties).Duties!;

        Assert.All(Ports, p => Assert.Equal(chosen.Reaches(p.Of), app.Services.GetService(p.Port) is not null));
    }

    // A service that needs a port which its duty does not have cannot be made: this makes every one that is asked for.
    [Theory]
    [MemberData(nameof(Each))]
    public async Task Whatever_its_routes_and_triggers_ask_for_needs_no_adapter_of_another_duty(string duties)
    {
        await using var app = Build(duties);
        var isService = app.Services.GetRequiredService<IServiceProviderIsService>();
        foreach (var parameter in Endpoints(app).Select(e => e.Metadata.GetMetadata<ApiRoute>()).OfType<ApiRoute>()
            .SelectMany(r => r.Handler.Method.GetParameters()).Where(p => p.ParameterType != typeof(HttpContext) && p.ParameterType != typeof(string)))
        {
            Assert.True(isService.IsService(parameter.ParameterType), $"{parameter.Member.Name} asks for {parameter.ParameterType}.");
            Assert.NotNull(app.Services.GetService(parameter.ParameterType));
        }

        // Messages that the triggers can read, and a token that stops each at its first call outside.
        const string Message = "demo c-00000000000000000000000000000000 r-00000000000000000000000000000000 2031-01-01";
        foreach (var trigger in Triggers.Of(Duties.Parse(duties).Duties!))
        {
            var asked = new AskedFor(app.Services);
            var message = trigger.Name == "Inbox" ? InboxMessage.Of("demo/none/notes.txt") : Message;
            await Record.ExceptionAsync(() => trigger.RunAsync(asked, message, new CancellationToken(canceled: true)));
            Assert.NotEmpty(asked.Services);
            Assert.All(asked.Services, s => Assert.True(s.Made, $"{trigger.Name} asks for {s.Type}."));
        }
    }

    [Theory]
    [InlineData("ingest", "not-served-here", "It does ingest only.")]
    [InlineData("ingest,access,custody,disposition,keys,audit,alerts", "no-such-route", "Check the path and the method.")]
    public async Task What_it_does_not_serve_is_404_and_says_so(string duties, string type, string words)
    {
        await using var app = Build(duties);
        var rest = Endpoints(app).Single(e => e.RoutePattern.RawText == "/api/{**path}");
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = app.Services, Response = { Body = body } };

        await rest.RequestDelegate!(http);

        Assert.Equal((404, "application/problem+json"), (http.Response.StatusCode, http.Response.ContentType));
        var answer = Encoding.UTF8.GetString(body.ToArray());
        Assert.Contains($"urn:recordsguard:problem:{type}", answer, StringComparison.Ordinal);
        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trigger_of_another_duty_is_answered_as_an_address_that_never_was()
    {
        var port = LocalPorts.FreePort();
        await using var app = Build("ingest", port);
        await app.StartAsync(Stop);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        async Task<(int Status, string Body)> PostAsync(string path)
        {
            using var answer = await http.PostAsync(path, null, Stop);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
        }

        var never = await PostAsync("/Never");
        Assert.Equal(404, never.Status);
        Assert.Contains("not-served-here", never.Body, StringComparison.Ordinal);
        foreach (var trigger in Triggers.All.Where(t => t.Duty != Duty.Ingest))
        {
            Assert.Equal(never, await PostAsync($"/{trigger.Name}"));
        }

        await app.StopAsync(Stop);
    }

    [Theory]
    [InlineData("ingest", "This app does ingest.", "identity")]
    [InlineData("custody,alerts", "This app does custody,alerts under one identity: whoever steals that may do what each of these duties may do.", "\n")]
    public async Task It_says_at_start_what_it_does_and_what_combining_gives_up(string duties, string says, string andNot)
    {
        var lines = new List<string>();
        await using (await HeadProcess.StartAsync(
            LocalPorts.FreePort(),
            e => HeadSettings.Of(Duties.Parse(duties).Duties!).ToList().ForEach(s => e[s.Key] = s.Value),
            line => { lock (lines) { lines.Add(line); } }))
        {
        }

        var said = Assert.Single(lines, l => l.Contains("This app does", StringComparison.Ordinal));
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain(andNot, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_duty_it_knows_it_ends_with_one_sentence()
    {
        var (exitCode, output, error) = await HeadProcess.RunAsync(e =>
        {
            e["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{LocalPorts.FreePort()}";
            e["RecordsGuard__Duties"] = "everything";
        });

        Assert.Equal((1, "", Duties.Parse("everything").Complaint), (exitCode, output, error.Trim()));
    }

    private static WebApplication Build(string duties, int? port = null) =>
        Head.Build(port ?? LocalPorts.FreePort(), HeadSettings.ArgumentsOf(Duties.Parse(duties).Duties!));

    private static List<RouteEndpoint> Endpoints(WebApplication app) =>
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>Keeps what was asked for, and whether it could be made.</summary>
    private sealed class AskedFor(IServiceProvider services) : IServiceProvider
    {
        public List<(Type Type, bool Made)> Services { get; } = [];

        public object? GetService(Type serviceType)
        {
            Services.Add((serviceType, false));
            var service = services.GetService(serviceType);
            Services[^1] = (serviceType, service is not null);
            return service;
        }
    }
}
