using System.Text;
using System.Text.Json;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Tests.Access;

namespace RecordsGuard.Tests.Retention;

/// <summary>Joint charts and a practice's own rules, over HTTP.</summary>
public sealed class RetentionRoutesTests
{
    private const string FrontDesk = "1 front-desk";
    private const string Custodian = "3 custodian";

    private const string Longer =
        """{"format":"recordsguard-retention-catalogue-1","version":"ours-1","rules":[{"id":"OURS","jurisdiction":"US-CA","binds":"us","professions":["*"],"classes":["*"],"keep":"last_service+20y","citation":"our insurer"}]}""";

    [Fact]
    public async Task A_couple_is_taken_in_with_its_members_and_a_hold_of_one_shows_at_the_couples_records()
    {
        await using var app = await AskedApp.StartAsync();
        var (a, b) = (await app.Practice.RegisterAsync(), await app.Practice.RegisterAsync());
        var couple = await app.AskAsync(FrontDesk, "POST", "/clients", Joint($"\"{a}\",\"{b}\""));
        Assert.Equal(201, couple.Status);
        var chart = ClientId.Parse(couple.Id);
        var record = await app.Practice.UploadAsync(chart);
        await app.Practice.App.Sweep.RunAsync(null, CancellationToken.None);
        Assert.Contains("of this joint chart", (await app.AskAsync(Custodian, "GET", "/dispositions")).Text, StringComparison.Ordinal);
        Assert.Equal(201, (await app.AskAsync(Custodian, "POST", $"/clients/{a}/holds", """{"matter":"suit","reason":"letter"}""")).Status);
        var approved = await app.AskAsync(Custodian, "POST", "/dispositions/approve", $$"""{"clients":["{{chart}}"]}""");
        Assert.Contains("held by 1 legal hold", approved.Text, StringComparison.Ordinal);

        var third = await app.Practice.RegisterAsync();
        Assert.Equal(409, (await app.AskAsync(FrontDesk, "PATCH", $"/clients/{chart}", Members(b, third))).Status);
        Assert.Equal(200, (await app.AskAsync(FrontDesk, "PATCH", $"/clients/{chart}", Members(a, b, third))).Status);
        Assert.Equal("bad-client", (await app.AskAsync(FrontDesk, "PATCH", $"/clients/{a}", Members(b, third))).Problem);
        Assert.Equal("bad-client", (await app.AskAsync(FrontDesk, "PATCH", $"/clients/{chart}", """{"birthDate":"1980-01-01"}""")).Problem);
        Assert.Equal(RowKinds.Record, app.Practice.Record(chart, record)!.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"c-00000000000000000000000000000001\",\"c-00000000000000000000000000000002\"")]
    [InlineData("\"somebody\",\"else\"")]
    public async Task A_joint_chart_of_nobody_is_refused_and_leaves_nothing(string members)
    {
        await using var app = await AskedApp.StartAsync();
        Assert.Equal("bad-members", (await app.AskAsync(FrontDesk, "POST", "/clients", Joint(members))).Problem);
        Assert.Empty(app.Practice.Rows.All(Table.Clients));
    }

    [Fact]
    public async Task A_joint_chart_has_no_birth_date()
    {
        await using var app = await AskedApp.StartAsync();
        var (a, b) = (await app.Practice.RegisterAsync(), await app.Practice.RegisterAsync());
        var body = Joint($"\"{a}\",\"{b}\"").Replace("{\"name\"", "{\"birthDate\":\"1980-01-01\",\"name\"", StringComparison.Ordinal);
        Assert.Equal("bad-client", (await app.AskAsync(FrontDesk, "POST", "/clients", body)).Problem);
    }

