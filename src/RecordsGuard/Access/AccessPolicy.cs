namespace RecordsGuard.Access;

/// <summary>One line of the policy: who may do what, and on which terms.</summary>
/// <param name="Relationship">The caller must have a current relationship to the client.</param>
/// <param name="OwnUpload">The record must be the caller's own upload of the last 15 minutes.</param>
/// <param name="Purposes">The purposes of use it covers; empty where no purpose is asked.</param>
public sealed record AccessRule(
    Operation Operation, string Role, bool Relationship, bool OwnUpload, IReadOnlyList<string> Purposes);

/// <summary>Everything that a decision depends on, and nothing else.</summary>
/// <param name="OfThisPractice">The practice exists and the token is of its tenant.</param>
/// <param name="Related">The caller has a current relationship to the client asked for.</param>
/// <param name="OwnUpload">The record asked for is the caller's own upload, not older than 15 minutes.</param>
public sealed record AccessQuestion(
    Operation Operation, bool OfThisPractice, bool Suspended, IReadOnlyList<string> Roles,
    bool Related, bool OwnUpload, string? Purpose);

/// <summary>
/// Role × operation × relationship × purpose. The table is the policy; <see cref="Decide"/> is pure and total, and what
/// no line allows is refused. (The practice's own policy file comes with its issue.)
/// </summary>
public static class AccessPolicy
{
    public static readonly TimeSpan OwnUploadWindow = TimeSpan.FromMinutes(15);

    private static readonly string[] Treatment = [Purposes.Treatment];

    public static IReadOnlyList<AccessRule> Rules { get; } =
    [
        Plain(Operation.RegisterClient, Roles.FrontDesk),
        Plain(Operation.RegisterClient, Roles.Custodian),
        Plain(Operation.SearchClients, Roles.FrontDesk),
        Plain(Operation.SearchClients, Roles.Custodian),
        Plain(Operation.SearchClients, Roles.Clinician), // who sees only clients of their own there
        Plain(Operation.CorrectFacts, Roles.FrontDesk),
        Plain(Operation.CorrectFacts, Roles.Custodian),
        Plain(Operation.Upload, Roles.FrontDesk),
        Plain(Operation.Upload, Roles.Custodian),
        Related(Operation.Upload, Roles.Clinician),
        Plain(Operation.IssueUploadUrl, Roles.FrontDesk),
        Plain(Operation.IssueUploadUrl, Roles.Custodian),
        Related(Operation.IssueUploadUrl, Roles.Clinician),
        Plain(Operation.ListQuarantine, Roles.Custodian),
        Plain(Operation.FileQuarantined, Roles.Custodian),
        Plain(Operation.ListRecords, Roles.Custodian),
        Related(Operation.ListRecords, Roles.Clinician),
        Plain(Operation.ReadRecord, Roles.Custodian),
        Related(Operation.ReadRecord, Roles.Clinician),
        Own(Operation.ReadRecord, Roles.FrontDesk),
        new(Operation.ReadContent, Roles.Clinician, Relationship: true, OwnUpload: false, Treatment),
        new(Operation.ReadContent, Roles.FrontDesk, Relationship: false, OwnUpload: true, [Purposes.Treatment, "HOPERAT"]),
        Plain(Operation.ReadCertificate, Roles.Custodian),
        Plain(Operation.ReadCertificate, Roles.Auditor),
        Plain(Operation.PlaceHold, Roles.Custodian),
        Plain(Operation.ReleaseHold, Roles.Custodian),
        Plain(Operation.ListHolds, Roles.Custodian),
        Plain(Operation.ListDispositions, Roles.Custodian),
        Plain(Operation.ApproveDisposition, Roles.Custodian),
        Plain(Operation.SeeAlerts, Roles.Security),
        Plain(Operation.SeeAlerts, Roles.Owner),
        Plain(Operation.HandleAlerts, Roles.Security),
        Plain(Operation.RunTimer, Roles.Custodian),
        Plain(Operation.RotateKeys, Roles.Owner),
        Plain(Operation.SeeRotation, Roles.Owner),
        Plain(Operation.SeeRotation, Roles.Security),
        Plain(Operation.ExportRecord, Roles.Custodian),
        Plain(Operation.ReadLog, Roles.Auditor),
        Plain(Operation.ListRows, Roles.Auditor), // names, versions and hashes: nothing that a row says
    ];

    public static Decision Decide(AccessQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!question.OfThisPractice)
        {
            return new Decision.Refuse(
                RefusalReason.NotOfThisPractice, "Sign in with an account of the practice whose records these are.");
        }

        if (question.Suspended)
        {
            return new Decision.Refuse(RefusalReason.Suspended, "Ask the practice's security staff why the account is suspended.");
        }

        var mine = Rules.Where(r => r.Operation == question.Operation && question.Roles.Contains(r.Role)).ToList();
        if (mine.Count == 0)
        {
            return new Decision.Refuse(
                RefusalReason.Role, $"Ask somebody whose role covers it: {RolesFor(question.Operation)}.");
        }

        var reachable = mine.Where(r => (!r.Relationship || question.Related) && (!r.OwnUpload || question.OwnUpload)).ToList();
        if (reachable.Count == 0)
        {
            return mine.Exists(r => r.Relationship)
                ? new Decision.Refuse(
                    RefusalReason.NoRelationship,
                    "Ask a records custodian to assign you to this client, or ask the assigned clinician.")
                : new Decision.Refuse(
                    RefusalReason.NoRelationship,
                    "You can read back only what you uploaded yourself in the last 15 minutes; ask the assigned clinician.");
        }

        var rule = reachable.Find(r => r.Purposes.Count == 0 || r.Purposes.Contains(question.Purpose));
        return rule is null
            ? new Decision.Refuse(
                RefusalReason.Purpose,
                $"Your relationship covers {string.Join(", ", reachable.SelectMany(r => r.Purposes).Distinct())}; another purpose needs a disclosure or a signed release.")
            : new Decision.Allow(Words(rule));
    }

    private static string RolesFor(Operation operation) =>
        string.Join(" or ", Rules.Where(r => r.Operation == operation).Select(r => r.Role).Distinct());

    private static string Words(AccessRule rule) =>
        $"{rule.Role} may {rule.Operation.Word()}"
        + (rule.Relationship ? " for clients of their own" : "")
        + (rule.OwnUpload ? " what they uploaded in the last 15 minutes" : "")
        + (rule.Purposes.Count > 0 ? $" for {string.Join(", ", rule.Purposes)}" : "");

    private static AccessRule Plain(Operation operation, string role) => new(operation, role, false, false, []);

    private static AccessRule Related(Operation operation, string role) => new(operation, role, true, false, []);

    private static AccessRule Own(Operation operation, string role) => new(operation, role, false, true, []);
}
