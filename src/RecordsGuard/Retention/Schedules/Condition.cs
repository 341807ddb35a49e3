namespace RecordsGuard.Retention.Schedules;

/// <summary>What a clause may ask about a client. True, false, or not known.</summary>
public abstract record Condition
{
    private Condition()
    {
    }

    /// <param name="missing">What must be known first, if the answer is null.</param>
    public abstract bool? Holds(in RetentionFacts facts, RuleParameters parameters, out AnchorSet missing);

    public abstract string Words(RuleParameters parameters);

    /// <summary>Younger than an age on the day of an anchor, or, with <paramref name="Older"/>, not younger.</summary>
    /// <param name="Age">Null: the age of majority.</param>
    public sealed record Under(int? Age, Anchor Anchor, bool Older) : Condition
    {
        public override bool? Holds(in RetentionFacts facts, RuleParameters parameters, out AnchorSet missing) =>
            IsUnder(facts, Age ?? parameters.Majority, Anchor, out missing) is { } under ? under != Older : null;

        public override string Words(RuleParameters parameters) =>
            $"{(Older ? "an adult" : Age is { } age ? $"under {age}" : "a minor")} at the {Anchor.Plain()}";

        public override string ToString() =>
            $"if_{(Older ? "adult" : Age is { } age ? $"under_{age}" : "minor")}_at_{Anchor.Word()}";
    }

    /// <summary>Exactly that old: the birthday has come and the next one has not.</summary>
    public sealed record Aged(int Age, Anchor Anchor) : Condition
    {
        public override bool? Holds(in RetentionFacts facts, RuleParameters parameters, out AnchorSet missing) =>
            IsUnder(facts, Age + 1, Anchor, out missing) is { } under ? under && !IsUnder(facts, Age, Anchor, out _)!.Value : null;

        public override string Words(RuleParameters parameters) => $"aged {Age} at the {Anchor.Plain()}";

        public override string ToString() => $"if_aged_{Age}_at_{Anchor.Word()}";
    }

    /// <summary>Died; with <paramref name="Within"/>, no later than that after an anchor. Not known to be dead is alive.</summary>
    public sealed record Died(Period? Within, Anchor? After) : Condition
    {
        public override bool? Holds(in RetentionFacts facts, RuleParameters parameters, out AnchorSet missing)
        {
            missing = default;
            if (facts.Exactly(Anchor.Death) is not { } died)
            {
                return false;
            }

            if (Within is not { } within)
            {
                return true;
            }

            if (facts.Find(After!.Value, out _) is not { } after)
            {
                missing = AnchorSet.Of(After.Value);
                return null;
            }

            return died < Calendar.Add(after, within, MissingDay.Forward);
        }

        public override string Words(RuleParameters parameters) =>
            Within is { } within ? $"died within {within.Words} of the {After!.Value.Plain()}" : "died";

        public override string ToString() => Within is { } within ? $"if_died_within_{within}_of_{After!.Value.Word()}" : "if_died";
    }

    private static bool? IsUnder(in RetentionFacts facts, int age, Anchor anchor, out AnchorSet missing)
    {
        missing = default;
        var birthday = facts.Birthday(age);
        if (birthday.Kind == OutcomeKind.None)
        {
            return false;
        }

        var day = facts.Find(anchor, out _);
        missing = birthday.Missing | (day is null ? AnchorSet.Of(anchor) : default);
        return missing.IsEmpty ? day < birthday.Day : null;
    }
}
