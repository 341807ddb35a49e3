using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Retention;

/// <summary>From facts to the first lawful day.</summary>
public sealed partial class RetentionScheduleTests
{
    private static readonly ClientFacts Adult = new("p", "US-CA", "psychologist", new(2018, 3, 15), null);

    [Fact]
    public void The_worked_examples_of_our_rules_come_out_as_written()
    {
        var rows = File.ReadAllLines(Path.Combine(Vectors.Folder("retention"), "examples.csv")).Skip(1)
            .Select(l => ExampleRow().Match(l)).Where(m => m.Success && RetentionSchedule.Rules.Any(r => r.Id == m.Groups[1].Value)).ToList();
        Assert.Equal(4, rows.Count);
        Assert.All(rows, row =>
        {
            var rule = RetentionSchedule.Rules.Single(r => r.Id == row.Groups[1].Value);
            var days = Day().Matches(row.Groups[2].Value).Select(m => Parse(m.Value)).ToList();
            var born = row.Groups[2].Value.StartsWith("born", StringComparison.Ordinal) ? days[0] : new DateOnly(1970, 1, 1);
            var facts = new ClientFacts(
                "p", rule.Jurisdiction, rule.Professions[0], days[^1], Birthdays.EighteenthIfNeeded(born, days[^1]));
            var answer = Assert.IsType<RetentionAnswer.Until>(RetentionSchedule.Evaluate(facts, "client-record"));
            Assert.Equal((rule.Id, Parse(row.Groups[3].Value)), (answer.Rule.Id, answer.MayDestroyFrom));
        });
    }

    [Theory]
    [InlineData("2016-02-29", "2023-03-02")] // seven years later there is no 29 February: the period ends on 1 March
    [InlineData("2017-02-28", "2024-02-29")] // the day after 28 February 2024 is there
    [InlineData("2021-02-28", "2028-02-29")]
    public void A_29_February_rolls_forward(string last, string from) =>
        Assert.Equal(Parse(from), Until(Adult with { LastService = Parse(last) }).MayDestroyFrom);

    [Fact]
    public void Who_was_born_on_a_29_February_is_18_on_1_March() =>
        Assert.Equal(new DateOnly(2026, 3, 1), Birthdays.EighteenthIfNeeded(new(2008, 2, 29), null));

    [Theory]
    [InlineData("2026-03-02", "2026-03-01", true)]
    [InlineData("2026-03-01", "2026-03-01", false)]
    [InlineData("2026-02-28", "2026-03-01", false)]
    public void The_18th_birthday_is_kept_only_where_it_lies_after_the_last_service(string eighteenth, string last, bool kept) =>
        Assert.Equal(kept, Birthdays.EighteenthIfNeeded(Parse(eighteenth).AddYears(-18), Parse(last)) is not null);

    [Fact]
    public void An_unknown_last_service_means_keep() =>
        Assert.IsType<RetentionAnswer.Keep>(RetentionSchedule.Evaluate(Adult with { LastService = null }, "client-record"));

    [Theory]
    [InlineData("US-NV", "psychologist", "client-record")]
    [InlineData("US-CA", "astrologer", "client-record")]
    [InlineData("US-CA", "psychologist", "billing")]
    [InlineData("us-ca", "psychologist", "client-record")]
    public void No_rule_means_keep(string jurisdiction, string profession, string recordClass) =>
        Assert.IsType<RetentionAnswer.Keep>(RetentionSchedule.Evaluate(
            Adult with { Jurisdiction = jurisdiction, Profession = profession }, recordClass));

    [Theory]
    [InlineData("2014-12-31", false)]
    [InlineData("2015-01-01", true)]
    public void A_rule_binds_services_that_ended_on_its_first_day_or_later(string last, bool binds) =>
        Assert.Equal(binds, RetentionSchedule.Evaluate(
            Adult with { Profession = "LMFT", LastService = Parse(last) }, "client-record") is RetentionAnswer.Until);

    [Fact]
    public void The_answer_shows_its_arithmetic_and_its_citation()
    {
        var minor = Until(Adult with { LastService = new(2020, 1, 31), Eighteenth = new(2025, 6, 10) });
        Assert.Equal(
            "18th birthday 2025-06-10 + 7 years = 2032-06-10, later than last service 2020-01-31 + 7 years = 2027-01-31; lawful from the day after",
            minor.Arithmetic);
        Assert.NotEmpty(minor.Rule.Citation);
        Assert.NotEmpty(minor.Rule.Source);
    }

    [Fact]
    public void A_later_service_or_birthday_never_brings_destruction_forward() => Gen.Select(
        Gen.Int[0, 20_000], Gen.Int[0, 3_000], Gen.Int[0, 20_000], Gen.Int[0, 3_000]).Sample((last, later, birthday, younger) =>
        {
            var facts = Adult with { LastService = Day0(last), Eighteenth = Day0(birthday) };
            var from = Until(facts).MayDestroyFrom;
            Assert.True(from > facts.LastService.Value.AddYears(7));
            Assert.True(Until(facts with { LastService = Day0(last + later) }).MayDestroyFrom >= from);
            Assert.True(Until(facts with { Eighteenth = Day0(birthday + younger) }).MayDestroyFrom >= from);
            Assert.True(Until(facts with { Eighteenth = null }).MayDestroyFrom <= from);
        });

    private static RetentionAnswer.Until Until(ClientFacts facts) =>
        Assert.IsType<RetentionAnswer.Until>(RetentionSchedule.Evaluate(facts, "client-record"));

    private static DateOnly Day0(int days) => new DateOnly(1990, 1, 1).AddDays(days);

    private static DateOnly Parse(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex("""^([A-Z]{2}-[\w.-]+),"(.+)",(\d{4}-\d\d-\d\d)$""")]
    private static partial Regex ExampleRow();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d")]
    private static partial Regex Day();
}
