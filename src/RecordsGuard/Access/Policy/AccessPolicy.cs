namespace RecordsGuard.Access.Policy;

/// <summary>
/// Role × operation × record class × relationship × purpose, as a practice wrote it. <see cref="Decide"/> is pure and
/// total, and what no rule allows is refused. Each role is asked by itself, as the capacity in which a person acts: who
/// holds several may do what one of them allows, and a refusing rule binds its own role.
/// </summary>
public sealed class AccessPolicy
{
    /// <summary>What stands in the place of a rule's id where no rule allows it.</summary>
    public const string DefaultDeny = "default-deny";

    private readonly ILookup<(Operation Operation, string Role), AccessRule> byRole;

    internal AccessPolicy(string version, string title, PolicyTerms terms, IReadOnlyList<AccessRule> rules)
    {
        (Version, Title, Terms, Rules) = (version, title, terms, rules);
        byRole = rules
            .SelectMany(rule => rule.Operations.SelectMany(o => rule.Roles.Select(role => ((o, role), rule))))
            .ToLookup(p => p.Item1, p => p.rule);
    }

    /// <summary>The one that is shipped: a small practice's.</summary>
    public static AccessPolicy Default { get; } = PolicyFile.Shipped();

    /// <summary>Such as <c>2026-03-01</c>: the practice's own, so that people know which one they speak of.</summary>
    public string Version { get; }

    public string Title { get; }

    public PolicyTerms Terms { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<AccessRule> Rules { get; }

    public Decision Decide(AccessQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!question.OfThisPractice)
        {
            return Refuse(
                RefusalReason.NotOfThisPractice, "an account of the practice",
                "Sign in with an account of the practice whose records these are.");
        }

        if (question.Suspended)
        {
            return Refuse(
                RefusalReason.Suspended, "an account that is not suspended",
                "Ask the practice's security staff why the account is suspended.");
        }

        return question.Roles.Select(role => DecideFor(role, question)).MaxBy(Rank) ?? NoRole(question);
    }

    private Decision DecideFor(string role, AccessQuestion q)
    {
        var rules = byRole[(q.Operation, role)].ToList();
        var allowing = rules.FindAll(r => r.Effect != Effect.Refuse);
        if (allowing.Count == 0)
        {
            return NoRole(q, rules);
        }

        var related = allowing.FindAll(r => r.FitsRelationship(q));
        if (related.Count == 0)
        {
            var needed = allowing.SelectMany(r => r.Relationships ?? []).Distinct().ToList();
            return Refuse(
                RefusalReason.NoRelationship, $"a relationship to the client: {List(needed.Select(r => r.Word()))}", Instead(needed), q, rules);
        }

        var classed = related.FindAll(r => r.FitsClass(q));
        if (classed.Count == 0)
        {
            return Refuse(
                RefusalReason.RecordClass,
                $"a record of another class: {List(related.SelectMany(r => r.Classes ?? []).Distinct())}",
                "Ask the clinician who treats the client, or have the client sign a release.", q, rules);
        }

        var fitting = classed.FindAll(r => r.FitsPurpose(q));
        if (fitting.Count == 0)
        {
            var purposes = List(classed.SelectMany(r => r.Purposes ?? []).Distinct());
            return Refuse(
                RefusalReason.Purpose, $"a purpose of use that it covers: {purposes}",
                $"Your relationship covers {purposes}; another purpose needs a disclosure or a signed release.", q, rules);
        }

        if (rules.Exists(r => r.Effect == Effect.Refuse && r.Fits(q)))
        {
            return Refuse(RefusalReason.Forbidden, "", "", q, rules);
        }

        if (fitting.Where(r => r.FitsPerson(q)).MaxBy(r => r.Strength) is not { } rule)
        {
            return new Decision.Refuse(
                RefusalReason.SecondPerson, fitting[0].Id, "a second person: this is your own doing",
                "Ask somebody else whose role covers it. Four eyes are two people, whatever roles each of them holds.");
        }

        return rule.Effect == Effect.Allow ? new Decision.Allow(rule) : new Decision.AllowAndAlert(rule);
    }

    private Decision.Refuse NoRole(AccessQuestion q, IReadOnlyList<AccessRule>? rules = null)
    {
        var roles = List(Rules.Where(r => r.Effect != Effect.Refuse && r.Operations.Contains(q.Operation)).SelectMany(r => r.Roles).Distinct());
        return roles.Length == 0
            ? Refuse(RefusalReason.Role, "a rule that allows it to anybody", "This practice's policy allows it to nobody.", q, rules)
            : Refuse(RefusalReason.Role, $"a role that covers it: {roles}", $"Ask somebody whose role covers it: {roles}.", q, rules);
    }

    private static Decision.Refuse Refuse(RefusalReason because, string missing, string instead) => new(because, DefaultDeny, missing, instead);

    /// <summary>
    /// In the words of the refusing rule that fits, if there is one. A stranger to the client hears only of rules that
    /// speak of every class: the answer must not tell which classes there are.
    /// </summary>
    private static Decision.Refuse Refuse(
        RefusalReason because, string missing, string instead, AccessQuestion q, IReadOnlyList<AccessRule>? rules) =>
        rules?.FirstOrDefault(r =>
            r.Effect == Effect.Refuse && r.Fits(q) && (because > RefusalReason.NoRelationship || r.Classes is null)) is { } rule
            ? new(because, rule.Id, missing.Length > 0 ? missing : "nothing: a rule forbids it", rule.Instead ?? instead)
            : Refuse(because, missing, instead);

    private static string Instead(IReadOnlyList<Relationship> needed) => needed switch
    {
        [Relationship.OwnUpload] => "You can read back only what you uploaded yourself, for some minutes; ask the assigned clinician.",
        _ when needed.Contains(Relationship.CustodianTask) =>
            "Have another custodian give you a task for this client, or ask the assigned clinician.",
        _ => "Ask a records custodian to assign you to this client, or ask the assigned clinician."
            + (needed.Contains(Relationship.BreakGlass) ? " In an emergency, break the glass for this one client." : ""),
    };

    private static int Rank(Decision decision) => decision switch
    {
        Decision.Allow { Rule: var rule } => 100 + rule.Strength,
        Decision.AllowAndAlert { Rule: var rule } => 100 + rule.Strength,
        Decision.Refuse refuse => (int)refuse.Because,
        _ => throw new InvalidOperationException($"No rank for {decision.GetType().Name}."),
    };

    private static string List(IEnumerable<string> words) => string.Join(" or ", words);
}
