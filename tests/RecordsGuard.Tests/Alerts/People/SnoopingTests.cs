using System.Text;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Access;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Alerts.People;

/// <summary>Looks at files, judged by their explanation, over HTTP.</summary>
public sealed class SnoopingTests
{
    private const string Clinician = "2 clinician";
    private const string Custodian = "3 custodian";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateOnly Lately = new(2026, 2, 20);
    private static readonly DateOnly LastYear = new(2025, 8, 1);

    [Theory]
    [InlineData("assigned")]
    [InlineData("covering")]
    [InlineData("supervisor")]
    [InlineData("custodian-task")]
    [InlineData("break-glass")]
    public async Task What_a_relationship_explains_is_quiet_also_at_night(string relationship)
    {
        await using var app = await AskedApp.StartAsync();
        var (client, who) = (await app.Practice.RegisterAsync(LastYear), relationship == "custodian-task" ? Custodian : Clinician);
        AtNight(app);
        await GiveAsync(app, client, who, relationship);
        var alerts = await AlertsAsync(app);
        var read = await app.AskAsync(
            who, "GET", $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content",
            purpose: relationship switch { "custodian-task" => "HLEGAL", "break-glass" => "BTG", _ => "TREAT" });
        Assert.Equal(200, read.Status);
        Assert.Empty((await AlertsAsync(app)).Except(alerts).Except(["access-by-exception"]));
        Assert.DoesNotContain(app.Practice.Entries(), e => e.Event.Details.Any(d => d.Key == "unexplained"));
    }

