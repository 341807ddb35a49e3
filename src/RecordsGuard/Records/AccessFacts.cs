using System.Text.Json.Serialization;

namespace RecordsGuard.Records;

/// <summary>
/// A break-glass grant: one person, one client, some minutes. Table <see cref="Table.Access"/>, partition
/// <c>practice|oid</c>, row <c>{client}|grant|{id}</c>.
/// </summary>
/// <param name="Person">The pseudonym of whose doing it is.</param>
/// <param name="Reason">Sealed under the client's index key; so is <paramref name="Comment"/>.</param>
/// <param name="Likeness">Says whether two reasons are the same words, and nothing else.</param>
/// <param name="Until">The first instant at which it no longer holds.</param>
/// <param name="Verdict">What the review came to, once there was one: <c>lawful</c> or <c>unlawful</c>.</param>
public sealed record GrantFacts(
    string Person, string Purpose, string Reason, string Likeness, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset ReviewBy,
    string? ReviewedBy = null, DateTimeOffset? ReviewedAt = null, string? Verdict = null, string? Comment = null)
{
    public bool IsCurrent(DateTimeOffset now) => From <= now && now < Until;
}

/// <summary>
/// Something of table <see cref="Table.Access"/> that somebody must have done by a time. Partition
/// <c>practice|due|day</c>, row <c>{client}|{what}|{id}</c>. A hint that is never removed: the row it points to says
/// whether it was done.
/// </summary>
public sealed record DeadlineFacts(DateTimeOffset By, string Partition, string Key);

/// <summary>
/// A disclosure to somebody outside the practice. Table <see cref="Table.Access"/>, partition <c>practice|client</c>, row
/// <c>disclosure|{id}</c>. It is never removed: the accounting of disclosures is made of these rows.
/// </summary>
/// <param name="Kind">Such as <c>court-order</c>.</param>
/// <param name="Statements">What was stated, a JSON object of names and texts, sealed under the client's index key.</param>
/// <param name="Records">The ids of the records that may go out, and no others.</param>
/// <param name="Until">The first instant at which nothing goes out any more.</param>
/// <param name="Force">What the jurisdiction's law said when it was prepared: <c>must</c>, <c>may</c> or <c>none</c>.</param>
/// <param name="Consent">Of a signed release: the consent's id.</param>
/// <param name="Order">Of a court order: the id of the record that is the order's file. Of an own copy: of the paper that gives somebody else the right.</param>
/// <param name="ReportBy">Of abuse or neglect: when the report must have been made.</param>
/// <param name="SecondBy">When somebody else must have looked at it; null: nothing goes out before they agree, or nobody need look.</param>
/// <param name="ApprovedBy">The second person's pseudonym.</param>
/// <param name="Informed">Of a court order: <c>told</c> or <c>waived</c>, once the client was told or that was lawfully waived.</param>
/// <param name="Waiver">Sealed: why it was waived.</param>
/// <param name="ReleasedAt">When it went out, or was told.</param>
/// <param name="SuspendedUntil">Until then the accounting is silent about it (45 CFR 164.528(a)(2)).</param>
/// <param name="Suspension">The id of the record that is the authority's statement; null: it was said.</param>
/// <param name="Redacted">By ids: the redacted copy that goes out instead of its original.</param>
/// <param name="Capacity">Of the client's own copy: in which capacity somebody takes it, such as <c>parent</c>.</param>
/// <param name="Likeness">Says whether the facts stated in two are the same words, and nothing else; null: none are.</param>
public sealed record DisclosureFacts(
    string Kind, string PreparedBy, DateTimeOffset PreparedAt, string Statements, IReadOnlyList<string> Records, DateTimeOffset Until, string Force,
    string? Consent = null, string? Order = null, DateTimeOffset? ReportBy = null, DateTimeOffset? ReportedAt = null,
    DateTimeOffset? SecondBy = null, bool SecondBefore = false, string? ApprovedBy = null, DateTimeOffset? ApprovedAt = null,
    string? Informed = null, string? Waiver = null, string? ReleasedBy = null, DateTimeOffset? ReleasedAt = null,
    DateTimeOffset? SuspendedUntil = null, string? Suspension = null, string? Capacity = null,
    IReadOnlyDictionary<string, string>? Redacted = null, string? Likeness = null)
{
    /// <summary>What goes out: a redacted copy where one stands for its original.</summary>
    [JsonIgnore]
    public IEnumerable<string> Outgoing => Records.Select(r => Redacted?.GetValueOrDefault(r) ?? r);
}

