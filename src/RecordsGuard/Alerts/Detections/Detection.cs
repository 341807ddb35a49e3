namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// One thing that is looked for, in Azure's logs or in what people do. Its id is stable; its words are the catalogue's in
/// docs/detections.md.
/// </summary>
/// <param name="Rationale">Why it is worth somebody's time.</param>
/// <param name="FirstAction">What to do first.</param>
/// <param name="Tuning">How a deployment makes it quiet where it should be; never by switching it off.</param>
/// <param name="Always">Whether it is told also of somebody whom the policy allows the operation.</param>
public sealed record Detection(string Id, Severity Severity, string Rationale, string FirstAction, string Tuning, bool Always)
{
    /// <summary>It was found: what becomes an alert.</summary>
    public Finding Found(string practice, string? person, string? client, string? record, string because, string? evidence = null) =>
        new(practice, Id, Severity, person, client, record, because, FirstAction, evidence);
}
