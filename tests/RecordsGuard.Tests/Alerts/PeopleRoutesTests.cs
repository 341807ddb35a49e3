using System.Text;
using System.Text.Json;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.App.Http;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Access;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Alerts;

/// <summary>What security staff do about a person, over HTTP: stop them, ask them, let them in again.</summary>
public sealed class PeopleRoutesTests
{
    private const string Security = "5 security";
    private const string Clinician = "2 clinician";
    private const string Reason = """{"reason":"Her laptop was stolen from the tram."}""";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Suspended_by_route_a_person_is_refused_at_the_next_request_also_to_resume_a_range()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        Assert.Equal(206, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT", range: "bytes=0-3")).Status);
        var suspended = await app.AskAtAsync(Security, "POST", $"/people/{PracticeUnderTest.Person(2)}/suspend", Reason);
        Assert.Equal((200, true), (suspended.Status, suspended.Json.GetProperty("people")[0].GetProperty("suspended").GetBoolean()));
        var refused = await app.AskAsync(Clinician, "GET", content, purpose: "TREAT", range: "bytes=4-");
        Assert.Equal("refused", refused.Problem);
        Assert.Contains("suspended", refused.Text, StringComparison.Ordinal);
        Assert.Equal($"{app.Practice.Tenant}|{PracticeUnderTest.Person(2)}", (await app.AlertAsync("person-suspended"))!.Person);
    }

    [Fact]
    public async Task A_suspended_person_is_refused_on_every_route_there_is()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        await app.AskAtAsync(Security, "POST", $"/people/{PracticeUnderTest.Person(2)}/suspend", Reason);
        foreach (var route in Routes.All)
        {
            var path = route.Path.Replace("{practice}", "demo", StringComparison.Ordinal).Replace("{client}", client.ToString(), StringComparison.Ordinal)
                .Replace("{record}", RecordId.New().ToString(), StringComparison.Ordinal).Replace("{kind}", "risk-of-harm", StringComparison.Ordinal)
                .Replace("{timer}", "NightlySweep", StringComparison.Ordinal);
            path = System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", new string('0', 32));
            var answer = await app.AskAtAsync("2 clinician,custodian,security,auditor,owner", route.Method, path, Plausible(route.Path), "TREAT");
            Assert.True(answer.Problem == "refused" && answer.Text.Contains("suspended", StringComparison.Ordinal), $"{route.Method} {route.Path}: {answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task Another_app_on_the_same_rows_refuses_at_once_and_no_request_reads_more_rows_for_it()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var other = practice.Another();
        var caller = practice.Caller(1, Roles.Custodian);
        var request = new AccessRequest(caller, Operation.RunTimer, practice.Id);
        Assert.IsType<GateAnswer.Admitted>(await other.Gate.AskAsync(request, None));
        practice.Hook.Forget();
        await other.Gate.AskAsync(request, None);
        var before = practice.Hook.Calls.ToList();
        await practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, caller.Id.Object, "Her laptop was stolen.", None);
        practice.Hook.Forget();
        var answer = Assert.IsType<GateAnswer.Refused>(await other.Gate.AskAsync(request, None));
        Assert.Equal(RefusalReason.Suspended, answer.Refusal.Decision.Because);
        Assert.Equal(before, practice.Hook.Calls);
    }

