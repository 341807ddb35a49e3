using System.Text.Json;
using RecordsGuard.Records;
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

    private static string Joint(string members) =>
        $$"""{"name":"A and B","chartNumber":"ab","jurisdiction":"US-CA","profession":"psychologist","lastService":"2010-03-15","members":[{{members}}]}""";

    private static string Members(params ClientId[] members) => $$"""{"members":[{{string.Join(',', members.Select(m => $"\"{m}\""))}}]}""";
}