    [Fact]
    public async Task The_practices_own_rules_are_tried_put_and_shown_by_a_custodian_and_nobody_else()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        await app.Practice.UploadAsync(client);
        Assert.Equal("no-such-retention-rules", (await app.AskAsync(Custodian, "GET", "/retention-rules")).Problem);
        Assert.Contains("\"change\":\"later\"", (await app.AskAsync(Custodian, "POST", "/retention-rules/simulate", Longer)).Text, StringComparison.Ordinal);
        Assert.Equal("retention-rules", (await app.AskAsync(Custodian, "PUT", "/retention-rules", Longer.Replace("20y", "20q", StringComparison.Ordinal))).Problem);
        Assert.Equal("refused", (await app.AskAsync(FrontDesk, "PUT", "/retention-rules", Longer)).Problem);
        Assert.Equal(200, (await app.AskAsync(Custodian, "PUT", "/retention-rules", Longer)).Status);
        Assert.Contains("ours-1", (await app.AskAsync(Custodian, "GET", "/retention-rules")).Text, StringComparison.Ordinal);
        await app.Practice.App.Sweep.RunAsync(null, CancellationToken.None);
        Assert.Contains("\"dispositions\":[]", (await app.AskAsync(Custodian, "GET", "/dispositions")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_is_extended_with_a_reason_and_the_reason_is_asked_for()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var record = await app.Practice.UploadAsync(client);
        var path = $"/clients/{client}/extensions";
        foreach (var bad in new[] { """{"until":"2027-01-01"}""", """{"reason":"b"}""", """{"until":"2020-01-01","reason":"b"}""", """{"until":"2027-01-01","reason":"b","record":"x"}""" })
        {
            Assert.Equal("bad-extension", (await app.AskAsync(Custodian, "POST", path, bad)).Problem);
        }

        Assert.Equal("refused", (await app.AskAsync(FrontDesk, "POST", path, """{"until":"2027-01-01","reason":"b"}""")).Problem);
        Assert.Contains($"{record}", (await app.AskAsync(Custodian, "POST", path, """{"until":"2027-01-01","reason":"b"}""")).Text, StringComparison.Ordinal);
        var approved = await app.AskAsync(Custodian, "POST", "/dispositions/approve", $$"""{"clients":["{{client}}"]}""");
        Assert.Contains("kept through 2027-01-01", approved.Text, StringComparison.Ordinal);

        Assert.Equal("refused", (await app.AskAsync(FrontDesk, "GET", path)).Problem);
        var listed = Assert.Single((await app.AskAsync(Custodian, "GET", path)).Json.GetProperty("extensions").EnumerateArray());
        Assert.Equal(("b", "2027-01-01", true), (listed.GetProperty("reason").GetString(), listed.GetProperty("until").GetString(), listed.GetProperty("counts").GetBoolean()));
        Assert.Equal($"{record}", listed.GetProperty("record").GetString());
    }

    [Fact]
    public async Task What_was_put_about_a_client_is_seen_again_by_who_may_correct_it()
    {
        await using var app = await AskedApp.StartAsync();
        var (a, b) = (await app.Practice.RegisterAsync(), await app.Practice.RegisterAsync());
        var couple = (await app.AskAsync(FrontDesk, "POST", "/clients", Joint($"\"{a}\",\"{b}\""))).Id;
        await app.AskAsync(Custodian, "PATCH", $"/clients/{a}", """{"name":"Ada B.","birthDate":"1970-02-28","events":{"death":"2020-08-08","last_contact":"2019-01-01"}}""");

        var one = (await app.AskAsync(FrontDesk, "GET", $"/clients/{a}")).Json;
        Assert.Equal(("Ada B.", "1970-02-28", "US-CA"), (one.GetProperty("name").GetString(), one.GetProperty("birthDate").GetString(), one.GetProperty("jurisdiction").GetString()));
        Assert.Equal("2020-08-08", one.GetProperty("events").GetProperty("death").GetString());
        Assert.Equal([couple], one.GetProperty("jointCharts").EnumerateArray().Select(j => j.GetString()));
        Assert.Equal(JsonValueKind.Null, one.GetProperty("members").ValueKind);
        var joint = (await app.AskAsync(Custodian, "GET", $"/clients/{couple}")).Json;
        Assert.Equal(new[] { $"{a}", $"{b}" }.Order(StringComparer.Ordinal), joint.GetProperty("members").EnumerateArray().Select(j => j.GetString()));
        Assert.Equal(JsonValueKind.Null, joint.GetProperty("birthDate").ValueKind);
        Assert.Equal("refused", (await app.AskAsync("2 clinician", "GET", $"/clients/{a}")).Problem);
        Assert.Equal("no-such-client", (await app.AskAsync(Custodian, "GET", $"/clients/c-{new string('0', 32)}")).Problem);
    }

    [Fact]
    public async Task A_list_of_what_is_due_says_who_approved_it_and_a_list_of_holds_who_placed_them()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        await app.Practice.UploadAsync(client);
        await app.Practice.App.Sweep.RunAsync(null, CancellationToken.None);
        Assert.Equal(JsonValueKind.Null, (await DueAsync()).GetProperty("approvedBy").ValueKind);
        await app.AskAsync(Custodian, "POST", "/dispositions/approve", $$"""{"clients":["{{client}}"]}""");
        var by = Assert.Single((await DueAsync()).GetProperty("approvedBy").EnumerateArray()).GetString();
        await app.AskAsync(Custodian, "POST", $"/clients/{client}/holds", """{"matter":"suit","reason":"letter"}""");
        var hold = (await app.AskAsync(Custodian, "GET", $"/clients/{client}/holds")).Json.GetProperty("holds")[0];
        Assert.Equal(by, hold.GetProperty("placedBy").GetString());
        Assert.Equal(JsonValueKind.Null, hold.GetProperty("releasedBy").ValueKind);

        async Task<JsonElement> DueAsync() => (await app.AskAsync(Custodian, "GET", "/dispositions")).Json.GetProperty("dispositions")[0].GetProperty("records")[0];
    }

