namespace RecordsGuard.Access.Policy;

/// <summary>The whole space of a policy as lines that people can read: equal answers are one line.</summary>
public static class PolicyTable
{
    private const string Nothing = "none";

    private static readonly IReadOnlyList<(string Word, IReadOnlyList<Relationship> Set)> Relationships =
        [(Nothing, []), .. Enum.GetValues<Relationship>().Select(r => (r.Word(), (IReadOnlyList<Relationship>)[r]))];

    /// <summary>What is allowed, and what a rule refuses by name. Whatever has no line is refused because nothing allows it.</summary>
    public static IEnumerable<string> Of(AccessPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Lines(q => Verdict(policy.Decide(q)));
    }

    /// <summary>Who gains and who loses what, from one policy to another: <c>line, old -> new</c>.</summary>
    public static (IReadOnlyList<string> Gains, IReadOnlyList<string> Loses) Compare(AccessPolicy old, AccessPolicy fresh)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(fresh);
        return ([.. Lines(q => Change(q, gain: true))], [.. Lines(q => Change(q, gain: false))]);

        string? Change(AccessQuestion q, bool gain)
        {
            var (before, after) = (old.Decide(q), fresh.Decide(q));
            var more = Strength(after) - Strength(before);
            return more != 0 && more > 0 == gain ? $"{Plain(before)} -> {Plain(after)}" : null;
        }
    }

    /// <param name="verdict">Null: no line.</param>
    private static IEnumerable<string> Lines(Func<AccessQuestion, string?> verdict)
    {
        foreach (var role in Roles.All)
        {
            foreach (var operation in Enum.GetValues<Operation>())
            {
                var cells =
                    from relationship in Relationships
                    from recordClass in Records.RecordClass.All
                    let purposes = Purposes.Known.Append(Nothing)
                        .GroupBy(p => verdict(new(operation, true, false, [role], relationship.Set, recordClass, p == Nothing ? null : p)))
                        .Where(g => g.Key is not null)
                    from line in purposes.Select(g => $"{Every(g, Purposes.Known.Count + 1)} | {g.Key}")
                    select (relationship.Word, recordClass, line);
                foreach (var line in cells
                    .GroupBy(c => (c.Word, c.line))
                    .GroupBy(g => $"{Every(g.Select(c => c.recordClass), Records.RecordClass.All.Count)} | {g.Key.line}", g => g.Key.Word))
                {
                    yield return $"{role} | {operation.Word()} | {Every(line, Relationships.Count)} | {line.Key}";
                }
            }
        }
    }

    private static string Every(IEnumerable<string> some, int all)
    {
        var words = some.ToList();
        return words.Count == all ? "any" : string.Join(' ', words);
    }

    private static string? Verdict(Decision decision) => decision switch
    {
        Decision.Refuse { Rule: AccessPolicy.DefaultDeny } => null,
        Decision.Refuse refuse => $"refuse ({refuse.Rule})",
        Decision.AllowAndAlert { Rule: var rule } => $"{Plain(decision)} ({rule.Id})",
        Decision.Allow { Rule: var rule } => $"{Plain(decision)} ({rule.Id})",
        _ => throw new InvalidOperationException($"No words for {decision.GetType().Name}."),
    };

    private static string Plain(Decision decision) => decision switch
    {
        Decision.Allow { Rule: var rule } => $"allow{Second(rule)}",
        Decision.AllowAndAlert { Rule: var rule } => $"allow-and-alert{Second(rule)}",
        _ => "refuse",
    };

    private static string Second(AccessRule rule) => rule.SecondPerson switch
    {
        SecondPerson.Before => ", second person before",
        SecondPerson.After => ", second person after",
        _ => "",
    };

    private static int Strength(Decision decision) => decision switch
    {
        Decision.Allow { Rule: var rule } => rule.Strength,
        Decision.AllowAndAlert { Rule: var rule } => rule.Strength,
        _ => 0,
    };
}