    [Fact]
    public async Task A_client_whose_care_ended_long_ago_is_told_unless_a_request_asks_for_the_file()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT")).Status);
        var alert = await app.AlertAsync("ex-client");
        Assert.Equal((Severity.Low, client.ToString(), 1), (alert!.Severity, alert.Client, alert.Count));
        var read = app.Practice.Entries().Last(e => e.Event.Kind == AuditKind.Read);
        Assert.Contains(new("unexplained", "3"), read.Event.Details);
        Assert.Equal(201, (await app.AskAsync(
            "1 front-desk", "POST", $"/clients/{client}/requests", """{"kind":"client-access","asker":"The client herself","received":"2026-03-02"}""")).Status);
        app.Practice.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT")).Status);
        Assert.Equal(1, (await app.AlertAsync("ex-client"))!.Count);
        var asked = app.Practice.Rows.All(Table.Access).Single(r => r.Kind == RowKinds.Request).Key[Keys.Requests.Length..];
        Assert.Equal(200, (await app.AskAsync(
            Custodian, "POST", $"/clients/{client}/requests/{asked}/answer", """{"outcome":"granted","answer":"Copied for her."}""")).Status);
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT")).Status);
        Assert.Equal(2, (await app.AlertAsync("ex-client"))!.Count);
    }

    [Fact]
    public async Task The_parts_of_one_recording_are_one_look_and_a_look_later_reopens_the_alert()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        foreach (var range in new[] { "bytes=0-3", "bytes=4-7", "bytes=8-" })
        {
            Assert.Equal(206, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT", range: range)).Status);
        }

        var alert = await app.AlertAsync("ex-client");
        Assert.Equal(1, alert!.Count);
        await app.Practice.App.Handling.HandleAsync(app.Practice.Custodian, app.Practice.Id, alert.Id, AlertState.Resolved, "lawful", "A report to her insurer.", None);
        app.Practice.Time.Advance(TimeSpan.FromMinutes(30));
        await app.AskAsync(Clinician, "GET", content, purpose: "TREAT");
        Assert.Equal((AlertState.Open, 2), (await app.AlertAsync("ex-client")) is var again ? (again!.State, again.Count) : default);
    }

    [Fact]
    public async Task A_custodian_who_looks_into_a_file_in_use_has_no_explanation_and_one_who_keeps_old_files_has()
    {
        await using var app = await AskedApp.StartAsync();
        var (current, old) = (await app.Practice.RegisterAsync(Lately), await app.Practice.RegisterAsync());
        await app.AskAsync(Custodian, "GET", $"/clients/{old}/relationships");
        Assert.DoesNotContain(app.Practice.Entries(), e => e.Event.Details.Any(d => d.Key == "unexplained"));
        await app.AskAsync(Custodian, "GET", $"/clients/{current}/relationships");
        Assert.Contains(app.Practice.Entries(), e => e.Event.Details.Contains(new("unexplained", "1")));
        Assert.Empty(await AlertsAsync(app));
        AtNight(app);
        await app.AskAsync(Custodian, "GET", $"/clients/{current}/relationships");
        Assert.Equal(["off-hours"], await AlertsAsync(app));
    }

    [Theory]
    [InlineData("King, Ada", "Ada King", "", "self-look-up")]
    [InlineData("Ada Lovelace", "Grace Hopper", "LOVELACE", "family-look-up")]
    [InlineData("Ada Lovelace", "Grace Hopper", "Love", null)]
    [InlineData("Ada Lovelace", "Ada Byron", "Byron", null)]
    [InlineData("山田 花子", "山田 太郎", "山田", "family-look-up")]
    public async Task Oneself_and_family_are_found_by_names_that_stand_nowhere_in_clear(string client, string own, string family, string? detection)
    {
        foreach (var clientFirst in new[] { true, false })
        {
            await using var app = await AskedApp.StartAsync();
            await app.AskAsync(Custodian, "GET", "/clients"); // known from now on
            var id = clientFirst ? await RegisterAsync(app, client) : "";
            var names = $$"""{"name":"{{own}}","family":[{{(family.Length > 0 ? $"\"{family}\"" : "")}}]}""";
            var named = await app.AskAtAsync("7 owner", "POST", $"/people/{PracticeUnderTest.Person(3)}/relatives", names);
            Assert.Equal((200, clientFirst && detection is not null ? 1 : 0), (named.Status, named.Json.GetProperty("clients").GetInt32()));
            id = clientFirst ? id : await RegisterAsync(app, client);
            Assert.Equal(200, (await app.AskAsync(Custodian, "GET", $"/clients/{id}/relationships")).Status);
            Assert.Equal(detection is null ? [] : [detection], await AlertsAsync(app));
            Assert.DoesNotContain(app.Practice.Entries(), e => e.Event.Details.Any(d => d.Value.Contains("kin", StringComparison.Ordinal)));
            foreach (var word in $"{client} {own} {family}".Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 5 || w[0] > 127))
            {
                AssertNowhere(app.Practice, word);
            }
        }
    }

    [Fact]
    public async Task What_hints_at_a_client_goes_with_their_names()
    {
        await using var app = await AskedApp.StartAsync();
        await app.AskAsync(Custodian, "GET", "/clients");
        var (gone, stays) = (await RegisterAsync(app, "Ada Lovelace"), await RegisterAsync(app, "Ralph Lovelace"));
        await app.AskAtAsync("7 owner", "POST", $"/people/{PracticeUnderTest.Person(3)}/relatives", """{"name":"Grace Hopper","family":["Lovelace"]}""");
        await RecordsGuard.Access.Relatives.ForgetAsync(app.Practice.Rows, app.Practice.Id, ClientId.Parse(gone), None);
        await RecordsGuard.Access.Relatives.ForgetAsync(app.Practice.Rows, app.Practice.Id, ClientId.Parse(gone), None);
        var hints = Assert.Single(app.Practice.Rows.All(Table.Alerts), r => r.Kind == RowKinds.Kin).Body;
        Assert.DoesNotContain(gone, hints, StringComparison.Ordinal);
        Assert.Contains(stays, hints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_searches_for_their_own_family_is_told_and_who_browses_is_not()
    {
        await using var app = await AskedApp.StartAsync();
        await app.AskAsync("1 front-desk", "GET", "/clients");
        var near = await RegisterAsync(app, "Ada Lovelace");
        await app.AskAtAsync("7 owner", "POST", $"/people/{PracticeUnderTest.Person(1)}/relatives", """{"name":"Grace Hopper","family":["Lovelace"]}""");
        for (var i = 0; i < 6; i++)
        {
            await RegisterAsync(app, $"Other Person {i}");
        }

        Assert.Equal(200, (await app.AskAsync("1 front-desk", "GET", "/clients")).Status);
        Assert.Equal(200, (await app.AskAsync("4 front-desk", "GET", "/clients?q=lovelace")).Status);
        Assert.Empty(await AlertsAsync(app));
        Assert.Equal(200, (await app.AskAsync("1 front-desk", "GET", "/clients?q=lovelace")).Status);
        Assert.Equal(near, (await app.AlertAsync("family-look-up"))!.Client);
    }

    [Fact]
    public async Task Facts_of_a_disclosure_stated_word_for_word_a_third_time_are_told_and_stand_nowhere_in_clear()
    {
        await using var app = await AskedApp.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await app.AlertAsync("reason-repeated"));
            var client = await app.Practice.RegisterAsync(Lately, clinicians: PracticeUnderTest.Person(2));
            var recorded = await app.AskAsync(Clinician, "POST", $"/clients/{client}/disclosures/risk-of-harm", $$"""
                {"statements":{"recipient":"The police","description":"a threat","facts":"He said that he would do it{{(i == 1 ? "!" : ".")}}","threatened":"his brother",
                 "imminent":"tonight","ableToPrevent":"they are near","toldBy":"the client"} }
                """);
            Assert.True(recorded.Status == 201, recorded.Text);
        }

        Assert.NotNull(await app.AlertAsync("reason-repeated"));
        AssertNowhere(app.Practice, "would do it");
    }

    [Fact]
    public async Task People_are_listed_with_who_is_suspended()
    {
        await using var app = await AskedApp.StartAsync();
        await app.AskAsync(Custodian, "GET", "/clients");
        await app.AskAtAsync("5 security", "POST", $"/people/{PracticeUnderTest.Person(3)}/suspend", """{"reason":"Her laptop was stolen."}""");
        var people = (await app.AskAtAsync("5 security", "GET", "/people")).Json.GetProperty("people").EnumerateArray().ToList();
        Assert.Equal([PracticeUnderTest.Person(3)], people.Where(p => p.GetProperty("suspended").GetBoolean()).Select(p => p.GetProperty("id").GetGuid()));
        Assert.All(people, p => Assert.Equal(0, p.GetProperty("unexplainedPoints").GetInt32()));
        Assert.Equal("refused", (await app.AskAtAsync(Clinician, "GET", "/people")).Problem);
    }

    [Fact]
    public async Task Names_said_anew_take_the_place_of_those_before()
    {
        await using var app = await AskedApp.StartAsync();
        await app.AskAsync(Custodian, "GET", "/clients");
        var id = await RegisterAsync(app, "Ada Lovelace");
        var path = $"/people/{PracticeUnderTest.Person(3)}/relatives";
        await app.AskAtAsync("7 owner", "POST", path, """{"name":"Grace Hopper","family":["Lovelace"]}""");
        await app.AskAtAsync("7 owner", "POST", path, """{"name":"Grace Hopper","family":["Murray"]}""");
        await app.AskAsync(Custodian, "GET", $"/clients/{id}/relationships");
        Assert.Empty(await AlertsAsync(app));
        Assert.Equal("refused", (await app.AskAtAsync("2 clinician", "POST", path, """{"name":"Grace Hopper"}""")).Problem);
        Assert.Equal("bad-names", (await app.AskAtAsync("7 owner", "POST", path, """{"name":"..."}""")).Problem);
    }

    [Fact]
    public async Task Never_this_person_takes_away_what_they_are_to_the_client_and_each_attempt_is_told()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(LastYear, clinicians: PracticeUnderTest.Person(2));
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT")).Status);
        var mark = $$"""{"person":"{{PracticeUnderTest.Person(2)}}"}""";
        Assert.Equal(200, (await app.AskAsync("1 front-desk", "POST", $"/clients/{client}/never", mark)).Status);
        var refused = await app.AskAsync(Clinician, "GET", content, purpose: "TREAT");
        Assert.Equal("refused", refused.Problem);
        Assert.Equal(Detail(await app.AskAsync("4 clinician", "GET", content, purpose: "TREAT")), Detail(refused));
        Assert.Equal((1, client.ToString()), (await app.AlertAsync("never-this-person")) is var alert ? (alert!.Count, alert.Client) : default);

        // An emergency is left, and told besides.
        Assert.Equal(201, (await app.AskAsync(
            Clinician, "POST", $"/clients/{client}/break-glass", """{"purpose":"BTG","reason":"Collapsed in the waiting room."}""")).Status);
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", content, purpose: "BTG")).Status);
        Assert.Equal(3, (await app.AlertAsync("never-this-person"))!.Count);

        Assert.Equal("refused", (await app.AskAsync("2 front-desk,custodian", "POST", $"/clients/{client}/never", mark.Replace("}", ""","withdrawn":true}""", StringComparison.Ordinal))).Problem);
        Assert.Equal(200, (await app.AskAsync("1 front-desk", "POST", $"/clients/{client}/never", mark.Replace("}", ""","withdrawn":true}""", StringComparison.Ordinal))).Status);
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT")).Status);
    }

    [Fact]
    public async Task A_mark_hides_a_client_from_a_clinicians_search_and_gives_nothing_to_whoever_has_it()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(LastYear);
        await app.Practice.App.Nevers.MarkAsync(app.Practice.Custodian, app.Practice.Id, client, PracticeUnderTest.Person(2), None);
        Assert.DoesNotContain(client.ToString(), (await app.AskAsync(Clinician, "GET", "/clients")).Text, StringComparison.Ordinal);
        Assert.Equal("refused", (await app.AskAsync(Clinician, "GET", $"/clients/{client}/records")).Problem);
        Assert.Equal(0, await app.Practice.App.Relationships.HandOverAsync(
            app.Practice.Custodian, app.Practice.Id, PracticeUnderTest.Person(2), PracticeUnderTest.Person(4), None));
    }

    [Fact]
    public async Task An_alert_that_cannot_be_stored_lets_nothing_out()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        app.Practice.Queue.Down = true;
        var answer = await app.AskAsync(Clinician, "GET", content, purpose: "TREAT");
        Assert.NotEqual(200, answer.Status);
        Assert.DoesNotContain(app.Practice.Entries(), e => e.Event.Kind == AuditKind.Read);
    }

    private static string Detail(Asked asked) => asked.Json.GetProperty("detail").GetString()!;

    private static void AtNight(AskedApp app) => app.Practice.Time.Advance(TimeSpan.FromHours(12)); // 22:00 in Los Angeles

    private static async Task<string> RegisterAsync(AskedApp app, string name)
    {
        var answer = await app.AskAsync("1 front-desk", "POST", "/clients", $$"""
            {"name":"{{name}}","chartNumber":"R-1","birthDate":"1980-02-03","jurisdiction":"US-CA","profession":"psychologist","lastService":"2025-08-01"}
            """);
        Assert.Equal(201, answer.Status);
        return answer.Id;
    }

    private static async Task GiveAsync(AskedApp app, ClientId client, string who, string relationship)
    {
        if (relationship == "break-glass")
        {
            Assert.Equal(201, (await app.AskAsync(
                who, "POST", $"/clients/{client}/break-glass", """{"purpose":"BTG","reason":"Collapsed in the waiting room."}""")).Status);
            return;
        }

        await app.Practice.App.Relationships.GiveAsync(
            app.Practice.Custodian, app.Practice.Id, client, PracticeUnderTest.Person(who[0] - '0'),
            RecordsGuard.Access.RelationshipWords.Given.Single(r => RecordsGuard.Access.RelationshipWords.Word(r) == relationship),
            app.Practice.Time.GetUtcNow(), app.Practice.Time.GetUtcNow().AddDays(30), None);
    }

    private static async Task<IReadOnlyList<string>> AlertsAsync(AskedApp app) =>
        [.. (await app.Practice.App.Desk.ListAsync(app.Practice.Id, None)).Select(a => a.Detection).Order()];

    private static void AssertNowhere(PracticeUnderTest practice, string text)
    {
        Assert.All(Enum.GetValues<Table>(), t => Assert.All(practice.Rows.All(t), r => Assert.DoesNotContain(text, r.Body, StringComparison.OrdinalIgnoreCase)));
        Assert.All(practice.Log.All, e => Assert.DoesNotContain(text, Encoding.ASCII.GetString(e.Bytes.Span), StringComparison.OrdinalIgnoreCase));
        Assert.All(practice.Route.Delivered, n => Assert.DoesNotContain(text, Encoding.UTF8.GetString(n.Json.Span), StringComparison.OrdinalIgnoreCase));
    }
}