    [Fact]
    public async Task A_hold_that_would_hold_nothing_and_a_day_that_cannot_be_are_refused_with_where_and_why()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        foreach (var path in new[] { $"/clients/{client}/holds", "/holds" })
        {
            var past = await app.AskAsync(Custodian, "POST", path, """{"matter":"m","reason":"r","until":"2026-03-01"}""");
            Assert.Equal("bad-hold", past.Problem);
            Assert.Contains("until is past", past.Text, StringComparison.Ordinal);
            Assert.Equal(201, (await app.AskAsync(Custodian, "POST", path, """{"matter":"m","reason":"r","until":"2026-03-02"}""")).Status);
        }

        foreach (var (body, why) in new[]
        {
            ("""{"birthDate":"1970-02-30"}""", "birthDate is not what it should be"), ("""{"events":{"death":"2027-01-01"}}""", "events.death lies in the future"),
            ("""{"jurisdiction":"us-ca"}""", "jurisdiction is written US-CA"), ("""{"jurisdiction":"Atlantis"}""", "jurisdiction is not known"),
            ("""{"lastService":"1960-01-01"}""", "would lie before the birth"),
        })
        {
            var answer = await app.AskAsync(Custodian, "PATCH", $"/clients/{client}", body);
            Assert.Equal(400, answer.Status);
            Assert.Contains(why, answer.Text, StringComparison.Ordinal);
        }

