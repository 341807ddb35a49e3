namespace RecordsGuard.Access.Policy;

/// <summary>What a rule says to whoever it fits. The order is that of what is allowed: more, the further down.</summary>
public enum Effect
{
    /// <summary>Beats every rule of the same role that would allow it.</summary>
    Refuse,

    /// <summary>Allowed, and security staff hear of each.</summary>
    AllowAndAlert,

    Allow,
}

/// <summary>Four eyes: two people, whatever roles each of them holds.</summary>
public enum SecondPerson
{
    No,

    /// <summary>It happens at once, and somebody else must look at it within the time that the policy sets.</summary>
    After,

    /// <summary>
    /// Nothing happens until somebody else has agreed; and who agrees, releases or reviews is not the one whose doing it is.
    /// </summary>
    Before,
}

/// <summary>
/// One rule of the policy. A null list means any; within a list, one match is enough. How it is written, and what each
/// field may say: docs/formats/access-policy.md.
/// </summary>
/// <param name="Classes">Record classes.</param>
/// <param name="Relationships">The caller must have one of them to the client at this moment.</param>
/// <param name="Purposes">Codes of <see cref="Access.Purposes"/>.</param>
/// <param name="Because">Why the practice has it so, in a sentence.</param>
/// <param name="Instead">Of a refusing rule: what the person can lawfully do.</param>
public sealed record AccessRule(
    string Id, Effect Effect, IReadOnlyList<string> Roles, IReadOnlyList<Operation> Operations,
    IReadOnlyList<string>? Classes, IReadOnlyList<Relationship>? Relationships, IReadOnlyList<string>? Purposes,
    SecondPerson SecondPerson, string Because, string? Instead)
{
    /// <summary>A question that names no record has no class: an allowing rule leaves that open, a refusing one does not speak of it.</summary>
    public bool FitsClass(AccessQuestion q) =>
        Classes is null || (q.Class is null ? Effect != Effect.Refuse : Classes.Contains(q.Class));

    public bool FitsRelationship(AccessQuestion q) => Relationships is null || Relationships.Any(q.Relationships.Contains);

    public bool FitsPurpose(AccessQuestion q) => Purposes is null || Purposes.Contains(q.Purpose);

    /// <summary>More, the more it allows: an alert or a second person is less. Zero: nothing.</summary>
    public int Strength => Effect switch
    {
        Effect.Allow => 6 - (int)SecondPerson,
        Effect.AllowAndAlert => 3 - (int)SecondPerson,
        _ => 0,
    };

    /// <summary>Nobody is their own second person.</summary>
    public bool FitsPerson(AccessQuestion q) => SecondPerson != SecondPerson.Before || !q.OwnDoing;

    /// <summary>All but role and operation, by which rules are found.</summary>
    public bool Fits(AccessQuestion q) => FitsRelationship(q) && FitsClass(q) && FitsPurpose(q);
}

/// <summary>Times and spans that the policy sets.</summary>
/// <param name="OwnUpload">How long somebody has the relationship <c>own-upload</c> to what they uploaded.</param>
/// <param name="BreakGlass">How long a break-glass grant lasts.</param>
/// <param name="BreakGlassReview">Within what time of its beginning somebody else must have reviewed it.</param>
public sealed record PolicyTerms(TimeSpan OwnUpload, TimeSpan BreakGlass, TimeSpan BreakGlassReview);
