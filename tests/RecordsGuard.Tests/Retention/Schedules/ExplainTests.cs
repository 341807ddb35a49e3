using System.Text.Json;
using RecordsGuard.Cli;
using RecordsGuard.Tests.Envelopes;
using static RecordsGuard.Tests.Retention.Schedules.Cases;

namespace RecordsGuard.Tests.Retention.Schedules;

/// <summary>From a case to its dates, as somebody who knows only the law would expect them.</summary>
public sealed class ExplainTests
{
    // Each row of tests/vectors/retention/examples.csv, in the words of a case.
    [Theory]
    [InlineData("CA-PSY-2919", """{"born":"1970-01-01"}""", """ "anchors":{"discharged":"2018-03-15"} """, "2025-03-16")]
    [InlineData("CA-LMFT-4980.49", """{"born":"2007-06-10"}""", """ "anchors":{"ended":"2020-01-31"} """, "2032-06-11")]
    [InlineData("TX-PSY-465.22", """{"born":"2005-09-01"}""", """ "anchors":{"last_service":"2018-10-01"} """, "2026-09-02")]
    [InlineData("TX-PSY-465.22", """{"born":"2005-09-01"}""", """ "anchors":{"last-service":"2023-08-20"} """, "2030-08-21")]
    [InlineData("ME-PSY-FULL", """{"born":"1970-01-01"}""", """ "anchors":{"last_contact":"2012-06-30"} """, "2019-07-01")]
    [InlineData("ME-PSY-SUMMARY", """{"born":"1970-01-01"}""", """ "anchors":{"last_contact":"2012-06-30"} """, "2027-07-01")]
    [InlineData("FL-PSY-FULL", "", """ "anchors":{"planned_services_completed":"2019-01-10","last_contact":"2019-04-02"} """, "2022-04-03")]
    [InlineData("FL-PSY-SUMMARY", "", """ "anchors":{"completion_of_planned_services":"2019-01-10","last_contact":"2019-04-02"} """, "2026-04-03")]
    [InlineData("MN-PSY", """{"born":"2008-11-30"}""", """ "anchors":{"last_service":"2022-01-15"} """, "2034-12-01")]
    [InlineData("IE-MH", """{"died":"2020-08-08"}""", """ "anchors":{"last_service":"2015-03-01"} """, "2028-08-09")]
    [InlineData("US-HIPAA-SEC-DOC", "", """ "created":"2016-01-15","anchors":{"superseded":"2021-07-01"} """, "2027-07-02")]
    public async Task The_worked_examples_come_out_as_written(string rule, string client, string record, string from)
    {
        var explained = await NamedAsync(rule, client, record);
        Assert.Equal((Day(from), rule), (explained.MayDestroyFrom, explained.DecidingRule));
        Assert.Empty(explained.Missing);
        Assert.False(explained.Conflict);
    }

