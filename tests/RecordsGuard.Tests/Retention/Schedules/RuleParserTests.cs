using CsCheck;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention.Schedules;

/// <summary>The rule language: what it takes, what it refuses, and where it says the fault is.</summary>
public sealed class RuleParserTests
{
    [Theory]
    [InlineData("last_service+7y", "last_service+7y")]
    [InlineData(" later( discharge + 7y ,age:18+7y ) ", "later(discharge+7y, age:18+7y)")]
    [InlineData("earlier(last_contact+20y, if_died: death+8y)", "earlier(last_contact+20y, if_died: death+8y)")]
    [InlineData("later(termination, last_service, age:18)+7y", "later(termination, last_service, age:18)+7y")]
    [InlineData("(last_service)+18m+2w+30d", "last_service+18m+2w+30d")]
    [InlineData("if_minor_at_termination: age:18+6y else termination+6y", "if_minor_at_termination: age:18+6y else termination+6y")]
    [InlineData("if_under_19_at_discharge: majority", "if_under_19_at_discharge: majority")]
    [InlineData("if_died_within_10y_of_last_contact: death+10y", "if_died_within_10y_of_last_contact: death+10y")]
    [InlineData("(if_died: death else last_service)+7y", "(if_died: death else last_service)+7y")]
    [InlineData("later(receipt+5y, not_before(age:23))", "later(receipt+5y, not_before(age:23))")]
    public void A_rule_is_read_and_written_again(string text, string written)
    {
        Assert.True(RuleParser.TryParse(text, out var expression, out _));
        Assert.Equal(written, expression.ToString());
        Assert.True(RuleParser.TryParse(written, out var again, out _));
        Assert.Equal(expression, again);
    }

    [Theory]
    [InlineData("", 1, "A day is missing")]
    [InlineData("7y", 1, "A period cannot stand alone")]
    [InlineData("later(last_service+7y, 3y)", 24, "A period cannot stand alone")]
    [InlineData("last_sevice+7y", 1, "'last_sevice' is no anchor")]
    [InlineData("later(last_service+7y age:18)", 23, "')' is missing before 'a'")]
    [InlineData("later(last_service+7y", 22, "')' is missing at the end")]
    [InlineData("later(last_service)", 1, "compares at least two days")]
    [InlineData("last_service+discharge", 14, "After '+' comes a period")]
    [InlineData("last_service+7", 14, "After '+' comes a period")]
    [InlineData("last_service+1001y", 14, "at most 1000")]
    [InlineData("last_service+99999999999y", 14, "After '+' comes a period")]
    [InlineData("last_service+7y discharge", 17, "too much here")]
    [InlineData("age:+7y", 5, "A number of years of age is missing")]
    [InlineData("age:131", 5, "at most 130")]
    [InlineData("age 18", 5, "':' is missing")]
    [InlineData("if_young_at_discharge: death", 1, "'young' says nothing about a client")]
    [InlineData("if_minor_at_birthday: death", 1, "'birthday' is no anchor")]
    [InlineData("if_rich: death", 1, "'if_rich' is no condition")]
    [InlineData("if_died_within_x_of_discharge: death", 1, "'x' is no period")]
    [InlineData("if_died: death else", 20, "A day is missing")]
    [InlineData("born+18y", 1, "'born' is no anchor")]
    [InlineData("last_service & 7y", 14, "too much here")]
    [InlineData("%", 1, "'%' is no part of a rule")]
    public void A_fault_is_named_with_its_place(string text, int position, string message)
    {
        Assert.False(RuleParser.TryParse(text, out var expression, out var fault));
        Assert.Null(expression);
        Assert.Equal(position, fault.Position);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_nested_without_end_is_refused_and_not_a_crash()
    {
        Assert.False(RuleParser.TryParse(new string('(', 100_000), out _, out var fault));
        Assert.Contains("deep", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_is_read_or_refused_and_what_is_read_is_read_again() => Gen.OneOf(
        Gen.String, Gen.OneOf<string>([
            "later(", "earlier(", ")", ",", "+7y", "age:18", "majority", "last_service", "death", "if_died:", "if_minor_at_discharge:", "else",
            " ", "not_before(", "(", "9999", "d"]).Array[0, 12].Select(parts => string.Concat(parts)))
        .Sample(text =>
        {
            if (RuleParser.TryParse(text, out var expression, out var fault))
            {
                Assert.True(RuleParser.TryParse(expression.ToString()!, out var again, out _), expression.ToString());
                Assert.Equal(expression, again);
            }
            else
            {
                Assert.InRange(fault.Position, 1, text.Length + 1);
            }
        });
}
