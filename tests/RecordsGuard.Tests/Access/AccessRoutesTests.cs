using System.Text.Json;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>What lies outside the policy, over HTTP: alerts first, four eyes, and one answer for strangers.</summary>
public sealed class AccessRoutesTests
{
    private const string Clinician = "2 clinician";
    private const string Custodian = "3 custodian";
    private const string Emergency = """{"purpose":"BTG","reason":"Collapsed in the waiting room, medication unknown."}""";

    [Fact]
    public async Task Breaking_the_glass_alerts_opens_one_chart_and_is_reviewed_by_somebody_else()
    {
        await using var app = await AskedApp.StartAsync();
        var (client, other) = (await app.Practice.RegisterAsync(), await app.Practice.RegisterAsync());
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        Assert.Equal("refused", (await app.AskAsync(Clinician, "GET", content, purpose: "BTG")).Problem);
        var grant = await app.AskAsync("2 clinician,security", "POST", $"/clients/{client}/break-glass", Emergency);
        Assert.Equal(201, grant.Status);
        Assert.NotNull(await app.AlertAsync("break-glass"));
        Assert.Null(await app.AlertAsync("access-by-exception"));
        Assert.Equal((200, "what was said"), Both(await app.AskAsync(Clinician, "GET", content, purpose: "BTG")));
        Assert.NotNull(await app.AlertAsync("access-by-exception"));
        Assert.Equal("refused", (await app.AskAsync(Clinician, "GET", $"/clients/{other}/records", purpose: "BTG")).Problem);
        Assert.Equal("refused", (await app.AskAsync("4 clinician", "GET", content, purpose: "BTG")).Problem);

        var review = $"/clients/{client}/break-glass/{grant.Id}/review";
        const string Lawful = """{"verdict":"lawful","comment":"Called the ward: it was so."}""";
        Assert.Equal("refused", (await app.AskAsync("2 clinician,security,custodian", "POST", review, Lawful)).Problem);
        Assert.Equal("refused", (await app.AskAsync("4 clinician", "POST", review, Lawful)).Problem);
        Assert.Equal("verdict", (await app.AskAsync("5 security", "POST", review, """{"verdict":"fine"}""")).Problem);
        Assert.Contains("waiting room", (await app.AskAsync("5 security", "GET", "/break-glass")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await app.AskAsync("5 security", "POST", review, Lawful)).Status);
        Assert.Equal("reviewed", (await app.AskAsync("5 security", "POST", review, Lawful)).Problem);
        app.Practice.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("refused", (await app.AskAsync(Clinician, "GET", content, purpose: "BTG")).Problem);
    }

    [Theory]
    [InlineData("""{"purpose":"BTG"}""", "reason")]
    [InlineData("""{"purpose":"BTG","reason":"......"}""", "reason")]
    [InlineData("""{"purpose":"because","reason":"Collapsed in the waiting room."}""", "purpose")]
    [InlineData("{", "bad-json")]
    public async Task A_request_that_is_none_alerts_nobody(string body, string problem)
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        Assert.Equal(problem, (await app.AskAsync(Clinician, "POST", $"/clients/{client}/break-glass", body)).Problem);
        Assert.Empty(await app.Practice.App.Desk.ListAsync(app.Practice.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData("1 front-desk")]
    [InlineData("3 custodian")]
    [InlineData("5 security")]
    [InlineData("6 auditor")]
    [InlineData("7 owner")]
    public async Task Nobody_but_a_clinician_breaks_the_glass(string who)
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        Assert.Equal("refused", (await app.AskAsync(who, "POST", $"/clients/{client}/break-glass", Emergency)).Problem);
        Assert.DoesNotContain(app.Practice.Rows.All(Table.Access), r => r.Kind == RowKinds.Grant);
    }

    [Fact]
    public async Task Nobody_gives_a_relationship_to_themselves_and_whoever_gets_one_sees_the_chart_without_psychotherapy_notes()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var (chart, notes) = (await app.Practice.UploadAsync(client), await NotesAsync(app, client));
        foreach (var who in new[] { "3 custodian,owner", "4 clinician" })
        {
            await app.AskAsync(who, "GET", "/clients"); // known from now on
        }

