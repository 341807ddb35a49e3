using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Alerts;

/// <summary>One alert a person, client, detection and day, with a count and a life.</summary>
public sealed class AlertDeskTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Finding Found = new("demo", "access-refused", Severity.High, "t|o", "c-1", null, "because", "look", "e0");

    [Fact]
    public async Task The_same_finding_on_one_day_raises_the_count_of_one_alert()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await ReportAsync(practice, Found);
        var again = await ReportAsync(practice, Found with { Evidence = "e1", Because = "again" });
        Assert.Equal((2, "again"), (again.Count, again.Because));
        Assert.Equal(["e0", "e1"], again.Evidence);
        Assert.Single(practice.Rows.All(Table.Alerts));
        Assert.True(AlertDesk.IsId(again.Id));
    }

    [Fact]
    public async Task What_else_it_was_raised_for_stays_in_it_each_with_the_record_that_it_was_about()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var unwrapped = new Sighting("unwrapped", "r-1");
        var weakened = new Sighting("weakened", null);
        await ReportAsync(practice, Saw(unwrapped));
        var again = await ReportAsync(practice, Saw(weakened));
        Assert.Equal(weakened, new(again.Because, again.Record));
        Assert.Equal([unwrapped], again.Before);
        again = await ReportAsync(practice, Saw(unwrapped));
        Assert.Equal((unwrapped, 3), (new(again.Because, again.Record), again.Count));
        Assert.Equal([weakened], again.Before);
        again = await ReportAsync(practice, Saw(unwrapped));
        Assert.Equal([weakened], again.Before);
    }

    [Fact]
    public async Task Of_very_much_that_it_was_raised_for_the_first_and_the_newest_stay()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var all = Enumerable.Range(0, 30).Select(n => new Sighting("read", $"r-{n}")).ToList();
        foreach (var one in all.SkipLast(1))
        {
            await ReportAsync(practice, Saw(one));
        }

        var alert = await ReportAsync(practice, Saw(all[^1]));
        Assert.Equal("r-29", alert.Record);
        Assert.Equal([all[0], .. all[..^1].TakeLast(Sighting.Most - 1)], alert.Before);
    }

    [Fact]
    public async Task Another_person_client_detection_practice_or_day_is_another_alert_and_the_newest_day_comes_first()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var first = await ReportAsync(practice, Found);
        foreach (var other in new[]
        {
            Found with { Person = "t|p" }, Found with { Client = "c-2" }, Found with { Client = null },
            Found with { Detection = "integrity-failed" }, Found with { Practice = "other" },
        })
        {
            Assert.Equal(1, (await ReportAsync(practice, other)).Count);
        }

        practice.Advance(1);
        var tomorrow = await ReportAsync(practice, Found);
        Assert.Equal(1, tomorrow.Count);
        var listed = await practice.App.Desk.ListAsync(practice.Id, None);
        Assert.Equal(6, listed.Count);
        Assert.Equal((tomorrow.Id, true), (listed[0].Id, string.CompareOrdinal(tomorrow.Id, first.Id) < 0));
    }

    [Fact]
    public async Task Two_reports_at_once_count_both()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Alerts", StringComparison.Ordinal), () => ReportAsync(practice, Found));
        Assert.Equal(2, (await ReportAsync(practice, Found)).Count);
        practice.Hook.Interpose(c => c.StartsWith("Commit Alerts", StringComparison.Ordinal), () => ReportAsync(practice, Found));
        Assert.Equal(4, (await ReportAsync(practice, Found)).Count);
    }

    [Fact]
    public async Task The_message_is_sent_before_the_row_is_stored()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var waiting = 0;
        practice.Hook.Interpose(
            c => c.StartsWith("Commit Alerts", StringComparison.Ordinal),
            () => Task.FromResult(waiting = practice.Queue.Messages(WorkQueues.Alerts).Count));
        var alert = await ReportAsync(practice, Found);
        Assert.Equal(1, waiting);
        Assert.Equal($"demo {alert.Id}", practice.Queue.Messages(WorkQueues.Alerts)[0].Text);
    }

    [Fact]
    public async Task An_alert_goes_from_open_to_acknowledged_to_resolved_and_a_repeated_step_changes_nothing()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var id = (await ReportAsync(practice, Found)).Id;
        Assert.Equal(AlertState.Acknowledged, (await HandleAsync(practice, id, AlertState.Acknowledged))!.State);
        var row = practice.Rows.All(Table.Alerts);
        await HandleAsync(practice, id, AlertState.Acknowledged);
        Assert.Equal(row, practice.Rows.All(Table.Alerts));
        var resolved = await HandleAsync(practice, id, AlertState.Resolved, "A cousin of Ada's, harmless.");
        Assert.Equal((AlertState.Resolved, "true", practice.Custodian.Person), (resolved!.State, resolved.Resolution, resolved.HandledBy));
        Assert.DoesNotContain("cousin", practice.Rows.All(Table.Alerts)[0].Body, StringComparison.Ordinal);
        using var key = await practice.App.Keys.OpenPracticeAsync(practice.Id, Guid.NewGuid().ToString(), None);
        Assert.Equal("A cousin of Ada's, harmless.", key!.OpenText(resolved.SealedReason!, new TextPlace(practice.Id, null, id, "reason")));
        Assert.Equal(AlertState.Resolved, (await HandleAsync(practice, id, AlertState.Acknowledged))!.State);
    }

    [Fact]
    public async Task What_happens_again_after_it_was_resolved_is_open_again()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var id = (await ReportAsync(practice, Found)).Id;
        await HandleAsync(practice, id, AlertState.Resolved, "reason");
        Assert.Equal((AlertState.Open, 2), (await ReportAsync(practice, Found)) is var again ? (again.State, again.Count) : default);
        await HandleAsync(practice, id, AlertState.Acknowledged);
        Assert.Equal(AlertState.Acknowledged, (await ReportAsync(practice, Found)).State);
    }

    [Fact]
    public async Task What_is_looked_at_again_and_again_is_reopened_by_new_evidence_and_by_nothing_else()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var id = (await ReportAsync(practice, Found)).Id;
        await HandleAsync(practice, id, AlertState.Resolved, "reason");
        await practice.App.Desk.ReportOnceAsync(Found with { Because = "in other words" }, None);
        Assert.Equal((AlertState.Resolved, 1), (await practice.App.Desk.FindAsync(practice.Id, id, None)) is var same ? (same!.State, same.Count) : default);
        await practice.App.Desk.ReportOnceAsync(Found with { Evidence = "e1" }, None);
        var again = await practice.App.Desk.FindAsync(practice.Id, id, None);
        Assert.Equal((AlertState.Open, 2, practice.Time.GetUtcNow()), (again!.State, again.Count, again.Reopened));
    }

    [Fact]
    public async Task What_happens_again_while_it_is_resolved_is_not_lost()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var id = (await ReportAsync(practice, Found)).Id;
        practice.Hook.Interpose(c => c.StartsWith("Commit Alerts", StringComparison.Ordinal), () => ReportAsync(practice, Found));
        Assert.Equal(2, (await HandleAsync(practice, id, AlertState.Resolved, "reason"))!.Count);
    }

    [Fact]
    public async Task Handling_is_logged_first_and_without_the_log_it_does_not_happen()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var id = (await ReportAsync(practice, Found)).Id;
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => HandleAsync(practice, id, AlertState.Acknowledged));
        Assert.Equal(AlertState.Open, (await practice.App.Desk.FindAsync(practice.Id, id, None))!.State);
    }

    [Fact]
    public async Task Evidence_is_the_newest_fifty_and_fits_into_a_row_for_ever()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        Alert? alert = null;
        for (var i = 0; i < 120; i++)
        {
            alert = await ReportAsync(practice, Found with { Evidence = $"00000000-0000-4000-8000-{i:d12}" });
        }

        Assert.Equal((120, Alert.MaxEvidence), (alert!.Count, alert.Evidence.Count));
        Assert.EndsWith("119", alert.Evidence[^1], StringComparison.Ordinal);
        Assert.EndsWith("070", alert.Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_becomes_an_alert_that_says_who_what_and_what_to_do_first()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = ClientId.New();
        var answer = await practice.AskAsync(practice.Caller(4, Roles.Clinician), Operation.ListRecords, client);
        var refusal = Assert.IsType<GateAnswer.Refused>(answer).Refusal;
        var alert = await practice.App.Desk.ReportAsync(refusal, None);
        Assert.Equal(
            ("access-refused", "list-records refused: NoRelationship", client.ToString(), refusal.Request.Caller.Id.ToString()),
            (alert.Detection, alert.Because, alert.Client, alert.Person));
        Assert.Equal([refusal.Entry.ToString()], alert.Evidence);
        Assert.NotEmpty(alert.FirstAction);
        var entry = practice.Entries().Single(e => e.Id == refusal.Entry).Event;
        Assert.Equal((AuditKind.Refused, "list-records"), (entry.Kind, entry.Operation));
        Assert.Contains(new("because", "NoRelationship"), entry.Details);
        Assert.Contains(new("uti", "uti-1"), entry.Details);
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_logged_is_told_all_the_same_and_not_answered()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var answer = await practice.AskAsync(practice.Caller(4, Roles.Clinician), Operation.ListRecords, ClientId.New());
        var refusal = Assert.IsType<GateAnswer.Refused>(answer).Refusal;
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => practice.App.Desk.ReportAsync(refusal, None));
        Assert.Single(practice.Rows.All(Table.Alerts));
        Assert.Single(practice.Queue.Messages(WorkQueues.Alerts));
    }

    [Fact]
    public async Task Broken_bytes_are_logged_before_they_are_told()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => practice.App.Desk.ReportIntegrityAsync(practice.Custodian, "c-1", "Tampered", None));
        practice.Log.Down = false;
        var alert = await practice.App.Desk.ReportIntegrityAsync(practice.Custodian, "c-1", "Tampered", None);
        Assert.Equal(Severity.Critical, alert.Severity);
        Assert.Equal(AuditKind.IntegrityFailed, practice.Entries().Single(e => e.Id.ToString() == alert.Evidence[0]).Event.Kind);
    }

    [Theory]
    [InlineData("79739696-0123456789abcdef01234567", true)]
    [InlineData("79739696-0123456789ABCDEF01234567", false)]
    [InlineData("../79739696-0123456789abcdef0123", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_what_can_be_an_alerts_id_is_looked_for(string? id, bool valid) => Assert.Equal(valid, AlertDesk.IsId(id));

    private static Task<Alert> ReportAsync(PracticeUnderTest practice, Finding finding) => practice.App.Desk.ReportAsync(finding, None);

    private static Finding Saw(Sighting seen) => Found with { Because = seen.Because, Record = seen.Record };

    private static Task<Alert?> HandleAsync(PracticeUnderTest practice, string id, AlertState state, string? reason = null) =>
        practice.App.Handling.HandleAsync(practice.Custodian, practice.Id, id, state, reason is null ? null : "true", reason, None);
}
