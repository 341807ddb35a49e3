using RecordsGuard.Alerts.Detections;

namespace RecordsGuard.Alerts;

/// <summary>
/// The detections of the app's own stream: what people did, or left undone. Snooping is judged by explanation: what an
/// assignment, covering, supervision, a task, a request, a disclosure or broken glass explains is quiet.
/// </summary>
public static class PeopleDetections
{
    private const string NoTuning = "None: it is told each time.";
    private const string ByTerms = "RecordsGuard__Alerts__Snooping__… below; an explanation makes it quiet.";
    private const string AskThem = "Ask the person (POST /api/alerts/{id}/ask); if there is no good answer, suspend them and list what they saw (recordsguard exposure).";

    // First, because each of the following enters itself.
    private static readonly List<Detection> Entered = [];

    /// <summary>All of them, in the catalogue's order.</summary>
    public static IReadOnlyList<Detection> All => Entered;

    // Outside the authorised roles, and the exceptions.
    public static Detection Refused { get; } = Add(
        "access-refused", Severity.High, "Somebody outside the authorised roles asked, and was shown nothing.",
        "Ask the person why they tried; if they should have access, a custodian assigns them; if not, suspend the account.",
        "Give whoever should have access a relationship, or a role in Entra ID.");

    public static Detection ByException { get; } = Add(
        "access-by-exception", Severity.High, "Something was allowed by a rule that is an exception, such as reading behind broken glass.",
        "Ask the person what made it necessary, and review what they did.", "A rule of the access policy says allow instead of allow-and-alert, where no limit of the house forbids it.");

    public static Detection BreakGlass { get; } = Add(
        "break-glass", Severity.High, "A clinician without a relationship to the client opened the chart for an emergency.",
        "Ask the person what made it necessary, and review what they did.", NoTuning);

    public static Detection Disclosure { get; } = Add(
        "disclosure", Severity.High, "Something is told or given to somebody outside without the client's release.",
        "Ask the person what made it necessary, and review what they did.", NoTuning);

    public static Detection ReasonRepeated { get; } = Add(
        "reason-repeated", Severity.Medium, "A reason that somebody gave is word for word that of several before it: it explains nothing.",
        "Read the reasons (GET …/break-glass, GET …/disclosures) and ask the person.", "Reasons in one's own words make it quiet.");

    public static Detection IntegrityFailed { get; } = Add(
        "integrity-failed", Severity.Critical, "Stored bytes or rows are not what was sealed or written there; nothing of them was shown.",
        "Compare the blob and the rows with their earlier versions and the resource logs; see who wrote there, and whether a key was disabled.", NoTuning);

    public static Detection PersonSuspended { get; } = Add(
        "person-suspended", Severity.High, "Somebody was suspended, or is about to be: from their next request on they are refused.",
        "Tell whoever covers for them; list what they saw (recordsguard exposure), and lift it when it is settled.", NoTuning);

    public static Detection SuspensionLifted { get; } = Add(
        "suspension-lifted", Severity.Medium, "A suspended person is let in again, by somebody else than who suspended them.",
        "See that the reason is a good one.", NoTuning);

    // Looks at files, judged by explanation.
    public static Detection Never { get; } = Add(
        "never-this-person", Severity.High, "Somebody whom the client never wants to see their file tried to, was refused or broke the glass.",
        AskThem, "The client takes the mark back (POST …/never).");

    public static Detection SelfLookUp { get; } = Add(
        "self-look-up", Severity.High, "Somebody looked at a file that bears their own name.",
        "Ask the person; whoever wants to see their own file asks for it as a client does.", NoTuning);

    public static Detection FamilyLookUp { get; } = Add(
        "family-look-up", Severity.High, "Somebody looked at a file that bears a name of their family, and neither a relationship nor a paper explains it.",
        AskThem, "The names are the staff's (POST /api/people/{id}/relatives): leave out a name that half the town bears.");

    public static Detection ExClient { get; } = Add(
        "ex-client", Severity.Low, "Somebody looked at the file of a client whose care ended long ago, and no request or disclosure asks for it.", AskThem, ByTerms);

    public static Detection OffHours { get; } = Add(
        "off-hours", Severity.Low, "Somebody looked at a file outside the practice's hours, and nothing explains it.", AskThem, ByTerms);

    public static Detection UnusualVolume { get; } = Add(
        "unusual-volume", Severity.Medium, "Somebody looked at many more clients' files in a day than they are used to: what comes before somebody leaves with them.",
        AskThem, ByTerms);

    public static Detection SerialLookUps { get; } = Add(
        "serial-look-ups", Severity.Medium, "Over weeks somebody looked at, or was refused, one file after another without an explanation.", AskThem, ByTerms);

    // What somebody should have done by now.
    public static Detection ReviewMissing { get; } = Add(
        "break-glass-review-missing", Severity.High, "Nobody has reviewed a break-glass grant in time.",
        "Have somebody else than the person review it (GET …/break-glass), and ask why nobody did.",
        "The time is the access policy's breakGlassReviewHours.");

    public static Detection ReportOverdue { get; } = Add(
        "report-overdue", Severity.High, "A report of abuse or neglect was not made within the clock of its law.",
        "Report to the agency at once, say so (POST …/reported), and write down why it was late.", "The clocks are those of the legal facts.");

    public static Detection SecondLookMissing { get; } = Add(
        "disclosure-review-missing", Severity.High, "Nobody else has looked at a disclosure that could not wait.",
        "Have another person look at it (POST …/approve).", "The time is the access policy's breakGlassReviewHours.");

    public static Detection RequestOverdue { get; } = Add(
        "request-overdue", Severity.High, "A request about a client's file is past its day.",
        "Answer it (POST …/requests/{id}/answer), or tell whoever asked why it takes longer.", "Its day is the paper's, or that of its kind.");

    public static Detection DeadlineMissed { get; } = Add(
        "deadline-missed", Severity.High, "Something has a deadline and was not done.", "Look what it is, and have it done.", NoTuning);

    public static Detection NoticeDue { get; } = Add(
        "breach-notice-due", Severity.High, "An incident is presumed a breach, and somebody who must be told of it by law has not been.",
        "Tell them and say so (POST /api/incidents/{id}/notices/{notice}), or assess the risk (POST …/assess).",
        "An assessment with a low probability of compromise, or a notice that is not owed with its reason, makes it quiet.");

    private static Detection Add(string id, Severity severity, string rationale, string firstAction, string tuning)
    {
        var detection = new Detection(id, severity, rationale, firstAction, tuning, Always: tuning == NoTuning);
        Entered.Add(detection);
        return detection;
    }
}
