using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.App.Http;

/// <param name="Person">An account's name, or an object id.</param>
/// <param name="Kind"><c>assigned</c>, <c>covering</c>, <c>supervisor</c> or <c>custodian-task</c>.</param>
internal sealed record RelationshipBody(string? Person, string? Kind, DateTimeOffset? From, DateTimeOffset? Until);

internal sealed record ListedRelationshipBody(
    string? Name, Guid Person, string Kind, DateTimeOffset From, DateTimeOffset? Until, bool Current);

internal sealed record RelationshipsBody(IReadOnlyList<ListedRelationshipBody> Relationships);

internal sealed record HandOverBody(string? From, string? To);

internal sealed record HandedOverBody(int HandedOver);

internal sealed record BreakGlassBody(string? Purpose, string? Reason);

internal sealed record GrantBody(string Id, string Client, DateTimeOffset Until, DateTimeOffset ReviewBy);

internal sealed record ListedGrantBody(
    string Id, string Client, Guid Person, string Purpose, string Reason, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset ReviewBy,
    DateTimeOffset? ReviewedAt, string? Verdict, string? Comment);

internal sealed record GrantsBody(IReadOnlyList<ListedGrantBody> Grants);

/// <param name="Verdict"><c>lawful</c> or <c>unlawful</c>.</param>
internal sealed record ReviewBody(string? Verdict, string? Comment);

/// <param name="Classes">Record classes that the release covers.</param>
/// <param name="Document">The record that is the signed paper.</param>
/// <param name="Capacity">Of whoever signs: <c>client</c> (default), <c>parent</c>, <c>guardian</c>, …</param>
/// <param name="Member">In a joint chart: the client whose part it releases.</param>
internal sealed record ConsentBody(
    string? Recipient, string? Purpose, string? SignedBy, DateOnly? SignedOn, IReadOnlyList<string>? Classes, DateOnly? Until, string? Document,
    string? Capacity, string? Member);

internal sealed record ListedConsentBody(
    string Id, string Recipient, string Purpose, string SignedBy, DateOnly SignedOn, IReadOnlyList<string> Classes, DateOnly Until,
    string? Document, DateTimeOffset RecordedAt, DateTimeOffset? RevokedAt, string? Capacity, string? Member);

internal sealed record ConsentsBody(IReadOnlyList<ListedConsentBody> Consents);

/// <param name="Of">Of abuse or neglect: <c>child</c> or <c>adult</c>. Of an own copy: in which capacity somebody takes it.</param>
/// <param name="Redacted">By record id: the redacted copy that goes out instead.</param>
internal sealed record DisclosureBody(
    IReadOnlyDictionary<string, string>? Statements, IReadOnlyList<string>? Records, string? Of, DateTimeOffset? LearnedAt, string? Consent,
    string? OrderFile, IReadOnlyDictionary<string, string>? Redacted);

/// <param name="Status"><c>read</c>, or <c>unverified</c>: nobody of the project has read the source.</param>
internal sealed record LegalFactBody(string Id, string Force, string InWords, string Citation, string? Source, string Status, string? Deadline);

/// <param name="Force">What the law of the client's jurisdiction says: <c>must</c>, <c>may</c> or <c>none</c>.</param>
/// <param name="Law">Not legal advice.</param>
internal sealed record RecordedDisclosureBody(
    string Id, string Kind, string Force, DateTimeOffset Until, DateTimeOffset? ReportBy, DateTimeOffset? SecondPersonBy, bool SecondPersonBefore,
    DateTimeOffset? ReleasedAt, IReadOnlyList<LegalFactBody> Law);

internal sealed record ListedDisclosureBody(
    string Id, string Kind, string Force, IReadOnlyDictionary<string, string> Statements, IReadOnlyList<string> Records, DateTimeOffset PreparedAt,
    DateTimeOffset Until, DateTimeOffset? ReportBy, DateTimeOffset? ReportedAt, DateTimeOffset? ApprovedAt, string? Informed, string? Waiver,
    DateTimeOffset? ReleasedAt, IReadOnlyDictionary<string, string>? Redacted);

