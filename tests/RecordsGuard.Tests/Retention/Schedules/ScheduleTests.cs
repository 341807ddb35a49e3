using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention.Schedules;

/// <summary>What holds for every rule and every client, and what a practice's own rules may and may not do.</summary>
public sealed class ScheduleTests
{
    private static readonly RetentionRule[] Plain =
        [.. Catalogue.Shipped.Rules.Where(r => r is { Keep: not null, Replaces: null })];

    private static readonly Gen<RetentionFacts> Clients = Gen.Select(
        Gen.Int[-12_000, 9_000], Gen.Int[0, 3], Gen.Int[0, 9_000].Array[16, 16], Gen.Bool.Array[16, 16], Gen.Int[0, 9_000],
        (born, known, days, given, died) =>
        {
            var zero = new DateOnly(2000, 2, 29);
            var facts = known switch
            {
                0 => RetentionFacts.OfBorn(zero.AddDays(born)),
                1 => RetentionFacts.OfEighteenth(zero.AddDays(born)),
                2 => RetentionFacts.OfAdult(),
                _ => default,
            };
            foreach (var anchor in Enum.GetValues<Anchor>().Where(a => a is not (Anchor.Death or Anchor.Born)))
            {
                facts.Set(anchor, given[(int)anchor] ? zero.AddDays(days[(int)anchor]) : null);
            }

            facts.Set(Anchor.Death, given[15] ? zero.AddDays(died) : null);
            return facts;
        });

    [Fact]
    public void A_rule_more_never_makes_a_date_earlier() => Gen.Select(
        Gen.Int[0, Plain.Length - 1].Array[1, 4], Gen.Int[0, Plain.Length - 1], Clients).Sample((some, more, facts) =>
        {
            var ids = some.Select(i => Plain[i].Id).ToList();
            var before = Catalogue.Shipped.Exactly(ids, null).Evaluate(facts);
            var after = Catalogue.Shipped.Exactly([.. ids, Plain[more].Id], null).Evaluate(facts);
            Assert.True(Rank(after, before) >= Rank(before, before));
            Assert.True(after.MustDestroyBy is { } must ? before.MustDestroyBy is null || must <= before.MustDestroyBy : before.MustDestroyBy is null);

            // No rule that applied is the only case in which another may bring a date: keep was for want of a rule.
            static DateOnly Rank(Verdict verdict, Verdict first) =>
                verdict.MayDestroyFrom ?? (verdict.Missing.IsEmpty && first.Missing.IsEmpty && first.MayDestroyFrom is null ? DateOnly.MinValue : DateOnly.MaxValue);
        });

    [Fact]
    public void A_member_more_never_makes_a_date_earlier() => Gen.Select(
        Gen.Int[0, Plain.Length - 1], Clients.Array[1, 4], Clients).Sample((rule, members, more) =>
        {
            var schedule = Catalogue.Shipped.Exactly([Plain[rule].Id], null);
            var before = schedule.Evaluate(members, out var decides);
            var after = schedule.Evaluate([.. members, more], out _);
            Assert.True((after.MayDestroyFrom ?? DateOnly.MaxValue) >= (before.MayDestroyFrom ?? DateOnly.MaxValue));
            Assert.Equal(before.MayDestroyFrom, before.MayDestroyFrom is null ? null : schedule.Evaluate(members[decides]).MayDestroyFrom);
        });

    [Fact]
    public void A_later_event_never_makes_a_date_earlier_for_one_who_is_of_age() => Gen.Select(
        Gen.Int[0, Plain.Length - 1], Clients, Gen.Enum<Anchor>(), Gen.Int[0, 4_000]).Sample((rule, facts, anchor, days) =>
        {
            // (A minor who is seen once more, as an adult, is no longer one: rules that ask that may come to an earlier day.)
            if (anchor is Anchor.Death or Anchor.Born || facts.Exactly(anchor) is not { } day || Plain[rule].Keep!.Contains("if_", StringComparison.Ordinal))
            {
                return;
            }

            var schedule = Catalogue.Shipped.Exactly([Plain[rule].Id], null);
            var later = facts;
            later.Set(anchor, day.AddDays(days));
            var (before, after) = (schedule.Evaluate(facts), schedule.Evaluate(later));
            Assert.True(before.MayDestroyFrom is null || after.MayDestroyFrom is null || after.MayDestroyFrom >= before.MayDestroyFrom);
        });

    [Fact]
    public void The_verdict_is_what_its_considered_rules_say() => Gen.Select(
        Gen.Int[0, Plain.Length - 1].Array[1, 5], Clients).Sample((some, facts) =>
        {
            var schedule = Catalogue.Shipped.Exactly(some.Select(i => Plain[i].Id), null);
            var (verdict, considered) = (schedule.Evaluate(facts), schedule.Consider(facts));
            if (verdict.MayDestroyFrom is { } from)
            {
                Assert.Equal(considered.Max(c => c.MayDestroyFrom), from);
                Assert.All(considered, c => Assert.True(!c.Applies || c.MayDestroyFrom is not null));
                Assert.Contains("lawful from the day after", schedule.Arithmetic(verdict.Deciding, facts), StringComparison.Ordinal);
            }
            else
            {
                Assert.True(!verdict.Missing.IsEmpty || considered.All(c => !c.Applies));
            }
        });

