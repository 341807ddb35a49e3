using RecordsGuard.Access;

namespace RecordsGuard.Alerts.Incidents;

/// <summary>
/// The four factors of 45 CFR 164.402 (breach, paragraph 2), in a person's words. Without an assessment that shows a low
/// probability that the information was compromised, it is presumed a breach, and the clocks run.
/// </summary>
public static class RiskAssessment
{
    public const int MaxLength = 800;

    public const string Breach = "breach";
    public const string LowProbability = "low-probability";

    public static IReadOnlyList<string> Outcomes { get; } = [Breach, LowProbability];

    /// <summary>By name, with what each asks.</summary>
    public static IReadOnlyDictionary<string, string> Factors { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["information"] = "what kind of information it was and how much, and how easily somebody is recognised by it",
        ["recipient"] = "who used it or to whom it was disclosed without authorisation",
        ["acquired"] = "whether it was actually acquired or viewed",
        ["mitigated"] = "how far the risk has been mitigated",
    };

    /// <summary>All that is missing or wrong; empty: it can be recorded.</summary>
    public static IReadOnlyList<string> Complaints(IReadOnlyDictionary<string, string>? factors, string? outcome)
    {
        var given = factors ?? new Dictionary<string, string>();
        return
        [
            .. Factors.Where(f => !given.ContainsKey(f.Key)).Select(f => $"{f.Key} is missing: say {f.Value}."),
            .. given.Keys.Where(k => !Factors.ContainsKey(k)).Select(k => $"{k} is none of the four factors."),
            .. given.Where(f => Factors.ContainsKey(f.Key))
                .Select(f => f.Value.Length > MaxLength ? $"{f.Key} is longer than {MaxLength} characters." : Reasons.Complaint(f.Value, f.Key)).OfType<string>(),
            .. Outcomes.Contains(outcome) ? Array.Empty<string>() : [$"Say in outcome what it comes to: {string.Join(" or ", Outcomes)}."],
        ];
    }
}
