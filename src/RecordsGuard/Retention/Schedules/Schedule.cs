using System.Globalization;

namespace RecordsGuard.Retention.Schedules;

/// <param name="WhyNot">Why this rule does not count; null if it does.</param>
internal sealed record ScheduledRule(CompiledRule Compiled, RuleParameters Parameters, string? WhyNot)
{
    public RetentionRule Rule => Compiled.Rule;
}

/// <summary>What the rules come to for one record. Dates are first lawful days, not last days of periods.</summary>
/// <param name="MayDestroyFrom">The first day on which destruction is lawful; null: keep.</param>
/// <param name="MustDestroyBy">The last day on which it may be kept; null: no rule forbids keeping it.</param>
/// <param name="MayReduceFrom">From then a summary is enough; null if no rule lets go of the full record sooner.</param>
/// <param name="Missing">What has to be known before there is a date.</param>
/// <param name="Deciding">Index of the rule that decides, or -1.</param>
public readonly record struct Verdict(
    DateOnly? MayDestroyFrom, DateOnly? MustDestroyBy, DateOnly? MayReduceFrom, AnchorSet Missing, int Deciding)
{
    /// <summary>A rule forbids keeping the record on a day on which another one forbids destroying it: people decide.</summary>
    public bool IsConflict => MustDestroyBy < MayDestroyFrom;
}

/// <summary>One rule's part in a verdict.</summary>
/// <param name="Applies">It came to a day, or would with more facts.</param>
/// <param name="Because">The arithmetic, or why it says nothing, in words.</param>
public sealed record ConsideredRule(RetentionRule Rule, bool Applies, DateOnly? MayDestroyFrom, DateOnly? MustDestroyBy, string Because);

/// <summary>
/// The rules for one class of records, ready to be asked: the longest minimum of those that apply wins, the shortest
/// maximum binds, and what is not known means keep. Pure. <see cref="Evaluate(in RetentionFacts)"/> allocates nothing.
/// </summary>
public sealed class Schedule
{
    private readonly ScheduledRule[] rules;
    private readonly int[][] replacing;

    internal Schedule(IReadOnlyList<ScheduledRule> rules)
    {
        this.rules = [.. rules];
        replacing = [.. rules.Select(r => Enumerable.Range(0, rules.Count)
            .Where(i => rules[i].WhyNot is null && rules[i].Rule.Replaces?.Contains(r.Rule.Id) == true).ToArray())];
    }

    /// <summary>True if no rule that counts sets a term, whatever the facts.</summary>
    public bool IsSilent => !rules.Any(r => r is { WhyNot: null, Compiled.Keep: not null });

    public RetentionRule Rule(int index) => rules[index].Rule;

    public Verdict Evaluate(in RetentionFacts facts)
    {
        var (may, reduce, must) = (default(DateOnly?), default(DateOnly?), default(DateOnly?));
        var (missing, deciding, stages) = (default(AnchorSet), -1, false);
        for (var i = 0; i < rules.Length; i++)
        {
            var outcome = KeptThrough(i, facts);
            if (outcome.Kind == OutcomeKind.Unknown)
            {
                missing |= outcome.Missing;
            }
            else if (outcome.Kind == OutcomeKind.Day)
            {
                var from = Calendar.DayAfter(outcome.Day);
                if (may is null || from >= may)
                {
                    (may, deciding) = (from, i);
                }

                stages |= rules[i].Rule.Stage == RuleStage.Full;
                if (rules[i].Rule.Stage != RuleStage.Summary && (reduce is null || from > reduce))
                {
                    reduce = from;
                }

                if (AtMost(i, facts) is { } last && (must is null || last < must))
                {
                    must = last;
                }
            }
        }

        // A day that never comes is no day on which anything may be destroyed.
        var known = missing.IsEmpty && may < DateOnly.MaxValue;
        return new(known ? may : null, must, known && stages && reduce < may ? reduce : null, missing, known ? deciding : -1);
    }

