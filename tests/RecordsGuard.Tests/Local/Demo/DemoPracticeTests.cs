using RecordsGuard.Local;
using RecordsGuard.Local.Demo;
using RecordsGuard.Local.SignIn;
using Spectre.Console;

namespace RecordsGuard.Tests.Local.Demo;

public sealed class DemoPracticeTests : IDisposable
{
    /// <summary>Small files of the same names: what is in them has its own tests.</summary>
    private static readonly IReadOnlyList<DemoChart> Charts =
    [
        .. DemoCharts.On(new(2026, 11, 22)).Select(c => c with
        {
            Files = [.. c.Files.Select(f => f with { Content = () => new MemoryStream([1]) })],
        }),
    ];

    private readonly TemporaryFolder folder = new();
    private readonly LocalTenant tenant;

    public DemoPracticeTests() => tenant = LocalTenant.Load(folder.Directory, new("http://127.0.0.1:7071"), TimeProvider.System);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_empty_practice_is_filled_once_and_a_second_start_adds_nothing()
    {
        using var api = new StandInApi(Charts);
        var filled = await FillAsync(api);
        AssertComplete(api);
        Assert.Equal(8, filled.Lines.Count);
        Assert.Equal([DemoState.Due, DemoState.Held, DemoState.Due], filled.Lines.Select(l => l.State).Where(s => s != DemoState.NothingDue));

        var requests = api.Requests.Count;
        var again = await FillAsync(api);
        AssertComplete(api);
        Assert.Equal(filled.Record, again.Record);
        Assert.InRange(api.Requests.Count - requests, 1, 4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fill_that_breaks_off_at_any_request_is_finished_by_the_next(bool takesEffect)
    {
        using var whole = new StandInApi(Charts);
        await FillAsync(whole);
        for (var request = 0; request < whole.Requests.Count; request++)
        {
            using var api = new StandInApi(Charts) { BreaksAt = request, TakesEffect = takesEffect };
            var failure = await Assert.ThrowsAsync<LocalFailure>(() => FillAsync(api));
            Assert.Contains("goes on where it stopped", failure.Message, StringComparison.Ordinal);
            api.BreaksAt = int.MaxValue;
            await FillAsync(api);
            AssertComplete(api);
        }
    }

    [Fact]
    public async Task Files_go_out_in_chunks_with_class_type_and_a_name_of_any_script()
    {
        using var api = new StandInApi(Charts);
        await FillAsync(api);
        var uploads = api.Requests.Where(r => r.Headers.Contains("Record-Class")).ToList();
        Assert.All(uploads, u =>
        {
            Assert.True(u.Headers.TransferEncodingChunked);
            Assert.NotNull(u.Content!.Headers.ContentType);
        });
        var names = uploads.Select(u => u.Content!.Headers.ContentDisposition!.ToString()).ToList();
        Assert.Contains("attachment; filename=\"genogram.png\"", names);
        Assert.Contains(names, n => n.StartsWith("attachment; filename*=utf-8''%D8%A7", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_commands_shown_name_what_is_there()
    {
        using var api = new StandInApi(Charts);
        var filled = await FillAsync(api);
        var commands = DemoTour.Commands(new("http://127.0.0.1:7071"), filled).ToList();
        const string Read = "-H 'Purpose-Of-Use: TREAT' $A/clients/c-DEMO-1008/records/r-DEMO-1008-0/content";
        Assert.Contains($"curl -s -H \"$(as clinician-1)\" {Read}", commands);
        Assert.Contains($"curl -s -H \"$(as clinician-2)\" {Read}", commands);
        Assert.Contains("""curl -s -H "$(as custodian-1)" $A/dispositions/approve -d '{"clients":["c-DEMO-1003"]}'""", commands);
        Assert.Contains("""curl -s -H "$(as custodian-1)" $A/dispositions/approve -d '{"clients":["c-DEMO-1004"]}'""", commands);
    }

    [Fact]
    public async Task What_is_shown_fits_a_terminal_of_80_columns_and_names_no_client()
    {
        using var api = new StandInApi(Charts);
        using var screen = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(screen) });
        console.Profile.Width = 80;
        DemoTour.Show(console, new("http://127.0.0.1:7071"), await FillAsync(api));
        var shown = screen.ToString();
        Assert.All(Charts, c =>
        {
            Assert.Single(shown.Split('\n'), l => l.TrimEnd().EndsWith(c.Shows, StringComparison.Ordinal));
            Assert.DoesNotContain(c.Name, shown, StringComparison.Ordinal);
        });
    }

    private static void AssertComplete(StandInApi api)
    {
        Assert.Equal(Charts.Select(c => c.Number), api.Clients);
        Assert.Equal(
            Charts.SelectMany(c => c.Files.Select(f => (c.Number, f.Name))), api.Records.Select(r => (r.Chart, r.File)));
        Assert.Equal(["DEMO-1004"], api.Holds);
    }

    private async Task<DemoFilled> FillAsync(StandInApi api)
    {
        using var http = new HttpClient(api, disposeHandler: false) { BaseAddress = new("http://127.0.0.1:7071") };
        return await new DemoPractice(new(http, tenant), Charts, TimeProvider.System).FillAsync(TestContext.Current.CancellationToken);
    }
}
