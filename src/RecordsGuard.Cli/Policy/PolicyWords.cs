using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;

namespace RecordsGuard.Cli;

/// <summary>
/// A question in people's words: the house's own, and those that people use for the same. Case and whatever stands
/// between words do not matter.
/// </summary>
internal sealed class PolicyWords
{
    public const string None = "none";

    private static readonly Dictionary<string, string> RoleWords = Also(Roles.All, new()
    {
        ["frontdesk"] = Roles.FrontDesk,
        ["reception"] = Roles.FrontDesk,
        ["receptionist"] = Roles.FrontDesk,
        ["therapist"] = Roles.Clinician,
        ["psychologist"] = Roles.Clinician,
        ["counselor"] = Roles.Clinician,
        ["treating-clinician"] = Roles.Clinician,
        ["records-custodian"] = Roles.Custodian,
        ["security-staff"] = Roles.Security,
        ["security-officer"] = Roles.Security,
        ["practice-owner"] = Roles.Owner,
        ["administrator"] = Roles.Owner,
        ["admin"] = Roles.Owner,
        ["infrastructure-admin"] = Roles.Owner,
    });

    private static readonly Dictionary<string, Operation> OperationWordings = Also(Enum.GetValues<Operation>().ToDictionary(o => o.Word()), new()
    {
        ["read"] = Operation.ReadContent,
        ["view"] = Operation.ReadContent,
        ["open"] = Operation.ReadContent,
        ["download"] = Operation.ReadContent,
        ["see-content"] = Operation.ReadContent,
        ["decrypt"] = Operation.ReadContent,
        ["unwrap"] = Operation.ReadContent,
        ["read-metadata"] = Operation.ReadRecord,
        ["describe"] = Operation.ReadRecord,
        ["see-metadata"] = Operation.ReadRecord,
        ["metadata"] = Operation.ReadRecord,
        ["list"] = Operation.ListRecords,
        ["write"] = Operation.Upload,
        ["add"] = Operation.Upload,
        ["create"] = Operation.Upload,
        ["export"] = Operation.ExportRecord,
        ["register"] = Operation.RegisterClient,
        ["create-client"] = Operation.RegisterClient,
        ["search"] = Operation.SearchClients,
        ["list-clients"] = Operation.SearchClients,
        ["correct"] = Operation.CorrectFacts,
        ["update-facts"] = Operation.CorrectFacts,
        ["hold"] = Operation.PlaceHold,
        ["legal-hold"] = Operation.PlaceHold,
        ["release"] = Operation.ReleaseHold,
        ["lift-hold"] = Operation.ReleaseHold,
        ["approve"] = Operation.ApproveDisposition,
        ["approve-purge"] = Operation.ApproveDisposition,
        ["purge"] = Operation.ApproveDisposition,
        ["destroy"] = Operation.ApproveDisposition,
        ["delete"] = Operation.ApproveDisposition,
        ["dispose"] = Operation.ApproveDisposition,
        ["unlink"] = Operation.UnlinkClient,
        ["alerts"] = Operation.SeeAlerts,
        ["read-alerts"] = Operation.SeeAlerts,
        ["list-alerts"] = Operation.SeeAlerts,
        ["view-alerts"] = Operation.SeeAlerts,
        ["acknowledge"] = Operation.HandleAlerts,
        ["resolve"] = Operation.HandleAlerts,
        ["acknowledge-alert"] = Operation.HandleAlerts,
        ["resolve-alert"] = Operation.HandleAlerts,
        ["audit"] = Operation.ReadLog,
        ["read-audit"] = Operation.ReadLog,
        ["read-audit-log"] = Operation.ReadLog,
        ["verify-log"] = Operation.ReadLog,
        ["verify"] = Operation.ReadLog,
        ["rotate"] = Operation.RotateKeys,
        ["restore"] = Operation.RestoreRows,
        ["backups"] = Operation.SeeBackups,
        ["certificate"] = Operation.ReadCertificate,
        ["assign-clinician"] = Operation.Assign,
        ["cover"] = Operation.Assign,
        ["reassign"] = Operation.Assign,
        ["emergency-access"] = Operation.BreakGlass,
        ["btg"] = Operation.BreakGlass,
        ["review"] = Operation.ReviewBreakGlass,
        ["review-grant"] = Operation.ReviewBreakGlass,
        ["disclosure"] = Operation.Disclose,
        ["release-record"] = Operation.Disclose,
        ["send"] = Operation.Disclose,
        ["share"] = Operation.Disclose,
        ["approve-release"] = Operation.ApproveDisclosure,
        ["consent"] = Operation.RecordConsent,
        ["signed-release"] = Operation.RecordConsent,
        ["accounting"] = Operation.ReadAccounting,
        ["accounting-of-disclosures"] = Operation.ReadAccounting,
        ["access-report"] = Operation.ReadAccounting,
    });