    /// <summary>A record of several clients: the latest day over all of them, and keep if it is not known for one.</summary>
    /// <param name="members">Not empty.</param>
    /// <param name="decides">Which member's verdict gives the day.</param>
    public Verdict Evaluate(ReadOnlySpan<RetentionFacts> members, out int decides)
    {
        decides = 0;
        var joint = Evaluate(members[0]);
        for (var i = 1; i < members.Length; i++)
        {
            var one = Evaluate(members[i]);
            var later = joint.MayDestroyFrom is not null && (one.MayDestroyFrom is null || one.MayDestroyFrom > joint.MayDestroyFrom);
            decides = later ? i : decides;
            joint = new(
                later ? one.MayDestroyFrom : joint.MayDestroyFrom,
                Least(joint.MustDestroyBy, one.MustDestroyBy),
                joint.MayReduceFrom is null || one.MayReduceFrom is null ? null : Later(joint.MayReduceFrom, one.MayReduceFrom),
                joint.Missing | one.Missing, later ? one.Deciding : joint.Deciding);
        }

        return joint;
    }

    /// <summary>Each rule's part, those that do not count included.</summary>
    public IReadOnlyList<ConsideredRule> Consider(in RetentionFacts facts)
    {
        var considered = new List<ConsideredRule>(rules.Length);
        for (var i = 0; i < rules.Length; i++)
        {
            considered.Add(Consider(i, facts));
        }

        return considered;
    }

    /// <summary>How one rule's day came about.</summary>
    public string Arithmetic(int index, in RetentionFacts facts) =>
        $"{rules[index].Compiled.Keep?.Words(facts, rules[index].Parameters)}; lawful from the day after";

    private ConsideredRule Consider(int index, in RetentionFacts facts)
    {
        var rule = rules[index];
        var outcome = KeptThrough(index, facts);
        return outcome.Kind switch
        {
            OutcomeKind.Day => new(
                rule.Rule, true, Calendar.DayAfter(outcome.Day), AtMost(index, facts), Arithmetic(index, facts)),
            OutcomeKind.Unknown => new(
                rule.Rule, true, null, null, $"not known: {string.Join(", ", outcome.Missing.Members.Select(a => a.Plain()))}"),
            _ => new(rule.Rule, false, null, null, WhySilent(index, facts)),
        };
    }

    private string WhySilent(int index, RetentionFacts facts)
    {
        var rule = rules[index];
        return rule.WhyNot is { } why ? why
            : rule.Compiled.Keep is null ? rule.Rule.Refers is { } refers ? $"sets no term; refers to {string.Join(", ", refers)}" : "sets no term"
            : rule.Rule.EndedFrom is { } from && facts.Find(Anchor.Termination, out _) < from
                ? string.Create(CultureInfo.InvariantCulture, $"binds only services that ended on or after {from:yyyy-MM-dd}")
            : Array.Find(replacing[index], i => KeptThrough(i, facts).Kind == OutcomeKind.Day) is var by && replacing[index].Length > 0
                && KeptThrough(by, facts).Kind == OutcomeKind.Day ? $"replaced by {rules[by].Rule.Id}"
            : "says nothing about this client";
    }

    /// <summary>The last day on which this rule keeps the record; none if it does not count or is replaced.</summary>
    private Outcome KeptThrough(int index, in RetentionFacts facts)
    {
        var rule = rules[index];
        if (rule.WhyNot is not null || rule.Compiled.Keep is not { } keep)
        {
            return Outcome.None;
        }

        if (rule.Rule.EndedFrom is { } from)
        {
            if (facts.Find(Anchor.Termination, out _) is not { } ended)
            {
                return Outcome.Unknown(Anchor.Termination);
            }

            if (ended < from)
            {
                return Outcome.None;
            }
        }

        foreach (var other in replacing[index])
        {
            if (KeptThrough(other, facts).Kind == OutcomeKind.Day)
            {
                return Outcome.None;
            }
        }

        return keep.Evaluate(facts, rule.Parameters);
    }

    private DateOnly? AtMost(int index, in RetentionFacts facts) =>
        rules[index].Compiled.AtMost?.Evaluate(facts, rules[index].Parameters) is { Kind: OutcomeKind.Day } last && last.Day < DateOnly.MaxValue
            ? last.Day : null;

    private static DateOnly? Least(DateOnly? left, DateOnly? right) => left is null || right < left ? right : left;

    private static DateOnly? Later(DateOnly? left, DateOnly? right) => left > right ? left : right;
}