        Assert.Empty((await app.AskAsync(Custodian, "GET", $"/clients/{client}")).Json.GetProperty("events").EnumerateObject());
    }

    [Fact]
    public async Task What_a_hold_refuses_a_custodian_is_in_the_log()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        await app.Practice.UploadAsync(client);
        var hold = (await app.AskAsync(Custodian, "POST", $"/clients/{client}/holds", """{"matter":"suit","reason":"letter"}""")).Id;
        await app.AskAsync(Custodian, "POST", "/dispositions/approve", $$"""{"clients":["{{client}}"]}""");
        var refused = Assert.Single(app.Practice.Entries(), e => e.Event is { Operation: "approve-disposition", Kind: AuditKind.Refused });
        Assert.Contains(refused.Event.Details, d => d is { Key: "hold" } && d.Value.EndsWith(hold, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whether_there_ever_was_a_record_is_answered_by_its_certificate_when_nothing_else_is_left()
    {
        await using var app = await AskedApp.StartAsync(await PracticeUnderTest.OpenAsync(waitingDays: 0));
        var (client, other) = (await app.Practice.RegisterAsync(), await app.Practice.RegisterAsync());
        var record = await app.Practice.UploadAsync(client);
        Assert.Empty((await CertificatesAsync()).EnumerateArray());
        await app.Practice.ApproveAsync(client);
        Assert.IsType<Disposition.Purged>(await app.Practice.PurgeAsync(client, record));

        var destroyed = Assert.Single((await CertificatesAsync()).EnumerateArray());
        Assert.Equal($"{record}", destroyed.GetProperty("record").GetString());
        Assert.Contains($"{record}", destroyed.GetProperty("certificate").GetProperty("statement").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"records\":[]", (await app.AskAsync(Custodian, "GET", $"/clients/{other}/certificates")).Text, StringComparison.Ordinal);
        var page = await app.SendAsync(Custodian, "GET", $"/practices/demo/clients/{client}/certificates", null, headers: ("Accept", "text/html"));
        Assert.Contains($"<td>{record}</td>", page.Text, StringComparison.Ordinal);
        Assert.Equal("refused", (await app.AskAsync("2 clinician", "GET", $"/clients/{client}/certificates")).Problem);

        async Task<JsonElement> CertificatesAsync() => (await app.AskAsync(Custodian, "GET", $"/clients/{client}/certificates")).Json.GetProperty("records");
    }

    [Fact]
    public async Task Where_the_policy_asks_for_two_the_list_says_who_was_first_and_only_another_person_is_second()
    {
        var policy = PolicyFile.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(PolicyFile.ShippedBytes())
            .Replace("\"list-dispositions\", \"approve-disposition\"", "\"list-dispositions\"", StringComparison.Ordinal)
            .Replace("[\"release-hold\"]", "[\"release-hold\", \"approve-disposition\"]", StringComparison.Ordinal)));
        Assert.Empty(policy.Complaints);
        await using var app = await AskedApp.StartAsync(await PracticeUnderTest.OpenAsync(), policy: policy.Policy);
        var client = await app.Practice.RegisterAsync();
        var record = await app.Practice.UploadAsync(client);
        await app.Practice.App.Sweep.RunAsync(null, CancellationToken.None);
        for (var twice = 0; twice < 2; twice++)
        {
            Assert.Contains("approved by one person; it takes another", (await ApproveAsync(Custodian)).Text, StringComparison.Ordinal);
            var due = (await app.AskAsync(Custodian, "GET", "/dispositions")).Json.GetProperty("dispositions")[0].GetProperty("records")[0];
            Assert.Equal(("needs-second-approval", 1), (due.GetProperty("state").GetString(), due.GetProperty("approvedBy").GetArrayLength()));
        }

        Assert.Equal([$"{record}"], (await ApproveAsync("4 custodian")).Json.GetProperty("approved").EnumerateArray().Select(r => r.GetString()));
        var waiting = (await app.AskAsync(Custodian, "GET", "/dispositions")).Json.GetProperty("dispositions")[0].GetProperty("records")[0];
        Assert.Equal(("waiting", 2), (waiting.GetProperty("state").GetString(), waiting.GetProperty("approvedBy").GetArrayLength()));

        Task<Asked> ApproveAsync(string who) => app.AskAsync(who, "POST", "/dispositions/approve", $$"""{"clients":["{{client}}"]}""");
    }

    [Fact]
    public async Task Trying_rules_shows_which_classes_would_go_by_themselves_and_takes_a_day()
    {
        const string Tapes = """{"format":"recordsguard-retention-catalogue-1","version":"ours-1","rules":[],"automatic":[{"class":"recording","by":"Dr. A.","reason":"They serve supervision only."}]}""";
        await using var app = await AskedApp.StartAsync();
        Assert.Contains("\"automatic\":[\"recording\"]", (await app.AskAsync(Custodian, "POST", "/retention-rules/simulate?asOf=2030-01-01", Tapes)).Text, StringComparison.Ordinal);
        Assert.Equal("bad-day", (await app.AskAsync(Custodian, "POST", "/retention-rules/simulate?asOf=2030-02-30", Tapes)).Problem);
        await app.AskAsync(Custodian, "PUT", "/retention-rules", Tapes);
        Assert.Contains("\"automatic\":[]", (await app.AskAsync(Custodian, "POST", "/retention-rules/simulate", Tapes)).Text, StringComparison.Ordinal);
    }

    private static string Joint(string members) =>
        $$"""{"name":"A and B","chartNumber":"ab","jurisdiction":"US-CA","profession":"psychologist","lastService":"2010-03-15","members":[{{members}}]}""";

    private static string Members(params ClientId[] members) => $$"""{"members":[{{string.Join(',', members.Select(m => $"\"{m}\""))}}]}""";
}
