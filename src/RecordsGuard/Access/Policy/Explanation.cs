namespace RecordsGuard.Access.Policy;

/// <summary>A decision in words, for people who did not write the policy.</summary>
/// <param name="Decision"><c>allow</c>, <c>allow-and-alert</c> or <c>refuse</c>.</param>
/// <param name="Rule">The deciding rule's id.</param>
/// <param name="Missing">Of a refusal: what would have to be otherwise.</param>
/// <param name="Instead">Of a refusal: what the person can lawfully do.</param>
/// <param name="Needs">What has to be done besides: a grant, a second person.</param>
public sealed record Explanation(
    string Decision, string Rule, string Because, string? Missing, string? Instead, IReadOnlyList<string> Needs)
{
    /// <summary>
    /// To somebody without a relationship, the purposes of an emergency say that the glass is broken: the answer is the
    /// one with the grant, and says that it takes one, if the role may have one at all.
    /// </summary>
    public static Explanation Of(AccessPolicy policy, AccessQuestion question)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(question);
        var decision = policy.Decide(question);
        if (decision is Decision.Refuse { Because: RefusalReason.NoRelationship }
            && question is { Relationships: [], Purpose: Purposes.BreakGlass or Purposes.EmergencyTreatment }
            && policy.Decide(question with { Operation = Operation.BreakGlass, Class = null }) is not Access.Decision.Refuse)
        {
            var granted = question with { Relationships = [Relationship.BreakGlass] };
            return Of(
                policy, granted, policy.Decide(granted),
                [$"a break-glass grant for this client, which lasts {Minutes(policy.Terms.BreakGlass)} and which somebody else reviews within {Hours(policy.Terms.BreakGlassReview)}"]);
        }

        return Of(policy, question, decision, []);
    }

    private static Explanation Of(AccessPolicy policy, AccessQuestion question, Decision decision, IReadOnlyList<string> needs) => decision switch
    {
        Access.Decision.Allow { Rule: var rule } => new("allow", rule.Id, rule.Because, null, null, needs.Count > 0 ? needs : [.. Second(policy, rule)]),
        Access.Decision.AllowAndAlert { Rule: var rule } =>
            new("allow-and-alert", rule.Id, rule.Because, null, null, needs.Count > 0 ? needs : [.. Second(policy, rule)]),
        Access.Decision.Refuse refuse => new(
            "refuse", refuse.Rule,
            policy.Rules.FirstOrDefault(r => r.Id == refuse.Rule)?.Because
                ?? $"Nothing in the policy allows it. {Say(refuse.Because, question)}",
            refuse.Missing, refuse.Instead, []),
        _ => throw new InvalidOperationException($"No words for {decision.GetType().Name}."),
    };

    private static IEnumerable<string> Second(AccessPolicy policy, AccessRule rule)
    {
        switch (rule.SecondPerson)
        {
            case SecondPerson.Before:
                yield return "a second person, who agrees before it happens (two people, whatever roles each of them holds)";
                break;
            case SecondPerson.After:
                yield return $"a second person, who reviews it within {Hours(policy.Terms.BreakGlassReview)} (two people, whatever roles each of them holds)";
                break;
            default:
                break;
        }
    }

    private static string Say(RefusalReason because, AccessQuestion q)
    {
        var role = string.Join(" or ", q.Roles);
        var what = q.Operation.Word();
        var relationships = q.Relationships.Count == 0 ? "no relationship" : $"the relationship {string.Join(" and ", q.Relationships.Select(r => r.Word()))}";
        return because switch
        {
            RefusalReason.Role => $"No rule gives the role {role} the operation {what}.",
            RefusalReason.NoRelationship => $"A {role} with {relationships} to the client is outside for {what}.",
            RefusalReason.RecordClass => $"For a {role}, {relationships} does not open {q.Class}.",
            RefusalReason.Purpose => $"For a {role}, {relationships} covers {what} for other purposes than {q.Purpose ?? "none stated"}.",
            RefusalReason.NotOfThisPractice => "The account is of another practice.",
            RefusalReason.Suspended => "The account is suspended.",
            _ => "A rule forbids it.",
        };
    }

    private static string Minutes(TimeSpan span) => $"{span.TotalMinutes:0} minutes";

    private static string Hours(TimeSpan span) => $"{span.TotalHours:0} hours";
}