    [Fact]
    public async Task Whoever_suspended_somebody_does_not_let_them_in_again_whatever_roles_they_hold_and_another_person_does()
    {
        await using var app = await AskedApp.StartAsync();
        var person = $"/people/{PracticeUnderTest.Person(3)}";
        Assert.True((await app.AskAsync("3 custodian", "GET", "/clients")).Status == 200);
        Assert.Equal(200, (await app.AskAtAsync(Security, "POST", $"{person}/suspend", Reason)).Status);
        Assert.Equal("refused", (await app.AskAtAsync("5 security,owner", "POST", $"{person}/lift", Reason)).Problem);
        Assert.Equal("refused", (await app.AskAtAsync("3 custodian,security,owner", "POST", $"{person}/lift", Reason)).Problem);
        Assert.Equal("refused", (await app.AskAtAsync(Clinician, "POST", $"{person}/lift", Reason)).Problem);
        Assert.Equal("reason", (await app.AskAtAsync("7 owner", "POST", $"{person}/lift", """{"reason":"..."}""")).Problem);
        Assert.Equal("refused", (await app.AskAsync("3 custodian", "GET", "/clients")).Problem);
        Assert.Equal(200, (await app.AskAtAsync("7 owner", "POST", $"{person}/lift", Reason)).Status);
        Assert.Equal(200, (await app.AskAsync("3 custodian", "GET", "/clients")).Status);
        Assert.NotNull(await app.AlertAsync("suspension-lifted"));
    }

    [Theory]
    [InlineData("1 front-desk")]
    [InlineData("2 clinician")]
    [InlineData("3 custodian")]
    [InlineData("6 auditor")]
    public async Task Only_security_staff_and_the_owner_suspend(string who)
    {
        await using var app = await AskedApp.StartAsync();
        Assert.Equal("refused", (await app.AskAtAsync(who, "POST", $"/people/{PracticeUnderTest.Person(4)}/suspend", Reason)).Problem);
        Assert.Null(await app.Practice.App.Lookup.PersonAsync(app.Practice.Id, PracticeUnderTest.Person(4), None));
    }

    [Fact]
    public async Task Somebody_who_never_asked_anything_is_suspended_by_id_and_a_name_must_be_known()
    {
        await using var app = await AskedApp.StartAsync();
        var account = $"{app.Practice.Tenant}|{PracticeUnderTest.Person(9)}";
        Assert.Equal(200, (await app.AskAtAsync(Security, "POST", $"/people/{Uri.EscapeDataString(account)}/suspend", Reason)).Status);
        Assert.Equal("refused", (await app.AskAsync("9 custodian", "GET", "/clients")).Problem);
        Assert.Equal("no-such-person", (await app.AskAtAsync(Security, "POST", "/people/nobody/suspend", Reason)).Problem);
        Assert.Equal("no-such-person", (await app.AskAtAsync(Security, "POST", $"/people/{Guid.NewGuid()}%7C{PracticeUnderTest.Person(9)}/suspend", Reason)).Problem);
    }

    [Fact]
    public async Task A_suspension_is_announced_and_answered_in_the_log_and_its_reason_stands_nowhere_in_clear()
    {
        await using var app = await AskedApp.StartAsync();
        await app.AskAtAsync(Security, "POST", $"/people/{PracticeUnderTest.Person(4)}/suspend", Reason);
        await app.AskAtAsync(Security, "POST", $"/people/{PracticeUnderTest.Person(4)}/suspend", Reason);
        var told = app.Practice.Entries().Where(e => e.Event.Operation == "suspend-person").ToList();
        Assert.Equal([AuditKind.HouseKeeping, AuditKind.ChangeIntended, AuditKind.ChangeDone], told.Select(e => e.Event.Kind));
        Assert.Contains(told[1].Event.Details, d => d.Value == $"Practices/demo/{Keys.Person(PracticeUnderTest.Person(4))}");
        AssertNowhere(app.Practice, "laptop");
        Assert.Equal(1, (await app.AlertAsync("person-suspended"))!.Count);
    }

