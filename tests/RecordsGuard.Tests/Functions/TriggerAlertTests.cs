using System.Globalization;
using Microsoft.AspNetCore.Builder;
using RecordsGuard.App;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Functions;

/// <summary>What the functions of timers and queues make alerts of.</summary>
public sealed class TriggerAlertTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_record_that_must_go_is_named_and_told_once_a_day_however_often_the_sweep_runs()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2014, 4, 10), born: new(2005, 1, 1));
        await practice.App.Correction.CorrectAsync(practice.Custodian, practice.Id, client, new(null, null, null, "US-CO", "LPC", null), Stop);
        var records = new[] { await practice.UploadAsync(client), await practice.UploadAsync(client) }.Select(r => r.ToString()).Order().ToList();
        await using var app = await AppOnFakes.StartAsync(practice);
        practice.Advance(9); // 2026-03-11: nobody has decided, and on 2026-04-10 they must be gone

        for (var run = 0; run < 3; run++)
        {
            await RunAsync(app, "Sweep", "timer");
        }

        var alert = Assert.Single(await practice.App.Desk.ListAsync(practice.Id, Stop), a => a.Detection == "must-destroy-by");
        Assert.Equal(2, alert.Count);
        Assert.Equal(records, alert.Evidence.Order());
        Assert.Equal(records, alert.Before!.Select(b => b.Record).Append(alert.Record).Order());
        Assert.Contains(new DateOnly(2026, 4, 10).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), alert.Because, StringComparison.Ordinal);
    }

    private static Task RunAsync(WebApplication app, string name, string message) =>
        Triggers.All.Single(t => t.Name == name).RunAsync(app.Services, message, Stop);
}
