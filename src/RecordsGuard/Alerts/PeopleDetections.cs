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

    public static Detection PersonSuspended { get; } = Add(
        "person-suspended", Severity.High, "Somebody was suspended, or is about to be: from their next request on they are refused.",
        "Tell whoever covers for them; list what they saw (recordsguard exposure), and lift it when it is settled.", NoTuning);

    public static Detection SuspensionLifted { get; } = Add(
        "suspension-lifted", Severity.Medium, "A suspended person is let in again, by somebody else than who suspended them.",
        "See that the reason is a good one.", NoTuning);

    private static Detection Add(string id, Severity severity, string rationale, string firstAction, string tuning)
    {
        var detection = new Detection(id, severity, rationale, firstAction, tuning, Always: tuning == NoTuning);
        Entered.Add(detection);
        return detection;
    }
}