    [Fact]
    public async Task Without_the_log_nobody_is_suspended_and_the_alert_stands()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() =>
            practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, PracticeUnderTest.Person(4), "Her laptop was stolen.", None));
        Assert.Null(await practice.App.Lookup.PersonAsync(practice.Id, PracticeUnderTest.Person(4), None));
    }

    [Fact]
    public async Task A_person_who_is_seen_for_the_first_time_while_they_are_suspended_is_suspended()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var caller = practice.Caller(4, Roles.Custodian);
        practice.Hook.Interpose(c => c.StartsWith("Commit Practices", StringComparison.Ordinal), () => practice.AskAsync(caller, Operation.RunTimer));
        await practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, caller.Id.Object, "Her laptop was stolen.", None);
        Assert.IsType<GateAnswer.Refused>(await practice.AskAsync(caller, Operation.RunTimer));
    }

    [Fact]
    public async Task The_person_of_an_alert_is_asked_answers_once_and_both_are_sealed()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        await app.AskAsync(Clinician, "GET", $"/clients/{client}/records");
        var id = (await app.AlertAsync("access-refused"))!.Id;
        Assert.Equal("no-such-question", (await app.AskAtAsync(Clinician, "POST", $"/alerts/{id}/explain", """{"explanation":"She waved at me."}""")).Problem);
        Assert.Equal(201, (await app.AskAtAsync(Security, "POST", $"/alerts/{id}/ask", """{"question":"What did you need her chart for?"}""")).Status);
        Assert.Contains("her chart for", (await app.AskAtAsync(Clinician, "GET", "/people/me/questions")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("her chart for", (await app.AskAtAsync("4 clinician", "GET", "/people/me/questions")).Text, StringComparison.Ordinal);
        Assert.Equal("no-such-question", (await app.AskAtAsync("4 clinician", "POST", $"/alerts/{id}/explain", """{"explanation":"She waved at me."}""")).Problem);
        Assert.Equal("explanation", (await app.AskAtAsync(Clinician, "POST", $"/alerts/{id}/explain", """{"explanation":"..."}""")).Problem);
        Assert.Equal(200, (await app.AskAtAsync(Clinician, "POST", $"/alerts/{id}/explain", """{"explanation":"She waved at me."}""")).Status);
        Assert.Equal("no-such-question", (await app.AskAtAsync(Clinician, "POST", $"/alerts/{id}/explain", """{"explanation":"Another tale altogether."}""")).Problem);
        var seen = (await app.AskAtAsync(Security, "GET", $"/alerts/{id}")).Json;
        Assert.Equal("She waved at me.", seen.GetProperty("questions")[0].GetProperty("explanation").GetString());
        Assert.Equal("refused", (await app.AskAtAsync("1 front-desk", "GET", $"/alerts/{id}")).Problem);
        AssertNowhere(app.Practice, "waved");
        AssertNowhere(app.Practice, "her chart");
    }

    [Fact]
    public async Task Nobody_asks_acknowledges_or_closes_an_alert_about_themselves()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        await app.AskAsync("2 clinician,security", "GET", $"/clients/{client}/records");
        var id = (await app.AlertAsync("access-refused"))!.Id;
        foreach (var (step, body) in new[] { ("ask", """{"question":"Why did you do that?"}"""), ("acknowledge", "{}"), ("resolve", """{"reason":"It was me."}""") })
        {
            Assert.Equal("refused", (await app.AskAtAsync("2 clinician,security", "POST", $"/alerts/{id}/{step}", body)).Problem);
        }

        Assert.Equal(200, (await app.AskAtAsync(Security, "POST", $"/alerts/{id}/resolve", """{"reason":"He meant another client.","resolution":"false"}""")).Status);
        Assert.Equal("He meant another client.", (await app.AskAtAsync(Security, "GET", $"/alerts/{id}")).Json.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task An_alert_that_names_nobody_of_the_practice_can_be_put_to_nobody()
    {
        await using var app = await AskedApp.StartAsync();
        var alert = await app.Practice.App.Desk.ReportAsync(new Finding("demo", "storage-read", Severity.Critical, "some-principal", null, null, "because", "look", null), None);
        Assert.Equal("nobody-to-ask", (await app.AskAtAsync(Security, "POST", $"/alerts/{alert.Id}/ask", """{"question":"Why did you do that?"}""")).Problem);
        Assert.Equal("no-such-alert", (await app.AskAtAsync(Security, "POST", $"/alerts/{new string('0', 33)}/ask", """{"question":"Why did you do that?"}""")).Problem);
    }

    [Fact]
    public async Task Lines_for_a_SIEM_are_of_the_callers_practices_only_oldest_first_and_always_have_every_name()
    {
        await using var app = await AskedApp.StartAsync();
        var desk = app.Practice.App.Desk;
        await desk.ReportAsync(new Finding("demo", "one", Severity.High, "t|o", "c-1", "r-1", "what came first", "look", "e0"), None);
        await desk.ReportAsync(new Finding("demo", "one", Severity.High, "t|o", "c-1", null, "because", "look", "e1"), None);
        app.Practice.Time.Advance(TimeSpan.FromMinutes(1));
        var since = app.Practice.Time.GetUtcNow();
        await desk.ReportAsync(new Finding("demo", "two", Severity.Low, null, null, null, "two\nlines", "look", null), None);
        await desk.ReportAsync(new Finding("none", "three", Severity.Critical, null, null, null, "because", "look", null), None);
        await desk.ReportAsync(new Finding("other", "four", Severity.High, null, null, null, "because", "look", null), None);
        var all = Lines((await app.AskAtAsync(Security, "GET", "/alerts?format=ndjson")).Text);
        Assert.Equal("one", all[0].GetProperty("detection").GetString());
        Assert.Equal(["one", "three", "two"], all.Select(l => l.GetProperty("detection").GetString()).Order());
        Assert.All(all, l => Assert.Equal(
            [
                "version", "id", "practice", "detection", "severity", "state", "count", "first", "last", "person", "client", "record", "because",
                "firstAction", "evidence", "resolution", "reopened", "before",
            ],
            l.EnumerateObject().Select(p => p.Name)));
        Assert.Equal("""[{"because":"what came first","record":"r-1"}]""", all[0].GetProperty("before").GetRawText());
        Assert.Equal(("high", "open", 2), (all[0].GetProperty("severity").GetString(), all[0].GetProperty("state").GetString(), all[0].GetProperty("count").GetInt32()));
        Assert.Equal(2, Lines((await app.AskAtAsync(Security, "GET", $"/alerts?format=ndjson&since={Uri.EscapeDataString(since.ToString("o"))}")).Text).Count);
        Assert.Equal("refused", (await app.AskAtAsync(Clinician, "GET", "/alerts?format=ndjson")).Problem);
        Assert.Equal("since", (await app.AskAtAsync(Security, "GET", "/alerts?format=ndjson&since=yesterday")).Problem);
        Assert.Equal("format", (await app.AskAtAsync(Security, "GET", "/alerts?format=xml")).Problem);
    }

    private static List<JsonElement> Lines(string text) =>
        [.. text.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];

    /// <summary>A body that is not answered before the gate is asked.</summary>
    private static string? Plausible(string path) => path switch
    {
        _ when path.EndsWith("/break-glass", StringComparison.Ordinal) => """{"purpose":"BTG","reason":"Collapsed in the waiting room."}""",
        _ when path.EndsWith("/{kind}", StringComparison.Ordinal) => """
            {"statements":{"recipient":"The police","description":"a threat","facts":"he said so","threatened":"his brother","imminent":"tonight",
             "ableToPrevent":"they are near","toldBy":"the client"}}
            """,
        _ => "{}",
    };

    private static void AssertNowhere(PracticeUnderTest practice, string text)
    {
        Assert.All(Enum.GetValues<Table>(), t => Assert.All(practice.Rows.All(t), r => Assert.DoesNotContain(text, r.Body, StringComparison.OrdinalIgnoreCase)));
        Assert.All(practice.Log.All, e => Assert.DoesNotContain(text, Encoding.ASCII.GetString(e.Bytes.Span), StringComparison.OrdinalIgnoreCase));
        Assert.All(practice.Route.Delivered, n => Assert.DoesNotContain(text, Encoding.UTF8.GetString(n.Json.Span), StringComparison.OrdinalIgnoreCase));
    }
}
