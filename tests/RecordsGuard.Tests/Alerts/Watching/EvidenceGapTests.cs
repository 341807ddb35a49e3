using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Watching;
using RecordsGuard.Audit;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Access;
using RecordsGuard.Tests.Audit.Sequencing;
using static RecordsGuard.Tests.Alerts.Detections.Evaluated;

namespace RecordsGuard.Tests.Alerts.Watching;

/// <summary>Silence is no all-clear: a log that stops, a clock that is wrong, reads without lines, deletions without entries.</summary>
public sealed class EvidenceGapTests : IDisposable
{
    private const string Account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/strecords/blobServices/default";
    private const string Vault = "/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV";
    private const string PurgerId = "22222222-2222-3333-4444-555555555555";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly LogUnderTest log = new();
    private readonly InMemoryResourceLogs logs = new();
    private readonly InMemoryRecordStore rows = new();
    private readonly InMemoryWorkQueue queue;
    private readonly AuditLog audit;
    private ResourceLogWatch watch;

    public EvidenceGapTests()
    {
        queue = new(log.Time);
        audit = new(log.Pending, log.Time);
        watch = NewWatch();
    }

    private FakeTimeProvider Time => log.Time;

    private DateTimeOffset Now => Time.GetUtcNow();

    public void Dispose()
    {
        watch.Dispose();
        audit.Dispose();
    }

    [Fact]
    public async Task Reads_whose_lines_never_come_are_counted_once_and_shown_and_many_are_told()
    {
        for (var hour = 0; hour < 3; hour++)
        {
            for (var i = 0; i < 12; i++)
            {
                var id = (await audit.AppendAsync(Read($"r{hour}-{i}"))).ToString();
                Add("auditevent", Key(request: id, time: At(Now)), Vault);
                if (i > 6)
                {
                    Add("storageread", Blob(path: $"/strecords/records/demo/c1/r{hour}-{i}", request: id, time: At(Now)));
                }
            }

            await audit.AppendAsync(new(AuditKind.Read, "export-record", "demo", "p", "c", "r1", [new("sealed", "slip")])); // has no line
            await PassAsync(TimeSpan.FromHours(1.1));
            await LookAsync();
            watch = NewWatch(); // a process that begins counts nothing twice
            await LookAsync();
            Assert.Equal(hour >= 1, (await AlertsAsync()).Any(a => a.Detection == "evidence-missing"));
        }

        var days = await new WatchStatus(rows, Time).EvidenceAsync(None);
        Assert.Equal([("auditevent", 36, 0), ("storageread", 36, 21)], days.Select(d => (d.Log, d.Entries, d.Unseen)));
        var alert = Assert.Single(await AlertsAsync());
        Assert.Equal(("evidence-missing", Severity.High, 2), (alert.Detection, alert.Severity, alert.Count)); // at 10 and at 20
        Assert.Contains("storageread of 2026-03-02, at least 20 reads", alert.Because, StringComparison.Ordinal);
        Assert.Contains(days[1].Last!, alert.Evidence);
    }

    [Fact]
    public async Task A_few_reads_without_lines_a_broken_download_and_another_process_s_lines_are_quiet()
    {
        var other = NewWatch();
        for (var i = 0; i < 30; i++)
        {
            var id = (await audit.AppendAsync(Read($"r{i}"))).ToString();
            Add("auditevent", Key(request: id, time: At(Now)), Vault);
            if (i > 3)
            {
                Add("storageread", Blob(path: $"/strecords/records/demo/c1/r{i}", status: 206, request: id, time: At(Now), text: i > 15 ? "NetworkError" : "Success"));
            }

            await PassAsync(TimeSpan.FromMinutes(2), i % 2 == 0 ? other : watch);
        }

        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal([0, 4], (await new WatchStatus(rows, Time).EvidenceAsync(None)).Select(d => d.Unseen));
        Assert.Empty(await AlertsAsync());
    }