/// <summary>
/// The client's authorisation, a <c>signed release</c> to people. Table <see cref="Table.Access"/>, partition
/// <c>practice|client</c>, row <c>consent|{id}</c>.
/// </summary>
/// <param name="Recipient">Sealed; <paramref name="RecipientLikeness"/> says whether another text names the same.</param>
/// <param name="Purpose">What the client releases it for, sealed; <paramref name="PurposeLikeness"/> says whether another text says the same.</param>
/// <param name="SignedBy">Who signed: the client, or in which capacity somebody else did; sealed.</param>
/// <param name="Classes">Record classes that it covers; psychotherapy notes only if they stand here by name.</param>
/// <param name="Until">The first day on which it no longer holds.</param>
/// <param name="Document">The id of the record that is the signed paper, or null.</param>
/// <param name="Capacity">Of whoever signed, such as <c>parent</c>; null: the client.</param>
/// <param name="Member">In a joint chart: the id of the member who released their part.</param>
public sealed record ConsentFacts(
    string Recipient, string RecipientLikeness, string Purpose, string SignedBy, DateOnly SignedOn, IReadOnlyList<string> Classes,
    DateOnly Until, string? Document, string RecordedBy, DateTimeOffset RecordedAt, DateTimeOffset? RevokedAt = null, string? RevokedBy = null,
    string? Capacity = null, string? Member = null, string? PurposeLikeness = null);

/// <summary>
/// A client was given the confidentiality notice. Table <see cref="Table.Access"/>, partition <c>practice|client</c>, row
/// <c>notice|{id}</c>.
/// </summary>
/// <param name="Receipt">The id of the record that is the client's signed receipt, or null.</param>
public sealed record NoticeFacts(string Version, string GivenBy, DateTimeOffset GivenAt, string? Receipt);

/// <summary>
/// A request about a client's file. Table <see cref="Table.Access"/>, partition <c>practice|client</c>, row
/// <c>request|{id}</c>.
/// </summary>
/// <param name="Kind">Such as <c>subpoena</c>.</param>
/// <param name="Asker">Sealed; so is <paramref name="Answer"/>.</param>
/// <param name="Due">The last day on which it is answered in time, or null.</param>
/// <param name="File">The id of the record that is the request's file.</param>
/// <param name="Hold">The id of the hold that was placed for it.</param>
/// <param name="Outcome"><c>granted</c>, <c>refused</c> or <c>withdrawn</c>, once it was answered.</param>
public sealed record RequestFacts(
    string Kind, string Asker, DateOnly Received, DateOnly? Due, string? File, string? Hold, string TakenBy, DateTimeOffset TakenAt,
    DateTimeOffset? AnsweredAt = null, string? AnsweredBy = null, string? Outcome = null, string? Answer = null);

/// <summary>
/// A member of staff's own name and those of their family. Table <see cref="Table.Practices"/>, row <c>relatives|{oid}</c>.
/// </summary>
/// <param name="Names">Sealed under the practice's index key: their own first, a line each.</param>
public sealed record RelativesFacts(string Names);

/// <summary>
/// Which clients bear a name of a member of staff or their family: a hint, worked out from what is sealed. Table
/// <see cref="Table.Alerts"/>, partition <c>practice|kin</c>, row <c>{oid}</c>; no entry of the log names a client for it.
/// </summary>
/// <param name="Clients">By client id, <c>self</c> or <c>family</c>.</param>
public sealed record KinFacts(IReadOnlyDictionary<string, string> Clients);

/// <summary>
/// A question to a person about an alert. Table <see cref="Table.Alerts"/>, partition <c>practice|asked</c>, row
/// <c>{oid}|{alert}|{id}</c>.
/// </summary>
/// <param name="AskedBy">Pseudonym.</param>
/// <param name="Question">Sealed under the practice's index key; so is <paramref name="Explanation"/>.</param>
public sealed record InquiryFacts(
    string AskedBy, DateTimeOffset AskedAt, string Question, DateTimeOffset? ExplainedAt = null, string? Explanation = null);

/// <summary>
/// Alerts that belong together, and what came of them. Table <see cref="Table.Alerts"/>, partition
/// <c>practice|incidents</c>, row <c>{id}</c>.
/// </summary>
/// <param name="Alerts">Ids, the practice's or the deployment's.</param>
/// <param name="Discovered">When the practice first knew, or should have: the clocks of breach notices run from it.</param>
/// <param name="Jurisdictions">Where the people live whose data it is: ISO 3166 codes.</param>
/// <param name="Affected">How many people.</param>
/// <param name="Summary">Sealed under the practice's index key; so is <paramref name="Assessment"/>.</param>
/// <param name="Assessment">A JSON object of the four factors of 45 CFR 164.402(2); null: not made, and it is presumed a breach.</param>
/// <param name="Outcome"><c>breach</c> or <c>low-probability</c>, once it was assessed.</param>
/// <param name="Notices">Which duties of notice were done or are not owed, by their ids.</param>
public sealed record IncidentFacts(
    IReadOnlyList<string> Alerts, string OpenedBy, DateTimeOffset OpenedAt, DateTimeOffset Discovered, IReadOnlyList<string> Jurisdictions,
    int Affected, string Summary, string? Assessment = null, string? Outcome = null, string? AssessedBy = null, DateTimeOffset? AssessedAt = null,
    IReadOnlyDictionary<string, NoticeDone>? Notices = null);

/// <param name="NotOwed">Why it is not owed, sealed; null: it was given.</param>
public sealed record NoticeDone(string By, DateTimeOffset At, string? NotOwed);