    [Fact]
    public async Task The_cases_worked_out_by_hand_come_out_as_written()
    {
        using var cases = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Vectors.Folder("retention"), "cases.json"), TestContext.Current.CancellationToken));
        Assert.True(cases.RootElement.GetArrayLength() >= 60);
        foreach (var worked in cases.RootElement.EnumerateArray())
        {
            var explained = await ExplainAsync(worked.GetProperty("case").GetRawText());
            using var answer = JsonDocument.Parse(JsonSerializer.Serialize(explained, RetentionJson.Plain.RetentionExplanation));
            foreach (var expected in worked.GetProperty("expect").EnumerateObject())
            {
                var found = answer.RootElement.GetProperty(expected.Name);
                Assert.True(
                    JsonElement.DeepEquals(expected.Value, found),
                    $"{worked.GetProperty("name")}: {expected.Name} is {found}, not {expected.Value} ({worked.GetProperty("working")}). {explained.Because}");
            }
        }
    }

    [Theory]
    [InlineData("FL-PSY-FULL FL-PSY-SUMMARY", "2022-04-03", "2026-04-03")]
    [InlineData("ME-PSY-FULL ME-PSY-SUMMARY", "2026-04-03", "2034-04-03")]
    public async Task A_full_record_may_become_a_summary_before_that_goes_too(string rules, string reduce, string from)
    {
        var explained = await NamedAsync(
            rules, """{"born":"1970-01-01"}""", """ "anchors":{"completion_of_planned_services":"2019-01-10","last_contact":"2019-04-02"} """);
        Assert.Equal((Day(reduce), Day(from)), (explained.MayReduceFrom, explained.MayDestroyFrom));
        Assert.Equal(rules.Split(' ')[1], explained.DecidingRule);
    }

    [Theory]
    [InlineData("2022-04-02", "full")]
    [InlineData("2022-04-03", "summary")]
    [InlineData("2026-04-02", "summary")]
    [InlineData("2026-04-03", "none")]
    public async Task The_stage_says_what_has_to_be_kept_that_day(string asOf, string stage) => Assert.Equal(stage, (await ExplainAsync("""
        {"practice":{"jurisdiction":"US-FL","profession":"licensed psychologist"},"clients":[{"born":"1970-01-01"}],
         "record":{"class":"client_record","anchors":{"completion_of_planned_services":"2019-01-10","last_contact":"2019-04-02"}}}
        """, asOf)).Stage);

    [Theory]
    [InlineData("US-CA", "psychologist", "CA-PSY-2919", "2027-03-02")]
    [InlineData("US-CA", "LMFT", "CA-LMFT-4980.49", "2027-03-02")]
    [InlineData("US-CA", "Licensed Clinical Social Worker", "CA-LCSW-4993", "2027-03-02")]
    [InlineData("US-CA", "LPCC", "CA-LPCC-4999.75", "2027-03-02")]
    [InlineData("US-CA", "educational psychologist", "CA-LEP-4989.51", "2027-03-02")]
    [InlineData("us-tx", "Psychologist", "TX-PSY-465.22", "2027-03-02")]
    [InlineData("NY", "LMHC", "NY-8NYCRR29.2", "2026-03-02")]
    [InlineData("US-WA", "psychologist", "WA-PSY", "2028-03-02")]
    [InlineData("US-PA", "psychologist", "PA-PSY", "2025-03-02")]
    [InlineData("US-AZ", "LPC", "AZ-ANY", "2026-03-02")]
    [InlineData("US-DC", "LCSW", "DC-ANY", "2023-03-02")]
    [InlineData("US-IL", "psychologist", "US-APA-RKG-ADULT", "2027-03-02")] // no law: the guideline
    [InlineData("US-NV", "psychologist", "NV-PSY", "2025-03-02")]
    [InlineData("US-MD", "LCSW", "MD-ANY-NEW", "2017-01-02")] // from the making of each record
    [InlineData("CA-ON", "psychologist", "CA-ON-PSY", "2030-03-02")]
    [InlineData("NZ", "psychotherapist", "NZ-ANY", "2030-03-02")]
    [InlineData("GB-ENG", "NHS", "UK-NHS-MH", "2040-03-02")]
    [InlineData("DE", "Psychotherapist", "DE-630f", "2030-03-02")]
    [InlineData("AU-ACT", "psychologist", null, null)] // counts from the last entry, which is not known
    [InlineData("US-WY", "LMFT", null, null)]
    [InlineData("US-CA", "astrologer", null, null)]
    public async Task The_place_and_the_profession_choose_the_rule(string jurisdiction, string profession, string? rule, string? from)
    {
        var explained = await AtAsync(jurisdiction, profession, """{"born":"1980-05-05"}""", "\"last_service\":\"2020-03-01\"");
        Assert.Equal((rule, from is null ? null : Day(from)), (explained.DecidingRule, explained.MayDestroyFrom));
        Assert.Equal(rule is null, explained.Missing.Count > 0);
    }

    [Theory]
    [InlineData("2014-12-31", null)]
    [InlineData("2015-01-01", "2022-01-02")]
    public async Task A_rule_binds_only_services_that_ended_from_its_day_on(string ended, string? from)
    {
        foreach (var explained in new[]
        {
            await AtAsync("US-CA", "LMFT", """{"born":"1980-05-05"}""", $"\"termination\":\"{ended}\""),
            await NamedAsync("CA-LMFT-4980.49", """{"born":"1980-05-05"}""", $$""" "anchors":{"termination":"{{ended}}"} """),
        })
        {
            Assert.Equal(from is null ? null : Day(from), explained.MayDestroyFrom);
            Assert.Equal(from is null ? ["applicable_rule"] : [], explained.Missing);
        }
    }

    [Theory]
    [InlineData("US-HI", 18, "2024-02-29", "2031-03-02")] // 2031 has no 29 February: the period ends on 1 March
    [InlineData("DE", 18, "2024-02-29", "2034-03-01")] // BGB 188(3): on the 28th
    public async Task A_29_February_is_the_jurisdictions_own(string jurisdiction, int _, string last, string from)
    {
        var explained = await NamedAsync(
            jurisdiction == "DE" ? "DE-630f" : "OR-PSY", """{"born":"1970-01-01"}""", $$""" "anchors":{"last_service":"{{last}}"} """);
        Assert.Equal(Day(from), explained.MayDestroyFrom);
    }

    [Fact]
    public async Task Who_was_born_on_a_29_February_is_18_on_1_March() => Assert.Equal(
        Day("2033-03-02"),
        (await NamedAsync("CA-PSY-2919", """{"born":"2008-02-29"}""", """ "anchors":{"discharge":"2012-01-01"} """)).MayDestroyFrom);

    [Theory]
    [InlineData("US-AL", "2030-05-06")] // 19 + 3
    [InlineData("US-NE", "2030-05-06")]
    [InlineData("US-MS", "2032-05-06")] // 21 + 3
    [InlineData("US-IL", "2029-05-06")]
    public async Task Majority_is_the_places_own(string jurisdiction, string from)
    {
        var explained = await NamedAsync(
            "US-APA-RKG-MINOR", """{"born":"2008-05-05"}""", """ "anchors":{"last_service":"2015-06-01"} """, jurisdiction);
        Assert.Equal((Day(from), "US-APA-RKG-MINOR"), (explained.MayDestroyFrom, explained.DecidingRule));
    }

    [Theory]
    [InlineData("US-AL", "2030-05-06")] // the catalogue has it that no law sets a term, and points to the guideline
    [InlineData("US-IL", "2029-05-06")]
    [InlineData("US-WY", null)] // what the catalogue does not know may be a law
    [InlineData("US-TX", "2029-05-06")]
    public async Task A_guideline_counts_only_where_it_is_known_that_no_law_does(string jurisdiction, string? from) => Assert.Equal(
        from is null ? null : Day(from),
        (await AtAsync(jurisdiction, "psychologist", """{"born":"2008-05-05"}""", "\"last_service\":\"2015-06-01\"")).MayDestroyFrom);

    [Fact]
    public async Task A_rule_that_points_to_others_stands_for_them_with_its_own_places_majority() => Assert.Equal(
        Day("2030-05-06"),
        (await NamedAsync("AL-PSY-NONE", """{"born":"2008-05-05"}""", """ "anchors":{"last_service":"2015-06-01"} """, "US-AL")).MayDestroyFrom);

    [Theory]
    [InlineData("CA-ON-PSY", "2035-02-02")] // would have become 18 in 2025
    [InlineData("TX-PSY-465.22", "2028-02-02")]
    [InlineData("CT-ANY CT-ANY-DEATH", "2021-07-02")]
    [InlineData("IE-CHILD", "2026-07-02")]
    [InlineData("NY-HOSP NY-HOSP-DEATH", "2028-02-02")] // at least, so the longest wins
    [InlineData("UK-NHS-MH UK-NHS-MH-DEATH", "2028-07-02")]
    [InlineData("FR-R1112-7 FR-R1112-7-DEATH", "2028-07-02")]
    public async Task Death_before_majority_stops_no_clock_but_those_that_say_so(string rules, string from) => Assert.Equal(
        Day(from),
        (await NamedAsync(rules, """{"born":"2007-02-01","died":"2018-07-01"}""", """ "anchors":{"last_contact":"2018-05-01"} """)).MayDestroyFrom);

    [Fact]
    public async Task A_death_long_after_the_last_visit_replaces_nothing() => Assert.Equal(
        ("FR-R1112-7", Day("2025-05-02")),
        (await NamedAsync("FR-R1112-7 FR-R1112-7-DEATH", """{"born":"1950-02-01","died":"2018-07-01"}""", """ "anchors":{"last_contact":"2005-05-01"} """))
        is var explained ? (explained.DecidingRule!, explained.MayDestroyFrom!.Value) : default);

    [Theory]
    [InlineData("2010-04-01", "2015-06-01", "2022-06-02")] // seven years come first
    [InlineData("2000-04-01", "2015-06-01", "2021-04-02")] // 21 comes first
    [InlineData("1980-04-01", "2015-06-01", "2022-06-02")] // an adult
    public async Task Earlier_takes_whichever_comes_first_for_a_child(string born, string last, string from) => Assert.Equal(
        Day(from),
        (await NamedAsync("AZ-HOMEO", $$"""{"born":"{{born}}"}""", $$""" "anchors":{"last_service":"{{last}}"} """)).MayDestroyFrom);

    [Fact]
    public async Task A_maximum_before_a_minimum_is_a_conflict_that_blocks()
    {
        var child = await AtAsync("US-CO", "LPC", """{"born":"2010-04-01"}""", "\"termination\":\"2018-06-01\"");
        Assert.True(child.Conflict);
        Assert.Equal((Day("2035-04-02"), Day("2030-06-01")), (child.MayDestroyFrom, child.MustDestroyBy));
        Assert.Contains("contradict", child.Because, StringComparison.Ordinal);
        var adult = await AtAsync("US-CO", "LPC", """{"born":"1980-04-01"}""", "\"termination\":\"2018-06-01\"");
        Assert.False(adult.Conflict);
        Assert.Equal((Day("2025-06-02"), Day("2030-06-01")), (adult.MayDestroyFrom, adult.MustDestroyBy));
    }

    [Fact]
    public async Task A_joint_record_waits_for_the_last_of_its_members()
    {
        var explained = await AtAsync("US-CA", "LMFT", """{"born":"1980-05-05"},{"born":"2010-05-05"}""", "\"ended\":\"2020-07-01\"");
        Assert.Equal(Day("2035-05-06"), explained.MayDestroyFrom);
        Assert.Equal([0, 1], explained.Considered.Select(c => c.Client!.Value));
        var unknown = await AtAsync("US-CA", "LMFT", """{"born":"1980-05-05"},{}""", "\"ended\":\"2020-07-01\"");
        Assert.Null(unknown.MayDestroyFrom);
        Assert.Equal(["born"], unknown.Missing);
    }

    [Theory]
    [InlineData("{}", "discharge")]
    [InlineData("""{"last_service":null}""", "discharge")]
    [InlineData("""{"discharge":{"date":"2015-01-01","confirmed":false}}""", "discharge")]
    [InlineData("""{"discharge":{"date":"2015-01-01","imported":true}}""", "discharge")]
    public async Task What_is_not_known_means_keep_and_is_named(string anchors, string missing)
    {
        var explained = await NamedAsync("CA-PSY-2919", """{"born":"1970-01-01"}""", $"\"anchors\":{anchors}");
        Assert.Null(explained.MayDestroyFrom);
        Assert.Null(explained.DecidingRule);
        Assert.Equal([missing], explained.Missing);
        Assert.StartsWith("Keep", explained.Because, StringComparison.Ordinal);
        Assert.Null((await NamedAsync("CA-PSY-2919", """{"born":"1970-01-01"}""", """ "confirmed":false,"anchors":{"discharge":"2010-01-01"} """)).MayDestroyFrom);
    }

    [Fact]
    public async Task Under_the_rules_of_two_professions_the_longer_wins()
    {
        const string Case = """{"practice":{"jurisdiction":"US-ME","profession":PROFESSION},"clients":[{"born":"1970-01-01"}],"record":{"class":"clinical record","anchors":{"last_contact":"2015-01-01"}}}""";
        Assert.Equal(Day("2020-01-02"), (await ExplainAsync(Case.Replace("PROFESSION", "\"counselor\""))).MayDestroyFrom);
        Assert.Equal(Day("2022-01-02"), (await ExplainAsync(Case.Replace("PROFESSION", "[\"counselor\",\"social worker\"]"))).MayDestroyFrom);
    }

    [Fact]
    public async Task One_rule_of_two_without_its_anchor_keeps_the_record()
    {
        var explained = await NamedAsync("NV-PSY PA-LPC", """{"born":"1970-01-01"}""", """ "anchors":{"last_service":"2010-01-01"} """);
        Assert.Null(explained.MayDestroyFrom);
        Assert.Equal(["last_entry"], explained.Missing);
        Assert.Equal(Day("2015-01-02"), explained.Considered.Single(c => c.Rule == "NV-PSY").MayDestroyFrom);
    }

    [Fact]
    public async Task An_unverified_rule_counts_only_where_it_is_named_and_the_answer_says_so()
    {
        var named = await NamedAsync("VA-PSY", """{"born":"1970-01-01"}""", """ "anchors":{"last_contact":"2015-01-01"} """);
        Assert.True(named.Unverified);
        Assert.Contains("UNVERIFIED", named.Because, StringComparison.Ordinal);
        var found = await AtAsync("US-VA", "LPC", """{"born":"1970-01-01"}""", "\"termination\":\"2015-01-01\"");
        Assert.Null(found.MayDestroyFrom);
        Assert.Contains("adopts", Assert.Single(found.Considered).Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"clients":[],"record":{}}""", "practice: is missing")]
    [InlineData("""{"practice":{"jurisdiction":"US-CA","profession":"LMFT"}}""", "record: is missing")]
    [InlineData("""{"practice":{"jurisdiction":"US-ZZ","profession":"LMFT"},"record":{}}""", "practice.jurisdiction: 'US-ZZ' is an unknown jurisdiction")]
    [InlineData("""{"practice":{"profession":"LMFT"},"record":{}}""", "practice.jurisdiction: is missing")]
    [InlineData("""{"practice":{"jurisdiction":"US-CA"},"record":{}}""", "practice.profession: is missing")]
    [InlineData("""{"practice":{"rules":["NOPE"]},"record":{}}""", "practice.rules[0]: 'NOPE' is no rule")]
    [InlineData("""{"practice":{"rules":["PARAM-DE-188"]},"record":{}}""", "practice.rules[0]: 'PARAM-DE-188' is a parameter")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"record":{"anchors":{"last_sevice":"2015-01-01"}}}""", "record.anchors.last_sevice: 'last_sevice' is no anchor")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"record":{"anchors":{"last_service":"2015-02-30"}}}""", "record.anchors.last_service: '2015-02-30' is no day")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"record":{"anchors":{"last_service":7}}}""", "record.anchors.last_service: must be text")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"clients":[{"born":"2019-05-05"}],"record":{"anchors":{"last_service":"2015-03-01"}}}""", "clients[0].born: the client would be born on 2019-05-05, after the last service")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"clients":[{"born":"2019-05-05","died":"2018-01-01"}],"record":{"anchors":{}}}""", "clients[0].died: the client would have died before")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"clients":["Sam"],"record":{"anchors":{}}}""", "clients[0]: must be an object")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"clients":[{"born":"1970-01-01","dead":"2018-01-01"}],"record":{}}""", "clients[0].dead: 'dead' is no anchor")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"clients":[{"born":"1970-01-01","born":"1980-01-01"}],"record":{}}""", "is no JSON: Duplicate property 'born'")]
    [InlineData("""{"practice":{"rules":["OR-PSY"]},"clients":[],"record":{"recieved":"2018-01-01"}}""", "record.recieved: 'recieved' is no anchor")]
    [InlineData("[]", "The case: must be an object")]
    [InlineData("""{"practice":""", "is no JSON")]
    public async Task A_case_that_cannot_be_is_refused_with_where_and_why(string json, string why) =>
        Assert.Contains(why, await RefusalAsync(json), StringComparison.Ordinal);

    [Fact]
    public async Task Capitals_and_a_name_beside_the_facts_do_no_harm_and_an_unknown_profession_is_named()
    {
        const string Case = """{"Practice":{"Jurisdiction":"US-CA","Profession":"PROFESSION"},"Clients":[{"Name":"Sam","Birth_Date":"1970-01-01"}],"Record":{"Id":"7","Last Service":"2015-01-01"}}""";
        Assert.Equal(Day("2022-01-02"), (await ExplainAsync(Case.Replace("PROFESSION", "LMFT", StringComparison.Ordinal))).MayDestroyFrom);
        Assert.Contains(
            "No rule anywhere names the profession 'LMTF'", (await ExplainAsync(Case.Replace("PROFESSION", "LMTF", StringComparison.Ordinal))).Because,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_has_every_field_and_null_where_there_is_no_day()
    {
        var explained = await AtAsync("US-CA", "psychologist", """{"born":"1980-05-05"}""", "");
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(explained, RetentionJson.Plain.RetentionExplanation));
        foreach (var field in new[] { "mayDestroyFrom", "mustDestroyBy", "decidingRule", "mayReduceFrom" })
        {
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(field).ValueKind);
        }

        Assert.Equal(JsonValueKind.False, json.RootElement.GetProperty("conflict").ValueKind);
        Assert.Equal("discharge", json.RootElement.GetProperty("missing")[0].GetString());
        Assert.Equal("CA-PSY-2919", json.RootElement.GetProperty("considered").EnumerateArray().Last().GetProperty("rule").GetString());
    }
}
