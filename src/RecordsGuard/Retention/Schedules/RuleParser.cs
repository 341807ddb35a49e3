using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RecordsGuard.Retention.Schedules;

/// <param name="Position">Where in the text, counted from 1.</param>
/// <param name="Message">What is wrong there, and what would be right.</param>
public sealed record RuleFault(int Position, string Message)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"at character {Position}: {Message}");
}

/// <summary>
/// Reads a rule's formula, by recursive descent (docs/formats/retention-rules.md §2). It never throws, stops at the first
/// fault, and what <see cref="Expression"/> writes it reads back.
/// </summary>
public sealed class RuleParser
{
    private const int MaxDepth = 32;
    private const int MaxAge = 130;

    private readonly string text;
    private int at;
    private int depth;
    private RuleFault? fault;

    private RuleParser(string text) => this.text = text;

    public static bool TryParse(
        string text, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out RuleFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new RuleParser(text);
        expression = parser.Sum();
        if (expression is not null && parser.Peek() is { } rest)
        {
            parser.Fail($"'{rest}' is too much here; the rule has ended.");
            expression = null;
        }

        fault = parser.fault;
        return (expression is null) == (fault is null)
            ? throw new InvalidOperationException("A rule without a meaning and without a fault.")
            : expression is not null;
    }

    /// <summary><c>sum = term { "+" period }</c></summary>
    private Expression? Sum()
    {
        if (++depth > MaxDepth)
        {
            return Fail($"Nested more than {MaxDepth} deep.");
        }

        var sum = Term();
        while (sum is not null && Take('+'))
        {
            sum = ReadPeriod() is { } period ? new Expression.Plus(sum, period) : null;
        }

        depth--;
        return sum;
    }

    private Expression? Term()
    {
        if (Take('('))
        {
            return Sum() is { } inner && Expect(')') ? inner : null;
        }

        SkipSpace();
        var start = at;
        if (start == text.Length)
        {
            return Fail("A day is missing: an anchor such as last_service, age:18, majority, later(…) or earlier(…).");
        }

        if (char.IsAsciiDigit(text[start]))
        {
            return Fail("A period cannot stand alone: say from when, such as last_service+7y.");
        }

        var word = Word();
        return word switch
        {
            "" => Fail($"'{text[start]}' is no part of a rule."),
            "later" or "earlier" => List(word == "later", start),
            "not_before" => Expect('(') && Sum() is { } first && Expect(')') ? new Expression.NotBefore(first) : null,
            "age" => Expect(':') && Number(MaxAge, "years of age") is { } age ? new Expression.Birthday(age) : null,
            "majority" => new Expression.Birthday(null),
            _ when word.StartsWith("if_", StringComparison.Ordinal) => Clause(word, start),
            _ when Anchors.TryParse(word, out var anchor) && anchor != Anchor.Born => new Expression.At(anchor),
            _ => Fail($"'{word}' is no anchor. Anchors are {string.Join(", ", Enum.GetValues<Anchor>().Where(a => a != Anchor.Born).Select(a => a.Word()))}.", start),
        };
    }

    private Expression? List(bool later, int start)
    {
        if (!Expect('('))
        {
            return null;
        }

        var of = new List<Expression>();
        do
        {
            if (Sum() is not { } part)
            {
                return null;
            }

            of.Add(part);
        }
        while (Take(','));
        return !Expect(')') ? null
            : of.Count < 2 ? Fail($"{(later ? "later" : "earlier")} compares at least two days.", start)
            : new Expression.Pick(later, of);
    }

    /// <summary><c>"if_" condition ":" sum [ "else" sum ]</c></summary>
    private Expression? Clause(string word, int start)
    {
        if (ReadCondition(word, start) is not { } condition || !Expect(':') || Sum() is not { } then)
        {
            return null;
        }

        SkipSpace();
        var before = at;
        if (Word() != "else")
        {
            at = before;
            return new Expression.When(condition, then, null);
        }

        return Sum() is { } otherwise ? new Expression.When(condition, then, otherwise) : null;
    }

    private Condition? ReadCondition(string word, int start)
    {
        if (word == "if_died")
        {
            return new Condition.Died(null, null);
        }

        if (word.StartsWith("if_died_within_", StringComparison.Ordinal) && Split(word["if_died_within_".Length..], "_of_") is var (within, after))
        {
            return PeriodOf(within) is not { } period ? FailCondition($"'{within}' is no period such as 10y.", start)
                : AnchorOf(after) is { } event1 ? new Condition.Died(period, event1) : FailCondition($"'{after}' is no anchor.", start);
        }

        if (Split(word["if_".Length..], "_at_") is not var (who, when))
        {
            return FailCondition(
                $"'{word}' is no condition. Conditions are if_minor_at_X, if_adult_at_X, if_under_N_at_X, if_aged_N_at_X, if_died, if_died_within_Ny_of_X.", start);
        }

        if (AnchorOf(when) is not { } anchor)
        {
            return FailCondition($"'{when}' is no anchor.", start);
        }

        return who switch
        {
            "minor" => new Condition.Under(null, anchor, Older: false),
            "adult" => new Condition.Under(null, anchor, Older: true),
            _ when AgeAfter(who, "under_") is { } age => new Condition.Under(age, anchor, Older: false),
            _ when AgeAfter(who, "aged_") is { } age => new Condition.Aged(age, anchor),
            _ => FailCondition($"'{who}' says nothing about a client: minor, adult, under_N, aged_N.", start),
        };
    }

    private static (string, string)? Split(string word, string by) =>
        word.IndexOf(by, StringComparison.Ordinal) is var cut and > 0 ? (word[..cut], word[(cut + by.Length)..]) : null;

    private static Anchor? AnchorOf(string word) => Anchors.TryParse(word, out var anchor) && anchor != Anchor.Born ? anchor : null;

    private static int? AgeAfter(string who, string prefix) =>
        who.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(who[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var age) && age <= MaxAge ? age : null;

    private static Period? PeriodOf(string word) =>
        word.Length >= 2 && word[^1] is 'y' or 'm' or 'w' or 'd'
        && int.TryParse(word[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Period.MaxNumber
            ? new(number, word[^1]) : null;

    private Period? ReadPeriod()
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
        {
            at++;
        }

        if (PeriodOf(text[start..at]) is { } period)
        {
            return period;
        }

        Fail($"After '+' comes a period such as 7y, 6m, 2w or 30d, at most {Period.MaxNumber}.", start);
        return null;
    }

    private int? Number(int max, string of)
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max)
        {
            return number;
        }

        Fail($"A number of {of} is missing here, at most {max}.", start);
        return null;
    }

    private string Word()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return text[start..at];
    }

    private char? Peek()
    {
        SkipSpace();
        return at < text.Length ? text[at] : null;
    }

    private bool Take(char c)
    {
        var found = Peek() == c;
        at += found ? 1 : 0;
        return found;
    }

    private bool Expect(char c)
    {
        var found = Take(c);
        if (!found)
        {
            Fail(at == text.Length ? $"'{c}' is missing at the end." : $"'{c}' is missing before '{text[at]}'.");
        }

        return found;
    }

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private Expression? Fail(string message, int? position = null)
    {
        fault ??= new((position ?? at) + 1, message);
        return null;
    }

    private Condition? FailCondition(string message, int position)
    {
        Fail(message, position);
        return null;
    }
}