        Assert.Equal("refused", (await GiveAsync(app, "3 custodian,owner", client, 3, "custodian-task")).Problem);
        Assert.Equal("refused", (await GiveAsync(app, Clinician, client, 4, "covering")).Problem);
        Assert.Equal("no-such-person", (await GiveAsync(app, Custodian, client, 99, "covering")).Problem);
        Assert.Equal("no-such-client", (await GiveAsync(app, Custodian, ClientId.New(), 4, "covering")).Problem);
        Assert.Equal(201, (await GiveAsync(app, Custodian, client, 4, "covering")).Status);
        var listed = (await app.AskAsync("4 clinician", "GET", $"/clients/{client}/records")).Text;
        Assert.Contains(chart.ToString(), listed, StringComparison.Ordinal);
        Assert.DoesNotContain(notes.ToString(), listed, StringComparison.Ordinal);
        Assert.Contains("covering", (await app.AskAsync(Custodian, "GET", $"/clients/{client}/relationships")).Text, StringComparison.Ordinal);
        var end = $$"""{"person":"{{PracticeUnderTest.Person(4)}}","kind":"covering"}""";
        Assert.Equal(200, (await app.AskAsync(Custodian, "POST", $"/clients/{client}/relationships/end", end)).Status);
        Assert.Equal("refused", (await app.AskAsync("4 clinician", "GET", $"/clients/{client}/records")).Problem);
    }

    [Fact]
    public async Task What_an_order_names_goes_out_through_two_people_and_the_log_says_under_which_disclosure()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var (record, order) = (await app.Practice.UploadAsync(client), await app.Practice.UploadAsync(client, "the order"));
        await app.AskAsync(Custodian, "GET", "/clients");
        var path = $"/clients/{client}/disclosures";
        Assert.Equal("subpoena", (await app.AskAsync(Custodian, "POST", $"{path}/subpoena", "{}")).Problem);
        Assert.Equal("bad-disclosure", (await app.AskAsync(Custodian, "POST", $"{path}/court-order", "{}")).Problem);
        Assert.Null(await app.AlertAsync("disclosure"));
        var body = $$"""
            {"records":["{{record}}"],"orderFile":"{{order}}","statements":{"recipient":"Superior Court, Alameda","description":"Progress notes of 2009",
             "court":"Superior Court, Alameda","order":"24-1107 of 1 March 2026"} }
            """;
        Assert.Equal("refused", (await app.AskAsync(Custodian, "POST", $"{path}/court-order", body)).Problem);
        Assert.Equal(201, (await GiveAsync(app, "7 owner", client, 3, "custodian-task")).Status);
        var recorded = await app.AskAsync(Custodian, "POST", $"{path}/court-order", body);
        Assert.Equal(201, recorded.Status);
        Assert.NotNull(await app.AlertAsync("disclosure"));
        Assert.Contains("45 CFR 164.512(e)(1)(i)", recorded.Text, StringComparison.Ordinal);

        var disclosure = $"{path}/court-order/{recorded.Id}";
        var content = $"{disclosure}/records/{record}/content";
        Assert.Equal("not-yet", (await app.AskAsync(Custodian, "GET", content)).Problem);
        Assert.Equal("refused", (await app.AskAsync("3 custodian", "POST", $"{disclosure}/approve")).Problem);
        Assert.Equal(200, (await app.AskAsync("8 custodian", "POST", $"{disclosure}/approve")).Status);
        Assert.Equal("not-yet", (await app.AskAsync(Custodian, "POST", $"{disclosure}/release")).Problem);
        Assert.Equal(200, (await app.AskAsync(Custodian, "POST", $"{disclosure}/client-informed", "{}")).Status);
        Assert.Equal(200, (await app.AskAsync(Custodian, "POST", $"{disclosure}/release")).Status);
        Assert.Equal((200, "what was said"), Both(await app.AskAsync(Custodian, "GET", content)));
        Assert.Equal("not-yet", (await app.AskAsync(Custodian, "GET", $"{disclosure}/records/{order}/content")).Problem);
        Assert.Contains(
            app.Practice.Entries(),
            e => e.Event.Kind == AuditKind.Read && e.Event.Record == record.ToString() && e.Event.Details.Contains(new("disclosure", recorded.Id)));
        var listed = (await app.AskAsync(Custodian, "GET", path)).Json.GetProperty("disclosures")[0];
        Assert.Equal("told", listed.GetProperty("informed").GetString());
        Assert.Contains("<td>Superior Court, Alameda</td>", (await app.AskAsync(Custodian, "GET", $"/clients/{client}/accounting")).Text, StringComparison.Ordinal);
        Assert.Contains("\"Superior Court, Alameda\"", (await app.AskAsync(Custodian, "GET", $"/clients/{client}/accounting?format=csv")).Text, StringComparison.Ordinal);
        Assert.Equal("refused", (await app.AskAsync("5 security", "GET", $"/clients/{client}/accounting")).Problem);
    }

    [Fact]
    public async Task A_custodian_without_a_task_sees_no_chart_and_cannot_tell_which_clients_there_are_by_asking_for_records()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var record = await app.Practice.UploadAsync(client);
        await app.AskAsync(Custodian, "GET", "/clients");
        foreach (var path in new[] { "records", $"records/{record}", $"records/{record}/export", $"records/{record}/export/content" })
        {
            var (mine, nobodys) = (await app.AskAsync(Custodian, "GET", $"/clients/{client}/{path}"), await app.AskAsync(Custodian, "GET", $"/clients/{ClientId.New()}/{path}"));
            Assert.Equal(("refused", mine.Problem), (mine.Problem, nobodys.Problem));
            Assert.Equal(mine.Json.GetProperty("detail").GetString(), nobodys.Json.GetProperty("detail").GetString());
        }

        Assert.NotNull(await app.AlertAsync("access-refused"));
        Assert.Equal(201, (await app.AskAsync(Custodian, "POST", $"/clients/{client}/holds", """{"matter":"M","reason":"R"}""")).Status);
        Assert.Equal(201, (await GiveAsync(app, "7 owner", client, 3, "custodian-task")).Status);
        Assert.Contains(record.ToString(), (await app.AskAsync(Custodian, "GET", $"/clients/{client}/records")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_notice_is_the_one_of_the_clients_place_and_which_one_they_received_is_kept()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var page = await app.AskAsync("1 front-desk", "GET", $"/clients/{client}/notice");
        Assert.Contains("must act", page.Text, StringComparison.Ordinal);
        var text = (await app.AskAsync(Custodian, "GET", $"/clients/{client}/notice?format=text")).Text;
        var version = text.Split('\n')[1].Split(' ')[1].TrimEnd('.');
        Assert.Contains(version, page.Text, StringComparison.Ordinal);
        Assert.Equal("format", (await app.AskAsync(Custodian, "GET", $"/clients/{client}/notice?format=pdf")).Problem);
        Assert.Equal("no-such-client", (await app.AskAsync(Custodian, "GET", $"/clients/{ClientId.New()}/notice")).Problem);
        Assert.Equal("refused", (await app.AskAsync("2 clinician", "GET", $"/clients/{client}/notice")).Problem);
        Assert.Equal(201, (await app.AskAsync("1 front-desk", "POST", $"/clients/{client}/notices", $$"""{"version":"{{version}}"}""")).Status);
        Assert.Contains(version, (await app.AskAsync("1 front-desk", "GET", $"/clients/{client}/notices")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_release_that_was_revoked_lets_nothing_out()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var record = await app.Practice.UploadAsync(client);
        const string Consent = """
            {"recipient":"Dr. Hopper, Harbor Clinic","purpose":"treatment elsewhere","signedBy":"the client","signedOn":"2026-03-01",
             "classes":["client-record"],"until":"2026-06-01"}
            """;
        Assert.Equal("bad-consent", (await app.AskAsync(Clinician, "POST", $"/clients/{client}/consents", "{}")).Problem);
        var consent = (await app.AskAsync(Clinician, "POST", $"/clients/{client}/consents", Consent)).Id;
        var recorded = await app.AskAsync(Clinician, "POST", $"/clients/{client}/disclosures/signed-release", $$"""
            {"records":["{{record}}"],"consent":"{{consent}}","statements":{"recipient":"Dr Hopper, Harbor Clinic","purpose":"treatment elsewhere","description":"Progress notes"} }
            """);
        Assert.Equal(201, recorded.Status);
        Assert.Null(await app.AlertAsync("disclosure"));
        var disclosure = $"/clients/{client}/disclosures/signed-release/{recorded.Id}";
        Assert.Equal(200, (await app.AskAsync(Clinician, "POST", $"{disclosure}/release")).Status);
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", $"{disclosure}/records/{record}/content")).Status);
        Assert.Equal(200, (await app.AskAsync(Custodian, "POST", $"/clients/{client}/consents/{consent}/revoke")).Status);
        Assert.Contains("revoked", (await app.AskAsync(Clinician, "GET", $"{disclosure}/records/{record}/content")).Text, StringComparison.Ordinal);
        Assert.Contains("revokedAt", (await app.AskAsync(Custodian, "GET", $"/clients/{client}/consents")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_used_after_suspension_reads_nothing_also_to_resume_a_range()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var content = $"/clients/{client}/records/{await app.Practice.UploadAsync(client)}/content";
        Assert.Equal((206, "what"), Both(await app.AskAsync(Clinician, "GET", content, purpose: "TREAT", range: "bytes=0-3")));
        app.Practice.Rows.Tamper(Table.Practices, "demo", Keys.Person(PracticeUnderTest.Person(2)), row =>
            row.Next(RowBody.Write(row.As<PersonFacts>() with { Suspended = true })));
        Assert.Equal("refused", (await app.AskAsync(Clinician, "GET", content, purpose: "TREAT", range: "bytes=4-")).Problem);
    }

    [Fact]
    public async Task A_record_of_one_client_under_anothers_path_is_no_record_there_also_for_who_treats_both()
    {
        await using var app = await AskedApp.StartAsync();
        var both = PracticeUnderTest.Person(2);
        var (client, other) = (await app.Practice.RegisterAsync(clinicians: both), await app.Practice.RegisterAsync(clinicians: both));
        var record = await app.Practice.UploadAsync(client);
        await app.Practice.UploadAsync(other);
        var reads = app.Practice.Entries().Count(e => e.Event.Kind == AuditKind.Read);
        foreach (var path in new[] { $"records/{record}", $"records/{record}/content" })
        {
            var wrong = await app.AskAsync(Clinician, "GET", $"/clients/{other}/{path}", purpose: "TREAT");
            var none = await app.AskAsync(Clinician, "GET", $"/clients/{other}/{path.Replace(record.ToString(), RecordId.New().ToString(), StringComparison.Ordinal)}", purpose: "TREAT");
            Assert.Equal((404, none.Text), (wrong.Status, wrong.Text));
        }

        Assert.Equal(reads, app.Practice.Entries().Count(e => e.Event.Kind == AuditKind.Read));
        Assert.Equal(200, (await app.AskAsync(Clinician, "GET", $"/clients/{client}/records/{record}/content", purpose: "TREAT")).Status);
    }

    [Fact]
    public async Task A_role_that_another_tenant_grants_counts_nothing_on_any_route()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        foreach (var (method, path) in Routes(client))
        {
            var answer = await app.AskAsync("2 clinician,custodian,security,owner", method, path, Body(path), tenant: Guid.NewGuid());
            Assert.True(answer.Problem == "refused", $"{method} {path}: {answer.Text}");
        }
    }

    [Theory]
    [InlineData("4 clinician")]
    [InlineData("1 front-desk")]
    [InlineData("5 security")]
    public async Task A_stranger_gets_the_same_answer_whether_or_not_there_is_such_a_client(string who)
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        foreach (var (method, path) in Routes(client).Where(r => !r.Path.Contains("break-glass", StringComparison.Ordinal)))
        {
            var answers = new List<string>();
            foreach (var id in new[] { client, ClientId.New() })
            {
                var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
                    (await app.AskAsync(who, method, path.Replace(client.ToString(), id.ToString(), StringComparison.Ordinal), Body(path))).Text)!;
                Assert.Equal(403, body["status"].GetInt32());
                body.Remove("audit");
                answers.Add(JsonSerializer.Serialize(body));
            }

            Assert.Single(answers.Distinct());
        }
    }

    private static (string Method, string Path)[] Routes(ClientId client) =>
    [
        ("GET", $"/clients/{client}/relationships"), ("POST", $"/clients/{client}/relationships"), ("POST", $"/clients/{client}/relationships/end"),
        ("POST", "/relationships/hand-over"), ("GET", $"/clients/{client}/consents"), ("POST", $"/clients/{client}/consents"),
        ("GET", $"/clients/{client}/disclosures"), ("POST", $"/clients/{client}/disclosures/risk-of-harm"),
        ("POST", $"/clients/{client}/disclosures/risk-of-harm/{new string('0', 32)}/approve"),
        ("POST", $"/clients/{client}/break-glass"), ("GET", "/break-glass"),
        ("POST", $"/clients/{client}/break-glass/{new string('0', 32)}/review"),
    ];

    private static string Body(string path) => path.EndsWith("break-glass", StringComparison.Ordinal)
        ? Emergency
        : """
            {"statements":{"recipient":"The police","description":"a threat","facts":"he said so","threatened":"his brother","imminent":"tonight",
             "ableToPrevent":"they are near","toldBy":"the client"}}
            """;

    private static (int, string) Both(Asked asked) => (asked.Status, asked.Text);

    private static Task<Asked> GiveAsync(AskedApp app, string who, ClientId client, int person, string kind) => app.AskAsync(
        who, "POST", $"/clients/{client}/relationships",
        $$"""{"person":"{{PracticeUnderTest.Person(person)}}","kind":"{{kind}}","until":"2026-04-01T00:00:00Z"}""");

    private static async Task<RecordId> NotesAsync(AskedApp app, ClientId client) =>
        ((IntakeAnswer.Received)await app.Practice.ReceiveAsync(client, recordClass: "psychotherapy-notes")).Id;
}