internal sealed record DisclosuresBody(IReadOnlyList<ListedDisclosureBody> Disclosures);

/// <param name="Waived">Why telling the client is lawfully waived; absent: they were told.</param>
internal sealed record InformedBody(string? Waived);

/// <param name="Receipt">The record that is the client's signed receipt.</param>
internal sealed record NoticeBody(string? Version, string? Receipt);

internal sealed record GivenNoticeBody(string Version, DateTimeOffset GivenAt, string? Receipt);

internal sealed record NoticesBody(IReadOnlyList<GivenNoticeBody> Notices);

/// <param name="Kind">Such as <c>subpoena</c>.</param>
/// <param name="File">The record that is the request's file.</param>
internal sealed record RequestBody(string? Kind, string? Asker, DateOnly? Received, DateOnly? Due, string? File);

/// <param name="Law">What it says there about when to answer. Not legal advice.</param>
internal sealed record TakenRequestBody(
    string Id, string Kind, DateOnly? Due, string? DueBecause, string? Hold, string NextSteps, IReadOnlyList<LegalFactBody> Law);

/// <param name="NextSteps">Of a refusal: what can lawfully be done instead.</param>
internal sealed record AnsweredBody(string Id, string? NextSteps);

internal sealed record ListedRequestBody(
    string Id, string Kind, string Asker, DateOnly Received, DateOnly? Due, string? File, string? Hold, DateTimeOffset? AnsweredAt,
    string? Outcome, string? Answer);

internal sealed record RequestsBody(IReadOnlyList<ListedRequestBody> Requests);

internal sealed record AnswerBody(string? Outcome, string? Answer);

/// <param name="Statement">The record that is the authority's letter; absent: it was said.</param>
internal sealed record SuspendBody(DateTimeOffset? Until, string? Statement);

/// <param name="PublicKey">The recipient's, PEM.</param>
internal sealed record PackageBody(string? PublicKey);

/// <param name="State"><c>linked</c>, <c>closing</c>, <c>unfinished</c> (finish it again) or <c>unlinked</c>.</param>
/// <param name="Missing">Why it cannot be closed, or finished, yet.</param>
/// <param name="Destroyed">The ids of the records that there were; each has its certificate.</param>
internal sealed record UnlinkingBody(
    string State, IReadOnlyList<string> Missing, DateTimeOffset? From = null, DateTimeOffset? At = null, IReadOnlyList<string>? Destroyed = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, MaxDepth = 8,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RelationshipBody))]
[JsonSerializable(typeof(RelationshipsBody))]
[JsonSerializable(typeof(HandOverBody))]
[JsonSerializable(typeof(HandedOverBody))]
[JsonSerializable(typeof(BreakGlassBody))]
[JsonSerializable(typeof(GrantBody))]
[JsonSerializable(typeof(GrantsBody))]
[JsonSerializable(typeof(ReviewBody))]
[JsonSerializable(typeof(ConsentBody))]
[JsonSerializable(typeof(ConsentsBody))]
[JsonSerializable(typeof(DisclosureBody))]
[JsonSerializable(typeof(RecordedDisclosureBody))]
[JsonSerializable(typeof(DisclosuresBody))]
[JsonSerializable(typeof(InformedBody))]
[JsonSerializable(typeof(NoticeBody))]
[JsonSerializable(typeof(NoticesBody))]
[JsonSerializable(typeof(PackageBody))]
[JsonSerializable(typeof(SuspendBody))]
[JsonSerializable(typeof(RequestBody))]
[JsonSerializable(typeof(TakenRequestBody))]
[JsonSerializable(typeof(RequestsBody))]
[JsonSerializable(typeof(AnswerBody))]
[JsonSerializable(typeof(UnlinkingBody))]
[JsonSerializable(typeof(AnsweredBody))]
internal sealed partial class AccessJson : JsonSerializerContext
{
    /// <summary>For answers: readable, not escaped for HTML, which nothing here is put into (nosniff is set).</summary>
    public static AccessJson Answers => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