    /// <summary>Five weeks of a practice that works from 16 to 24 UTC on weekdays, beside what machines do all the time.</summary>
    private async Task WorkAsync(int days, Func<DateTimeOffset, string, bool>? says = null)
    {
        for (var hour = 0; hour < days * 24; hour++)
        {
            var atWork = Now.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && Now.Hour >= 16;
            foreach (var (category, account) in new[] { ("storagewrite", "staudit"), ("storageread", "strecords"), ("storagewrite", "strecords") })
            {
                if ((account == "staudit" || atWork) && says?.Invoke(Now, $"{category} {account}") != false)
                {
                    logs.Append(category, Account.Replace("strecords", account), Now, Blob("GetBlobProperties", path: "/strecords/records/demo/c1/r1", time: At(Now)).TrimEnd());
                }
            }

            await LookAsync();
            Time.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task A_practice_that_closes_at_night_on_Sundays_and_on_a_holiday_is_not_silent()
    {
        await WorkAsync(35);
        var holiday = Now.Date;
        await WorkAsync(7, (at, log) => log.EndsWith("staudit", StringComparison.Ordinal) || at.Date < holiday || at.Date >= holiday.AddDays(2));
        Assert.Empty(await AlertsAsync());
        Assert.All(await new WatchStatus(rows, Time).LogsAsync(None), l => Assert.False(l.Silent));
    }

    [Fact]
    public async Task A_log_that_always_spoke_and_stops_is_told_with_since_when_and_by_whoever_looks()
    {
        await WorkAsync(28);
        var stopped = Now;
        await WorkAsync(1, (at, log) => !log.EndsWith("staudit", StringComparison.Ordinal) || at < stopped);
        var alerts = await AlertsAsync(); // one a day
        Assert.Equal([("log-silent", 1), ("log-silent", 1)], alerts.Select(a => (a.Detection, a.Count)));
        Assert.Equal(Severity.High, alerts[0].Severity);
        Assert.Equal(
            [$"Silent in hours in which they always spoke: storagewrite microsoft.storage/storageaccounts/staudit/blobservices/default since {stopped:yyyy-MM-dd HH:mm} UTC."],
            alerts.Select(a => a.Because).Distinct());
        Assert.Equal("storagewrite microsoft.storage/storageaccounts/staudit/blobservices/default", Assert.Single(await new WatchStatus(rows, Time).LogsAsync(None), l => l.Silent).Log);
        await WorkAsync(1);
        Assert.DoesNotContain(await new WatchStatus(rows, Time).LogsAsync(None), l => l.Silent);
    }

    [Fact]
    public async Task A_log_of_people_s_hours_that_stops_while_others_work_is_told_the_next_day()
    {
        await WorkAsync(28);
        var stopped = Now;
        bool Says(DateTimeOffset at, string log) => log != "storagewrite strecords" || at < stopped;
        await WorkAsync(1, Says);
        Assert.Empty(await AlertsAsync());
        await WorkAsync(1, Says);
        Assert.Equal(
            ["Silent in hours in which they always spoke: storagewrite microsoft.storage/storageaccounts/strecords/blobservices/default since 2026-03-30 18:00 UTC."],
            (await AlertsAsync()).Select(a => a.Because).Distinct());
    }

    [Fact]
    public async Task What_a_deployment_no_longer_uses_is_told_for_a_week()
    {
        await WorkAsync(28);
        await WorkAsync(14, (_, log) => !log.EndsWith("staudit", StringComparison.Ordinal));
        Assert.InRange((await AlertsAsync()).Count(a => a.Detection == "log-silent"), 7, 8);
    }

    [Fact]
    public async Task Two_who_hear_at_once_both_count()
    {
        var (one, two) = (new LogRhythm(rows), new LogRhythm(rows));
        var hour = HeardHours.HourOf(Now);
        await one.HearAsync(new HashSet<(string, long)> { ("a", hour) }, None);
        await two.HearAsync(new HashSet<(string, long)> { ("a", hour), ("b", hour) }, None);
        await one.HearAsync(new HashSet<(string, long)> { ("a", hour + 1), ("c", hour) }, None);
        await two.HearAsync(new HashSet<(string, long)> { ("a", hour + 2) }, None);
        var kept = await rows.ReadAsync(Table.Alerts, LogCursors.Partition, "rhythm", None);
        Assert.Equal(["a", "b", "c"], (await one.AllAsync(None)).Select(l => l.Log));
        Assert.Equal(HeardHours.TimeOf(hour + 2), (await one.AllAsync(None))[0].LastHour);
        await two.HearAsync(new HashSet<(string, long)> { ("a", hour + 2), ("c", hour) }, None);
        Assert.Equal(kept, await rows.ReadAsync(Table.Alerts, LogCursors.Partition, "rhythm", None));
    }

    [Fact]
    public async Task However_many_logs_there_are_their_rhythms_are_one_row()
    {
        var rhythm = new LogRhythm(rows);
        var hour = HeardHours.HourOf(Now);
        for (var week = 0; week < 6; week++)
        {
            await rhythm.HearAsync(
                Enumerable.Range(0, 168).SelectMany(h => Enumerable.Range(0, LogRhythm.MostLogs + 20)
                    .Select(n => ($"storageread microsoft.storage/storageaccounts/st{n:d20}/blobservices/default", hour + (week * 168) + h))).ToHashSet(), None);
        }

        Assert.InRange((await rows.ReadAsync(Table.Alerts, LogCursors.Partition, "rhythm", None))!.Body.Length, 20_000, Row.MaxBody);
        Assert.Equal(LogRhythm.MostLogs, (await rhythm.AllAsync(None)).Count);
    }

    /// <summary>The same as a set of hours, whatever comes in whatever order.</summary>
    [Fact]
    public void Hours_are_kept_as_they_were_heard_for_five_weeks() => Gen.Int[0, 2000].List[1, 60].Sample(heard =>
    {
        var hours = heard.Aggregate((HeardHours?)null, (h, n) => h?.With(n) ?? HeardHours.Begin(n))!;
        var newest = heard.Max();
        Assert.Equal(newest, hours.Last);
        for (var n = newest - 900; n <= newest + 5; n++)
        {
            // What was too old when it came may have been left out; nothing else.
            Assert.Equal(heard.Contains(n) && n > newest - 840, hours.Was(n));
        }
    });

    [Theory]
    [InlineData(0, 6)]
    [InlineData(-3, -60)]
    public async Task A_line_later_than_now_or_than_the_hour_it_came_in_is_told_and_stops_nothing(int hourOfFile, int minutes)
    {
        var skewed = Blob("GetBlobProperties", time: At(Now.AddMinutes(minutes)));
        logs.Append("storageread", Account, Now.AddHours(hourOfFile), Encoding.UTF8.GetBytes(skewed + skewed + Blob(who: "stranger", time: At(Now.AddHours(-3)))));
        await LookAsync();
        await LookAsync();
        Assert.Equal(["log-clock-skew", "storage-read"], (await AlertsAsync("demo")).Select(a => a.Detection).Order());
        Assert.All(await AlertsAsync("demo"), a => Assert.Equal(1, a.Count));
    }

    [Fact]
    public async Task A_late_line_and_one_at_the_turn_of_the_hour_are_no_wrong_clock()
    {
        logs.Append("storageread", Account, Now.AddHours(-1), Blob("GetBlobProperties", time: At(Now.AddMinutes(-Now.Minute + 4))).TrimEnd());
        logs.Append("storageread", Account, Now, Blob("GetBlobProperties", time: At(Now.AddHours(-3))).TrimEnd());
        Time.Advance(TimeSpan.FromMinutes(20));
        await LookAsync();
        Assert.Empty(await AlertsAsync("demo"));
    }

    [Fact]
    public async Task A_line_of_the_future_does_not_keep_the_reads_after_it_from_being_joined()
    {
        var id = (await audit.AppendAsync(Read("r1"))).ToString();
        Add("storageread", Blob(request: id, time: At(Now.AddDays(1))) + Blob(request: Guid.NewGuid().ToString(), time: At(Now)));
        await PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(["audit-entry-missing", "audit-entry-unfit", "log-clock-skew"], (await AlertsAsync("demo")).Select(a => a.Detection).Order());
    }

    [Theory]
    [InlineData(-90, 1, true)]
    [InlineData(-30, 12, false)]
    [InlineData(90, 7, false)]
    [InlineData(90, 8, true)]
    [InlineData(30, 12, false)]
    public async Task An_unwrap_that_does_not_follow_its_entry_at_once_is_two_clocks_that_differ(int seconds, int times, bool told)
    {
        for (var i = 0; i < times; i++)
        {
            var id = (await audit.AppendAsync(Read("r1"))).ToString();
            Add("auditevent", Key(request: id, time: At(Now.AddSeconds(seconds))), Vault);
        }

        await PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(told ? ["log-clock-skew"] : [], (await AlertsAsync("demo")).Select(a => a.Detection));
    }

    [Fact]
    public async Task A_record_s_blob_removed_for_its_purge_is_quiet_also_when_the_purge_is_finished_days_later()
    {
        var purge = await audit.AppendAsync(new(AuditKind.ChangeIntended, "purge", "demo", "", "c", "r1", []));
        var orphan = await audit.AppendAsync(new(AuditKind.HouseKeeping, "remove-uncommitted-blob", "demo", "", "", "r2", []));
        await PassAsync(TimeSpan.FromDays(3));
        Add("storagedelete", Deleted("r1", purge.ToString()) + Deleted("r2", orphan.ToString()));
        await PassAsync(TimeSpan.FromMinutes(20));
        Assert.Empty(await AlertsAsync("demo"));
    }

    [Fact]
    public async Task A_record_s_blob_removed_without_a_purge_of_that_record_is_critical_even_once()
    {
        var other = await audit.AppendAsync(new(AuditKind.ChangeIntended, "purge", "demo", "", "c", "r2", []));
        var reading = await audit.AppendAsync(Read("r1"));
        var hold = await audit.AppendAsync(new(AuditKind.ChangeIntended, "place-hold", "demo", "", "c", "r1", []));
        foreach (var (request, detection) in new[]
        {
            (null, "audit-entry-missing"), (Guid.NewGuid().ToString(), "audit-entry-missing"), (other.ToString(), "audit-entry-unfit"),
            (reading.ToString(), "audit-entry-unfit"), (hold.ToString(), "audit-entry-unfit"),
        })
        {
            Add("storagedelete", Deleted("r1", request));
            await PassAsync(TimeSpan.FromMinutes(20));
            Time.Advance(TimeSpan.FromDays(1)); // an alert a day
            var alert = (await AlertsAsync("demo")).MaxBy(a => a.Last)!;
            Assert.Equal((detection, Severity.Critical, "r1", PurgerId), (alert.Detection, alert.Severity, alert.Record, alert.Person));
        }

        Assert.Equal(5, (await AlertsAsync("demo")).Count);
    }

    [Fact]
    public async Task A_purge_explains_one_removal()
    {
        var purge = (await audit.AppendAsync(new(AuditKind.ChangeIntended, "purge", "demo", "", "c", "r1", []))).ToString();
        Add("storagedelete", Deleted("r1", purge) + Deleted("r1", purge));
        await PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(["audit-entry-repeated"], (await AlertsAsync("demo")).Select(a => a.Detection));
    }

    [Fact]
    public async Task Who_sees_alerts_sees_what_is_heard_and_nobody_else()
    {
        await using var app = await AskedApp.StartAsync();
        await new LogRhythm(app.Practice.Rows).HearAsync(new HashSet<(string, long)> { ("auditevent kv", HeardHours.HourOf(Now)) }, None);
        Assert.Equal("refused", (await app.AskAtAsync("2 clinician", "GET", "/alerts/watch")).Problem);
        var seen = (await app.AskAtAsync("5 security", "GET", "/alerts/watch")).Json;
        Assert.Equal("auditevent kv", Assert.Single(seen.GetProperty("logs").EnumerateArray()).GetProperty("log").GetString());
        Assert.Empty(seen.GetProperty("evidence").EnumerateArray());
    }

    private string Deleted(string record, string? request) => Blob(
        "DeleteBlob", 202, PurgerId, path: $"/strecords/records/demo/c1/{record}", request: request, time: At(Now), category: "StorageDelete");

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("O");

    private static AuditEvent Read(string record) => new(AuditKind.Read, "read-content", "demo", "p", "c", record, []);

    private ResourceLogWatch NewWatch() => new(
        logs, rows, log.Reader, new(rows, audit, queue, Time),
        DutyLeaves.Policy(new Dictionary<string, string> { ["access"] = OurId, ["disposition"] = PurgerId }, [], [], ["10.0.0.0/8"]), Time);

    private void Add(string category, string lines, string resource = Account) =>
        logs.Append(category, resource, Now, Encoding.UTF8.GetBytes(lines));

    private Task LookAsync() => watch.LookAsync(None);

    /// <summary>Time passes, the log goes on, and somebody looks.</summary>
    private async Task PassAsync(TimeSpan time, ResourceLogWatch? by = null)
    {
        await log.RunAsync(log.NewSequencer());
        await (by ?? watch).LookAsync(None);
        Time.Advance(time);
        await audit.AppendAsync(new(AuditKind.Listed, "list-records", "demo", "p", "c", "", []));
        await log.RunAsync(log.NewSequencer());
        await (by ?? watch).LookAsync(None);
    }

    private async Task<IReadOnlyList<Alert>> AlertsAsync(string practice = "none") => await new AlertDesk(rows, audit, queue, Time)
        .ListAsync(practice == "none" ? PracticeId.None : PracticeId.Parse(practice), None);
}