    [Theory]
    [InlineData("9999-12-30", "1000y")]
    [InlineData("9999-12-31", "1d")]
    [InlineData("9990-02-28", "1000m")]
    public void What_lies_beyond_the_calendar_never_comes(string day, string period)
    {
        Assert.True(RuleParser.TryParse($"last_service+{period}", out var expression, out _));
        var facts = default(RetentionFacts);
        facts.Set(Anchor.LastService, DateOnly.ParseExact(day, "yyyy-MM-dd"));
        Assert.Equal(DateOnly.MaxValue, expression.Evaluate(facts, RuleParameters.Default).Day);
        var own = Own($"last_service+{period}");
        Assert.Null(own.Exactly(["OWN-1"], null).Evaluate(facts).MayDestroyFrom);
    }

    [Fact]
    public void The_engine_allocates_nothing()
    {
        var schedule = Catalogue.Shipped.For("US-ME", "psychologist", "client-record");
        var facts = RetentionFacts.OfBorn(new(2010, 5, 5));
        facts.Set(Anchor.LastService, new(2020, 1, 1));
        schedule.Evaluate(facts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            schedule.Evaluate(facts);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_practices_own_rule_lengthens_without_a_reason_and_shortens_only_with_one()
    {
        Assert.Empty(Lint("later(discharge+10y, age:18+10y)", "\"replaces\":[\"CA-PSY-2919\"]"));
        var fault = Assert.Single(Lint("discharge+5y", "\"replaces\":[\"CA-PSY-2919\"]"));
        Assert.Contains("shortens CA-PSY-2919 (Cal. Bus. & Prof. Code 2919)", fault, StringComparison.Ordinal);
        Assert.Contains("shortens", Assert.Single(Lint("discharge+7y", "\"replaces\":[\"CA-PSY-2919\"]")), StringComparison.Ordinal); // for minors
        Assert.Contains("shortens", Assert.Single(Lint("if_died: death+1y", "\"replaces\":[\"CA-PSY-2919\"]")), StringComparison.Ordinal);
        Assert.Empty(Lint("discharge+5y", "\"replaces\":[\"CA-PSY-2919\"],\"reason\":\"counsel's letter of 2026-01-05\""));
        Assert.Empty(Lint("discharge+5y", "")); // beside the law it cannot shorten anything

        // Another event may lie years before the end of care; another name of that end does not.
        Assert.Contains("the creation long before the rest", Assert.Single(Lint("later(receipt+9y, age:18+9y)", "\"replaces\":[\"CA-PSY-2919\"]")), StringComparison.Ordinal);
        Assert.Empty(Lint("later(last_service+7y, age:18+7y)", "\"replaces\":[\"CA-PSY-2919\"]"));
    }

    [Fact]
    public void A_rule_that_forbids_keeping_longer_is_replaced_by_one_without_that_limit_only_with_a_reason()
    {
        const string Keep = "later(termination, last_contact, last_service, age:18)+7y";
        const string Limit = "\"atMost\":\"later(termination, last_contact, last_service)+12y\"";
        const string Replaces = "\"replaces\":[\"CO-LPC\"]";
        Assert.Contains("CO-LPC (4 CCR 737-1 s.1.16(A)) forbids keeping records after", Assert.Single(Lint(Keep, Replaces)), StringComparison.Ordinal);
        Assert.Empty(Lint(Keep, $"{Replaces},{Limit}"));
        Assert.Empty(Lint(Keep, $"{Replaces},\"reason\":\"counsel: the minor clause holds\""));
    }

    [Theory]
    [InlineData("\"keep\":\"last_service+7\"", "rule OWN-1: keep, at character 14")]
    [InlineData("\"keep\":\"last_service+7y\",\"atMost\":\"never\"", "rule OWN-1: atMost, at character 1: 'never' is no anchor")]
    [InlineData("\"keep\":\"last_service+7y\",\"jurisdiction\":\"US-ZZ\"", "rule OWN-1: 'US-ZZ' is no place")]
    [InlineData("\"keep\":\"last_service+7y\",\"citation\":\" \"", "rule OWN-1: a citation is missing")]
    [InlineData("\"keep\":\"last_service+7y\",\"professions\":[\"physcologist\"]", "'physcologist' is no profession's word")]
    [InlineData("\"keep\":\"last_service+7y\",\"professions\":[]", "binds nobody")]
    [InlineData("\"keep\":\"last_service+7y\",\"professions\":[\"licensed psychologist\"]", "(psychologist is meant?)")]
    [InlineData("\"keep\":\"last_service+7y\",\"classes\":[\"client-records\"]", "'client-records' is no class of records")]
    [InlineData("\"keep\":\"last_service+7y\",\"id\":\"CA-PSY-2919\"", "rule CA-PSY-2919: there is a rule of this id already")]
    [InlineData("\"keep\":\"last_service+7y\",\"replaces\":[\"CA-PSY\"]", "it names the rule 'CA-PSY', which is not there")]
    [InlineData("\"keep\":\"last_service+7y\",\"endedFrom\":\"2015-02-30\"", "It is no catalogue")]
    [InlineData("\"keep\":\"last_service+7y\",\"colour\":\"red\"", "colour")]
    [InlineData("\"keep\":null,\"atMost\":\"last_service+7y\"", "atMost without keep")]
    public void A_malformed_rule_is_refused_with_where_and_why(string fields, string why) =>
        Assert.Contains(why, string.Join('\n', Faults(File(fields))), StringComparison.Ordinal);

    [Fact]
    public void A_field_that_stands_twice_is_refused() => Assert.Contains(
        "Duplicate", Assert.Single(Faults(File("\"keep\":\"last_service+7y\"").Replace("\"keep\":", "\"keep\":\"last_service+9y\",\"keep\":", StringComparison.Ordinal))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"rule":"VA-PSY","by":"","reason":"the board's page"}""", "needs a name")]
    [InlineData("""{"rule":"VA-PSY","by":"Dr. Lin","reason":" "}""", "a reason")]
    [InlineData("""{"rule":"VA-PSI","by":"Dr. Lin","reason":"r"}""", "no rule 'VA-PSI'")]
    public void An_adoption_names_who_and_why(string adoption, string why) => Assert.Contains(
        why, string.Join('\n', Faults($$"""{"format":"{{Catalogue.Format}}","version":"1","adopts":[{{adoption}}]}""")), StringComparison.Ordinal);

    [Fact]
    public void An_adopted_rule_counts()
    {
        var facts = RetentionFacts.OfBorn(new(1980, 5, 5));
        facts.Set(Anchor.LastService, new(2015, 1, 1));
        Assert.Null(Catalogue.Shipped.For("US-VA", "psychologist", "client-record").Evaluate(facts).MayDestroyFrom);
        var adopted = Read($$"""{"format":"{{Catalogue.Format}}","version":"1","adopts":[{"rule":"VA-PSY","by":"Dr. Lin","reason":"18VAC125-20-150 read today"}]}""");
        Assert.Equal(new DateOnly(2020, 1, 2), adopted.For("US-VA", "psychologist", "client-record").Evaluate(facts).MayDestroyFrom);
    }

    [Fact]
    public void A_simulation_shows_who_of_the_standard_clients_moves()
    {
        var policy = Read($$"""
            {"format":"{{Catalogue.Format}}","version":"1","adopts":[{"rule":"VA-PSY","by":"Dr. Lin","reason":"read today"}],
             "rules":[{"id":"OWN-1","jurisdiction":"US-CA","binds":"us","professions":["psychologist"],"classes":["client-record"],
              "citation":"our policy","keep":"later(discharge+10y, age:18+10y)"}]}
            """);
        var moved = RecordsGuard.Cli.SimulateCommand.Standard(Catalogue.Shipped, policy, new(2026, 3, 2)).ToList();
        Assert.Equal(3, moved.Count(m => m is { Change: "later", RuleBefore: "CA-PSY-2919", RuleAfter: "OWN-1", DueNow: false }));
        var adult = moved.First(m => m.Case.StartsWith("US-VA psychologist, client-record: an adult,", StringComparison.Ordinal));
        Assert.Equal(("released", null, new DateOnly(2026, 3, 3)), (adult.Change, adult.Before, adult.After!.Value));
    }

    [Fact]
    public void A_practices_longer_rule_wins_over_the_law()
    {
        var facts = RetentionFacts.OfBorn(new(1980, 5, 5));
        facts.Set(Anchor.LastService, new(2015, 1, 1));
        var verdict = Own("discharge+12y").For("US-CA", "psychologist", "client-record");
        Assert.Equal("OWN-1", verdict.Rule(verdict.Evaluate(facts).Deciding).Id);
        Assert.Equal(new DateOnly(2027, 1, 2), verdict.Evaluate(facts).MayDestroyFrom);
    }

    private static Catalogue Own(string keep) => Read(File($"\"keep\":\"{keep}\""));

    private static IReadOnlyList<string> Lint(string keep, string more) =>
        Faults(File($"\"keep\":\"{keep}\"{(more.Length == 0 ? "" : ",")}{more}"));

    /// <summary>One rule of a practice in California, with these fields besides or instead.</summary>
    private static string File(string fields)
    {
        var rule = JsonNode.Parse("""
            {"id":"OWN-1","jurisdiction":"US-CA","binds":"us","professions":["psychologist"],"classes":["client-record"],"citation":"our policy"}
            """)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($$"""{ {{fields}} }""")!.AsObject())
        {
            rule[name] = value?.DeepClone();
        }

        return $$"""{"format":"{{Catalogue.Format}}","version":"1","rules":[{{rule.ToJsonString()}}]}""";
    }

    private static IReadOnlyList<string> Faults(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var read = Catalogue.Read(stream, Catalogue.Shipped, out var faults);
        Assert.Equal(read is null, faults.Count > 0);
        return faults;
    }

    private static Catalogue Read(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return Catalogue.Read(stream, Catalogue.Shipped, out _)!;
    }
}