    private static readonly Dictionary<string, string> ClassWords = Also(RecordClass.All, new()
    {
        ["record"] = "client-record",
        ["chart"] = "client-record",
        ["notes"] = "client-record",
        ["progress-notes"] = "client-record",
        ["client-records"] = "client-record",
        ["psychotherapy-note"] = "psychotherapy-notes",
        ["process-notes"] = "psychotherapy-notes",
        ["recordings"] = "recording",
        ["audio"] = "recording",
        ["video"] = "recording",
        ["test"] = "test-data",
        ["bill"] = "billing",
        ["invoice"] = "billing",
        ["letter"] = "correspondence",
        ["consents"] = "consent",
    });

    private static readonly Dictionary<string, Relationship?> RelationshipWordings = Also(
        Enum.GetValues<Relationship>().ToDictionary(r => r.Word(), r => (Relationship?)r), new()
        {
            [None] = null,
            ["no"] = null,
            ["unrelated"] = null,
            ["assigned-clinician"] = Relationship.Assigned,
            ["treating"] = Relationship.Assigned,
            ["cover"] = Relationship.Covering,
            ["covering-clinician"] = Relationship.Covering,
            ["supervising"] = Relationship.Supervisor,
            ["task"] = Relationship.CustodianTask,
            ["custodian-with-task"] = Relationship.CustodianTask,
            ["own"] = Relationship.OwnUpload,
            ["uploader"] = Relationship.OwnUpload,
            ["grant"] = Relationship.BreakGlass,
            ["break-glass-grant"] = Relationship.BreakGlass,
        });

    private static readonly Dictionary<string, string?> PurposeWords = Also(
        Purposes.Known.ToDictionary(p => p, p => (string?)p), new()
        {
            [None] = null,
            ["treatment"] = Purposes.Treatment,
            ["care"] = Purposes.Treatment,
            ["emergency-treatment"] = Purposes.EmergencyTreatment,
            ["break-glass"] = Purposes.BreakGlass,
            ["break-the-glass"] = Purposes.BreakGlass,
            ["emergency"] = Purposes.BreakGlass,
            ["payment"] = Purposes.Payment,
            ["billing"] = Purposes.Payment,
            ["operations"] = Purposes.Operations,
            ["healthcare-operations"] = Purposes.Operations,
            ["legal"] = Purposes.Legal,
            ["court-order"] = Purposes.Legal,
            ["court"] = Purposes.Legal,
            ["compliance"] = Purposes.Compliance,
            ["oversight"] = Purposes.Compliance,
            ["records-management"] = Purposes.RecordsManagement,
            ["training"] = Purposes.Training,
            ["supervision"] = Purposes.Training,
            ["client-request"] = Purposes.ClientRequest,
            ["patient-request"] = Purposes.ClientRequest,
            ["signed-release"] = Purposes.ClientRequest,
            ["public-health"] = Purposes.PublicHealth,
            ["abuse-report"] = Purposes.PublicHealth,
            ["abuse"] = Purposes.PublicHealth,
            ["neglect"] = Purposes.PublicHealth,
            ["risk-of-harm"] = Purposes.Threat,
            ["harm"] = Purposes.Threat,
            ["duty-to-protect"] = Purposes.Threat,
            ["research"] = Purposes.Research,
        });

    private readonly List<string> complaints = [];

    public PolicyWords(string role, string relationship, string operation, string recordClass, string purpose)
    {
        var asked = Find(OperationWordings, operation, "--operation", OperationNames);
        var whose = Find(RoleWords, role, "--role", RoleNames);
        var related = Find(RelationshipWordings, relationship, "--relationship", RelationshipNames);
        var what = Find(ClassWords, recordClass, "--class", ClassNames);
        var why = Find(PurposeWords, purpose, "--purpose", PurposeNames);
        Question = complaints.Count > 0
            ? null
            : new(asked, OfThisPractice: true, Suspended: false, [whose!], related is { } one ? [one] : [], what, why);
    }

    public static string RoleNames => $"One of: {string.Join(", ", Roles.All)}.";

    public static string OperationNames => $"One of: {string.Join(", ", Enum.GetValues<Operation>().Select(o => o.Word()))}.";

    public static string RelationshipNames => $"One of: none, {string.Join(", ", Enum.GetValues<Relationship>().Select(r => r.Word()))}.";

    public static string ClassNames => $"One of: {string.Join(", ", RecordClass.All)}.";

    public static string PurposeNames => $"One of: none, {string.Join(", ", Purposes.Known.Select(p => $"{p} ({Purposes.Words(p)})"))}.";

    /// <summary>Null if there are complaints.</summary>
    public AccessQuestion? Question { get; }

    public IReadOnlyList<string> Complaints => complaints;

    private T? Find<T>(Dictionary<string, T> known, string word, string option, string names)
    {
        if (known.TryGetValue(Plain(word), out var found))
        {
            return found;
        }

        complaints.Add($"{option} \"{word}\" is not known. {names}");
        return default;
    }

    private static string Plain(string word) => string.Concat(word.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private static Dictionary<string, string> Also(IEnumerable<string> own, Dictionary<string, string> more) =>
        Also(own.ToDictionary(w => w), more);

    private static Dictionary<string, T> Also<T>(Dictionary<string, T> own, Dictionary<string, T> more)
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (word, meaning) in own.Concat(more))
        {
            all.TryAdd(Plain(word), meaning);
        }

        return all;
    }
}
