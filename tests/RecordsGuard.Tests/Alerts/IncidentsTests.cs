using System.Text.Json;
using RecordsGuard.Alerts.Incidents;
using RecordsGuard.Records;
using RecordsGuard.Tests.Access;

namespace RecordsGuard.Tests.Alerts;

/// <summary>Alerts that belong together, the four factors, and the clocks that run until they are answered.</summary>
public sealed class IncidentsTests
{
    private const string Security = "5 security";
    private const string Assessment = """
        {"outcome":"OUTCOME","factors":{"information":"Two progress notes with names.","recipient":"A cousin of the client's.",
         "acquired":"He read both of them.","mitigated":"Nothing can be taken back."} }
        """;

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("US-CA", 1, "EX-HIPAA-404,EX-HIPAA-408-FEWER,EX-HIPAA-410,EX-HIPAA-412,EX-CA-1280.15,EX-CA-30DAY")]
    [InlineData("US-FL", 499, "EX-HIPAA-404,EX-HIPAA-408-FEWER,EX-HIPAA-410,EX-HIPAA-412")]
    [InlineData("US-FL", 500, "EX-HIPAA-404,EX-HIPAA-408-500,EX-HIPAA-410,EX-HIPAA-412,EX-FL-501.171")]
    [InlineData("US-NY", 501, "EX-HIPAA-404,EX-HIPAA-408-500,EX-HIPAA-406,EX-HIPAA-410,EX-HIPAA-412")]
    [InlineData("DE", 1, "EX-GDPR-33,EX-GDPR-34")]
    [InlineData("ZZ", 1, "")]
    public void Who_must_be_told_depends_on_where_people_live_and_how_many_there_are(string jurisdiction, int affected, string notices) =>
        Assert.Equal(notices, string.Join(',', BreachNotices.All.Where(n => n.AppliesTo([jurisdiction], affected)).Select(n => n.Id)));

    [Theory]
    [InlineData("EX-GDPR-33", "2026-03-02T18:00:00Z", "2026-03-05T18:00:00Z")]
    [InlineData("EX-HIPAA-404", "2026-03-02T18:00:00Z", "2026-05-02T00:00:00Z")] // 1 May is the last day
    [InlineData("EX-CA-1280.15", "2026-03-02T18:00:00Z", "2026-03-24T00:00:00Z")] // a Monday: the 23rd is the fifteenth working day
    [InlineData("EX-CA-1280.15", "2026-03-07T18:00:00Z", "2026-03-28T00:00:00Z")] // a Saturday
    [InlineData("EX-HIPAA-408-FEWER", "2026-03-02T18:00:00Z", "2027-03-02T00:00:00Z")] // 1 March
    [InlineData("EX-HIPAA-408-FEWER", "2027-12-31T18:00:00Z", "2028-03-01T00:00:00Z")] // 29 February
    [InlineData("EX-GDPR-34", "2026-03-02T18:00:00Z", null)]
    public void Clocks_run_from_discovery(string notice, string discovered, string? by) => Assert.Equal(
        by is null ? null : DateTimeOffset.Parse(by, System.Globalization.CultureInfo.InvariantCulture),
        BreachNotices.All.Single(n => n.Id == notice).By(DateTimeOffset.Parse(discovered, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Every_notice_has_its_citation_one_clock_at_most_and_what_was_read_has_its_source()
    {
        Assert.Equal(BreachNotices.All.Count, BreachNotices.All.Select(n => n.Id).Distinct().Count());
        Assert.All(BreachNotices.All, n =>
        {
            Assert.NotEmpty(n.Citation);
            Assert.True(n.Status == "unverified" || (n.Status == "read" && n.Source is not null), n.Id);
            Assert.InRange(new int?[] { n.Hours, n.Days, n.BusinessDays, n.DaysAfterYear }.Count(c => c is not null), 0, 1);
        });
    }

    [Fact]
    public async Task Until_it_is_assessed_it_is_presumed_a_breach_and_a_notice_nobody_gave_is_told_before_its_day()
    {
        await using var app = await AskedApp.StartAsync();
        await OpenAsync(app, "US-CA");
        await Look();
        Assert.Null(await app.AlertAsync("breach-notice-due"));
        app.Practice.Advance(20); // 15 business days are nearly over
        await Look();
        await Look();
        var alert = await app.AlertAsync("breach-notice-due");
        Assert.Equal(1, alert!.Count);
        Assert.Contains("EX-CA-1280.15", alert.Because, StringComparison.Ordinal);
        app.Practice.Advance(35); // two more come near
        await Look();
        await Look();
        Assert.Equal(3, (await app.AlertAsync("breach-notice-due"))!.Count);

        Task Look() => app.Practice.App.NoticeWatch.LookAsync(None);
    }

    [Theory]
    [InlineData("breach", true)]
    [InlineData("low-probability", false)]
    public async Task Only_four_factors_that_show_a_low_probability_stop_the_clocks(string outcome, bool told)
    {
        await using var app = await AskedApp.StartAsync();
        var id = await OpenAsync(app, "US-CA");
        Assert.Equal("bad-assessment", (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/assess", """{"outcome":"low-probability","factors":{"information":"Little."}}""")).Problem);
        Assert.Equal("bad-assessment", (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/assess", Assessment)).Problem);
        Assert.Equal(200, (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/assess", Assessment.Replace("OUTCOME", outcome, StringComparison.Ordinal))).Status);
        app.Practice.Advance(20);
        await app.Practice.App.NoticeWatch.LookAsync(None);
        Assert.Equal(told, await app.AlertAsync("breach-notice-due") is not null);
        var listed = (await app.AskAtAsync(Security, "GET", "/incidents")).Json.GetProperty("incidents")[0];
        Assert.Equal((outcome, "He read both of them."), (listed.GetProperty("outcome").GetString(), listed.GetProperty("factors").GetProperty("acquired").GetString()));
    }

    [Fact]
    public async Task A_notice_that_was_given_or_is_not_owed_is_quiet_and_its_reason_is_sealed()
    {
        await using var app = await AskedApp.StartAsync();
        var id = await OpenAsync(app, "US-CA");
        Assert.Equal(200, (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/notices/EX-CA-1280.15", """{"notOwed":"We are no licensed facility."}""")).Status);
        Assert.Equal("no-such-notice", (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/notices/EX-GDPR-33", "{}")).Problem);
        Assert.Equal("no-such-incident", (await app.AskAtAsync(Security, "POST", $"/incidents/{new string('0', 32)}/notices/EX-GDPR-33", "{}")).Problem);
        app.Practice.Advance(20);
        await app.Practice.App.NoticeWatch.LookAsync(None);
        Assert.Null(await app.AlertAsync("breach-notice-due"));
        var notice = (await app.AskAtAsync(Security, "GET", "/incidents")).Json.GetProperty("incidents")[0].GetProperty("notices").EnumerateArray()
            .Single(n => n.GetProperty("id").GetString() == "EX-CA-1280.15");
        Assert.Equal("We are no licensed facility.", notice.GetProperty("notOwed").GetString());
        Assert.All(app.Practice.Rows.All(Table.Alerts), r => Assert.DoesNotContain("licensed facility", r.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alerts_are_linked_once_must_exist_and_nobody_assesses_what_names_themselves()
    {
        await using var app = await AskedApp.StartAsync();
        var id = await OpenAsync(app, "US-CA");
        var more = await AlertAsync(app, "2 clinician,security");
        Assert.Equal("no-such-alert", (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/alerts", $$"""{"alerts":["{{new string('0', 33)}}"]}""")).Problem);
        Assert.Equal("refused", (await app.AskAtAsync("2 clinician,security", "POST", $"/incidents/{id}/alerts", $$"""{"alerts":["{{more}}"]}""")).Problem);
        Assert.Equal(200, (await app.AskAtAsync(Security, "POST", $"/incidents/{id}/alerts", $$"""{"alerts":["{{more}}","{{more}}"]}""")).Status);
        Assert.Equal(2, (await app.AskAtAsync(Security, "GET", "/incidents")).Json.GetProperty("incidents")[0].GetProperty("alerts").GetArrayLength());
        Assert.Equal("refused", (await app.AskAtAsync(
            "2 clinician,security", "POST", $"/incidents/{id}/assess", Assessment.Replace("OUTCOME", "low-probability", StringComparison.Ordinal))).Problem);
        Assert.Equal("refused", (await app.AskAtAsync("4 clinician", "GET", "/incidents")).Problem);
    }

    [Fact]
    public async Task The_longest_incident_fits_into_its_row()
    {
        await using var app = await AskedApp.StartAsync();
        var text = string.Concat(Enumerable.Repeat("守秘義務", 500));
        var alert = await AlertAsync(app, "2 clinician");
        var opened = await app.AskAtAsync(
            Security, "POST", "/incidents",
            JsonSerializer.Serialize(new { alerts = new[] { alert }, jurisdictions = new[] { "US-CA", "US-FL", "DE" }, affected = 501, summary = text[..Incidents.MaxSummary] }));
        Assert.Equal(201, opened.Status);
        var all = Enumerable.Range(0, Incidents.MaxAlerts - 1).Select(i => $"79739696-{i:x24}").ToList();
        Assert.True(await app.Practice.App.Incidents.LinkAsync(app.Practice.Custodian, app.Practice.Id, opened.Id, all, None));
        Assert.False(await app.Practice.App.Incidents.LinkAsync(app.Practice.Custodian, app.Practice.Id, opened.Id, ["79739697-000000000000000000000000"], None));
        Assert.True(await app.Practice.App.Incidents.AssessAsync(
            app.Practice.Custodian, app.Practice.Id, opened.Id, RiskAssessment.Factors.ToDictionary(f => f.Key, _ => text[..RiskAssessment.MaxLength]),
            RiskAssessment.Breach, null, None));
        foreach (var notice in BreachNotices.All)
        {
            Assert.True(await app.Practice.App.Incidents.NoteAsync(
                app.Practice.Custodian, app.Practice.Id, opened.Id, notice.Id, text[..Incidents.MaxNotOwed], None));
        }
    }

    private static async Task<string> AlertAsync(AskedApp app, string who)
    {
        await app.AskAsync(who, "GET", $"/clients/{await app.Practice.RegisterAsync()}/records");
        return (await app.Practice.App.Desk.ListAsync(app.Practice.Id, None)).First(a => a.Detection == "access-refused").Id;
    }

    private static async Task<string> OpenAsync(AskedApp app, string jurisdiction)
    {
        var alert = await AlertAsync(app, "3 clinician");
        var opened = await app.AskAtAsync(
            Security, "POST", "/incidents", $$"""{"alerts":["{{alert}}"],"jurisdictions":["{{jurisdiction}}"],"affected":1,"summary":"A cousin looked at her chart."}""");
        Assert.True(opened.Status == 201, opened.Text);
        app.Practice.Time.Advance(TimeSpan.FromMinutes(1));
        return opened.Id;
    }
}
