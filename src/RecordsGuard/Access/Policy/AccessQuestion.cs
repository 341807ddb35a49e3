namespace RecordsGuard.Access.Policy;

/// <summary>Everything that a decision depends on, and nothing else.</summary>
/// <param name="OfThisPractice">The practice exists and the token is of its tenant.</param>
/// <param name="Relationships">What the caller is to the client asked for, at this moment; empty: nothing.</param>
/// <param name="Class">The class of the record asked for; null if none is asked for, or there is none of that id.</param>
/// <param name="Purpose">The purpose of use stated, as the caller wrote it; or null.</param>
/// <param name="OwnDoing">What is to be confirmed or undone is the caller's own doing, such as a hold that they placed.</param>
public sealed record AccessQuestion(
    Operation Operation, bool OfThisPractice, bool Suspended, IReadOnlyList<string> Roles,
    IReadOnlyList<Relationship> Relationships, string? Class, string? Purpose, bool OwnDoing = false);
