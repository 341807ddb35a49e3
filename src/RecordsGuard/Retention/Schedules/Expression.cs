using System.Globalization;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// A rule's formula, parsed (docs/formats/retention-rules.md §2). Every expression comes to a day: the last one on which
/// the record is kept. Pure, and without allocation.
/// </summary>
public abstract record Expression
{
    private Expression()
    {
    }

    public abstract Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters);

    /// <summary>The arithmetic in words; null unless it comes to a day.</summary>
    public abstract string? Words(in RetentionFacts facts, RuleParameters parameters);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public sealed record At(Anchor Anchor) : Expression
    {
        public override Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters) =>
            facts.Find(Anchor, out _) is { } day ? Outcome.Of(day) : Outcome.Unknown(Anchor);

        public override string? Words(in RetentionFacts facts, RuleParameters parameters) =>
            facts.Find(Anchor, out var by) is not { } day ? null
            : by == Anchor ? $"{Anchor.Plain()} {Text(day)}"
            : $"{by.Plain()} {Text(day)} (for the {Anchor.Plain()})";

        public override string ToString() => Anchor.Word();
    }

    /// <param name="Years">Null: the age of majority.</param>
    public sealed record Birthday(int? Years) : Expression
    {
        public override Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters) =>
            facts.Birthday(Years ?? parameters.Majority);

        public override string? Words(in RetentionFacts facts, RuleParameters parameters)
        {
            var age = Years ?? parameters.Majority;
            var ending = (age % 10, age % 100) switch { (1, not 11) => "st", (2, not 12) => "nd", (3, not 13) => "rd", _ => "th" };
            return facts.Birthday(age) is { Kind: OutcomeKind.Day } is false ? null
                : $"{(Years is null ? "majority, the " : "")}{age}{ending} birthday {Text(facts.Birthday(age).Day)}";
        }

        public override string ToString() => Years is { } years ? $"age:{years}" : "majority";
    }

    public sealed record Plus(Expression From, Period Period) : Expression
    {
        public override Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters)
        {
            var from = From.Evaluate(facts, parameters);
            return from.Kind == OutcomeKind.Day ? Outcome.Of(Calendar.Add(from.Day, Period, parameters.Missing)) : from;
        }

        public override string? Words(in RetentionFacts facts, RuleParameters parameters)
        {
            if (From.Words(facts, parameters) is not { } from)
            {
                return null;
            }

            var sum = Evaluate(facts, parameters).Day;
            var start = From is Pick ? $"({from})" : from;
            return $"{start} + {Period.Words} = {(sum == DateOnly.MaxValue ? "beyond the calendar" : Text(sum))}";
        }

        public override string ToString() => From is When ? $"({From})+{Period}" : $"{From}+{Period}";
    }

    /// <summary><c>later</c> or <c>earlier</c>: of what says anything, and unknown if any of it is.</summary>
    public sealed record Pick(bool Later, IReadOnlyList<Expression> Of) : Expression
    {
        private readonly Expression[] of = [.. Of];

        public override Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters)
        {
            var found = Outcome.None;
            foreach (var part in of)
            {
                var outcome = part.Evaluate(facts, parameters);
                if (outcome.Kind == OutcomeKind.Unknown || found.Kind == OutcomeKind.Unknown)
                {
                    found = Outcome.Unknown(found.Missing | outcome.Missing);
                }
                else if (outcome.Kind == OutcomeKind.Day
                    && (found.Kind == OutcomeKind.None || (Later ? outcome.Day > found.Day : outcome.Day < found.Day)))
                {
                    found = outcome;
                }
            }

            return found;
        }

        public override string? Words(in RetentionFacts facts, RuleParameters parameters)
        {
            var found = Evaluate(facts, parameters);
            if (found.Kind != OutcomeKind.Day)
            {
                return null;
            }

            var (chosen, others, days) = ("", new List<string>(), new HashSet<DateOnly>());
            foreach (var part in of)
            {
                // What comes to a day that was named already says nothing more.
                if (part.Words(facts, parameters) is not { } words || part.Evaluate(facts, parameters).Day is var day && !days.Add(day))
                {
                    continue;
                }

                if (day == found.Day)
                {
                    chosen = words;
                }
                else
                {
                    others.Add(words);
                }
            }

            return others.Count == 0 ? chosen : $"{chosen}, {(Later ? "later" : "earlier")} than {string.Join(" and ", others)}";
        }

        public bool Equals(Pick? other) => other is not null && Later == other.Later && of.AsSpan().SequenceEqual(other.of);

        public override int GetHashCode() => HashCode.Combine(Later, of.Length, of[0]);

        public override string ToString() => $"{(Later ? "later" : "earlier")}({string.Join(", ", Of)})";
    }

    /// <summary>The day itself is the first on which the record may go: kept through the day before.</summary>
    public sealed record NotBefore(Expression First) : Expression
    {
        public override Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters)
        {
            var first = First.Evaluate(facts, parameters);
            return first.Kind == OutcomeKind.Day && first.Day < DateOnly.MaxValue ? Outcome.Of(Calendar.AddDays(first.Day, -1)) : first;
        }

        public override string? Words(in RetentionFacts facts, RuleParameters parameters) =>
            First.Words(facts, parameters) is { } words ? $"not before the {words}" : null;

        public override string ToString() => $"not_before({First})";
    }

    /// <summary>A clause about some clients only; without <paramref name="Else"/> it says nothing about the others.</summary>
    public sealed record When(Condition Condition, Expression Then, Expression? Else) : Expression
    {
        public override Outcome Evaluate(in RetentionFacts facts, RuleParameters parameters)
        {
            var holds = Condition.Holds(facts, parameters, out var missing);
            return holds is null ? Outcome.Unknown(missing)
                : holds.Value ? Then.Evaluate(facts, parameters)
                : Else?.Evaluate(facts, parameters) ?? Outcome.None;
        }

        public override string? Words(in RetentionFacts facts, RuleParameters parameters) =>
            Condition.Holds(facts, parameters, out _) switch
            {
                true when Then.Words(facts, parameters) is { } words => $"{Condition.Words(parameters)}: {words}",
                false => Else?.Words(facts, parameters),
                _ => null,
            };

        public override string ToString() => Else is null ? $"{Condition}: {Then}" : $"{Condition}: {Then} else {Else}";
    }
}
