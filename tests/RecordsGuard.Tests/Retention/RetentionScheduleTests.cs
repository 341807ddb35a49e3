using System.Globalization;
using CsCheck;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention;

/// <summary>From facts to the first lawful day.</summary>
public sealed class RetentionScheduleTests
{
    private static readonly DateTimeOffset Created = new(2018, 3, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly ClientFacts Adult = new("p", "US-CA", "psychologist", new(2018, 3, 15), null);

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
    [InlineData("2016-03-02", "2026-03-01", true)]
    [InlineData("2016-03-01", "2026-03-01", false)]
    [InlineData("1990-02-28", "2026-03-01", false)]
    public void The_18th_birthday_is_kept_only_where_a_rule_can_need_it(string eighteenth, string last, bool kept) =>
        Assert.Equal(kept, Birthdays.EighteenthIfNeeded(Parse(eighteenth).AddYears(-18), Parse(last)) is not null);

    [Fact]
    public void An_unknown_last_service_means_keep() =>
        Assert.IsType<RetentionAnswer.Keep>(RetentionSchedule.Shipped.Evaluate(Adult with { LastService = null }, "client-record", Created));

    [Theory]
    [InlineData("US-WY", "LMFT", "client-record")]
    [InlineData("US-CA", "astrologer", "client-record")]
    [InlineData("US-CA", "psychologist", "billing")]
    [InlineData("us-ca", "psychologist", "client-record")]
    public void No_rule_means_keep(string jurisdiction, string profession, string recordClass) =>
        Assert.IsType<RetentionAnswer.Keep>(RetentionSchedule.Shipped.Evaluate(
            Adult with { Jurisdiction = jurisdiction, Profession = profession }, recordClass, Created));

    [Theory]
    [InlineData("2014-12-31", false)]
    [InlineData("2015-01-01", true)]
    public void A_rule_binds_services_that_ended_on_its_first_day_or_later(string last, bool binds) =>
        Assert.Equal(binds, RetentionSchedule.Shipped.Evaluate(
            Adult with { Profession = "LMFT", LastService = Parse(last) }, "client-record", Created) is RetentionAnswer.Until);

    [Fact]
    public void The_answer_shows_its_arithmetic_and_its_citation()
    {
        var minor = Until(Adult with { LastService = new(2020, 1, 31), Eighteenth = new(2025, 6, 10) });
        Assert.Equal(
            "18th birthday 2025-06-10 + 7 years = 2032-06-10, later than last service 2020-01-31 (for the discharge) + 7 years = 2027-01-31; lawful from the day after",
            minor.Arithmetic);
        Assert.NotEmpty(minor.Rule.Citation);
        Assert.NotNull(minor.Rule.Source);
    }

    [Fact]
    public void Rules_for_each_record_count_from_when_it_came_in()
    {
        var nevada = Adult with { Jurisdiction = "US-NV" };
        // 2018-03-15 at noon in London is 2018-03-16 at the date line: five years of keeping end on 2023-03-16.
        Assert.Equal(new DateOnly(2023, 3, 17), Until(nevada).MayDestroyFrom);
        Assert.Equal(new DateOnly(2023, 3, 17), Until(nevada with { LastService = new(2017, 1, 1) }).MayDestroyFrom);
        Assert.Equal("NV-ANY", Until(nevada).Rule.Id);
    }

    [Fact]
    public void Two_rules_that_contradict_each_other_keep_the_record_and_say_when_it_must_go()
    {
        var keep = Assert.IsType<RetentionAnswer.Keep>(RetentionSchedule.Shipped.Evaluate(
            Adult with { Jurisdiction = "US-CO", Profession = "LPC", LastService = new(2015, 1, 1), Eighteenth = new(2030, 1, 1) },
            "client-record", Created));
        Assert.Equal(new DateOnly(2027, 1, 1), keep.MustDestroyBy);
        Assert.Contains("2037-01-02", keep.Because, StringComparison.Ordinal);
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
        Assert.IsType<RetentionAnswer.Until>(RetentionSchedule.Shipped.Evaluate(facts, "client-record", Created));

    private static DateOnly Day0(int days) => new DateOnly(1990, 1, 1).AddDays(days);

    private static DateOnly Parse(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
