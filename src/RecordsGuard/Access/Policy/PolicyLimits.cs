namespace RecordsGuard.Access.Policy;

/// <summary>
/// What no practice's policy may change: who watches or administers never sees content, content always takes a
/// relationship and a purpose, an emergency always alerts, and where the house asks for four eyes there are four.
/// </summary>
internal static class PolicyLimits
{
    private static readonly string[] NeverContent = [Roles.Security, Roles.Auditor, Roles.Owner];

    private static readonly Operation[] Showing =
        [.. OperationWords.Content, Operation.ReadRecord, Operation.ListRecords, Operation.ExportRecord, Operation.BreakGlass, Operation.Disclose];

    private static readonly Operation[] Seconding =
    [
        Operation.Assign, Operation.ReleaseHold, Operation.ApproveDisclosure, Operation.ReviewBreakGlass, Operation.HandleAlerts,
        Operation.LiftSuspension, Operation.MarkNever,
    ];

    private static readonly string[] Exceptions = [Purposes.Threat, Purposes.PublicHealth, Purposes.Legal];

    /// <param name="complain">Path, and why.</param>
    public static void Check(IReadOnlyList<AccessRule> rules, Action<string, string> complain)
    {
        foreach (var (i, rule) in rules.Index().Where(r => r.Item.Effect != Effect.Refuse))
        {
            CheckRule(rule, (field, why) => complain($"rules[{i}].{field}", $"{why} (rule {rule.Id})"));
        }

        var given = rules.Where(r => r.Effect != Effect.Refuse).SelectMany(r => r.Operations).ToHashSet();
        foreach (var (used, needed) in new[]
        {
            (Operation.BreakGlass, Operation.ReviewBreakGlass), (Operation.Disclose, Operation.ApproveDisclosure),
            (Operation.PlaceHold, Operation.ReleaseHold),
            (Operation.SuspendPerson, Operation.LiftSuspension),
        })
        {
            if (given.Contains(used) && !given.Contains(needed))
            {
                complain("rules", $"{used.Word()} is allowed to somebody, but {needed.Word()} to nobody.");
            }
        }

        if (!given.Contains(Operation.SeeAlerts) || !given.Contains(Operation.HandleAlerts))
        {
            complain("rules", "Nobody may see and handle alerts.");
        }
    }

    private static void CheckRule(AccessRule rule, Action<string, string> complain)
    {
        if (rule.Operations.FirstOrDefault(Showing.Contains, (Operation)(-1)) is var shown && (int)shown >= 0
            && rule.Roles.FirstOrDefault(NeverContent.Contains) is { } watcher)
        {
            complain("roles", $"{watcher} never has {shown.Word()}: who watches, audits or administers sees no content.");
        }

        if (rule.Operations.Any(OperationWords.Content.Contains))
        {
            if (rule.Relationships is null)
            {
                complain("relationships", "Content always takes a relationship to the client: \"any\" would open every chart.");
            }

            if (rule.Purposes is null)
            {
                complain("purposes", "Content always takes a purpose of use: \"any\" would ask for none.");
            }
        }

        var alerts = rule.Effect == Effect.AllowAndAlert;
        if (rule.Operations.Contains(Operation.BreakGlass) && !(alerts && rule.SecondPerson != SecondPerson.No))
        {
            complain("effect", "Breaking the glass always alerts and is always looked at by a second person.");
        }

        if (rule.Relationships?.Contains(Relationship.BreakGlass) == true && !alerts)
        {
            complain("effect", "What is open behind broken glass always alerts.");
        }

        if (rule.Operations.Contains(Operation.Disclose))
        {
            CheckDisclosure(rule, alerts, complain);
        }

        foreach (var seconding in rule.Operations.Where(o => Seconding.Contains(o) && rule.SecondPerson != SecondPerson.Before))
        {
            complain("secondPerson", $"For {seconding.Word()} this must be \"before\": nobody gives a relationship to themselves, releases a hold of their own alone, lifts a suspension of their own, closes an alert about themselves, or agrees to or reviews their own doing.");
        }
    }

    private static void CheckDisclosure(AccessRule rule, bool alerts, Action<string, string> complain)
    {
        if (rule.Relationships is null || rule.Purposes is null)
        {
            complain(rule.Relationships is null ? "relationships" : "purposes", "A disclosure always takes a relationship to the client and a purpose.");
        }
        else if (rule.Purposes.Any(Exceptions.Contains) && !alerts)
        {
            complain("effect", $"A disclosure without the client's consent ({string.Join(", ", Exceptions)}) always alerts.");
        }
        else if (rule.Purposes.Contains(Purposes.Legal) && rule.SecondPerson != SecondPerson.Before)
        {
            complain("secondPerson", "What goes out for a legal matter (HLEGAL) takes a second person before.");
        }
    }
}
