using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Alerts;

namespace RecordsGuard.App.Http;

/// <param name="Reason">Why, in a sentence: sealed, and in no log.</param>
internal sealed record ReasonBody(string? Reason);

internal sealed record PeopleBody(IReadOnlyList<PersonBody> People);

/// <summary>A person at one practice.</summary>
/// <param name="Id">Object id.</param>
/// <param name="Pseudonym">What the audit log calls them.</param>
/// <param name="UnexplainedPoints">Rank of the looks of the last 30 days that nothing explains; in the list of all people.</param>
internal sealed record PersonBody(
    string Practice, Guid Id, string Name, string Pseudonym, bool Suspended, DateTimeOffset? SuspendedAt, DateTimeOffset? LiftedAt, int? UnexplainedPoints);

/// <param name="Person">An account's name, or an object id.</param>
/// <param name="Withdrawn">True: the client takes it back.</param>
internal sealed record NeverBody(string? Person, bool? Withdrawn);

/// <param name="Name">The person's own.</param>
/// <param name="Family">Names of their family, such as a surname.</param>
internal sealed record RelativesBody(string? Name, IReadOnlyList<string>? Family);

/// <param name="Clients">How many clients bear one of the names.</param>
internal sealed record NearBody(int Clients);

internal sealed record AskBody(string? Question);

internal sealed record ExplainBody(string? Explanation);

internal sealed record InquiriesBody(IReadOnlyList<InquiryBody> Questions);

internal sealed record InquiryBody(string Alert, DateTimeOffset AskedAt, string Question, DateTimeOffset? ExplainedAt, string? Explanation)
{
    public static InquiryBody Of(ListedInquiry i) => new(i.Alert, i.Facts.AskedAt, i.Question, i.Facts.ExplainedAt, i.Explanation);
}

/// <param name="Reason">Why it was resolved.</param>
internal sealed record AlertBody(Alert Alert, string? Reason, IReadOnlyList<InquiryBody> Questions);

/// <param name="Alerts">Their ids.</param>
/// <param name="Discovered">When the practice first knew, or should have; absent: now.</param>
internal sealed record IncidentBody(
    string? Practice, IReadOnlyList<string>? Alerts, DateTimeOffset? Discovered, IReadOnlyList<string>? Jurisdictions, int? Affected, string? Summary);

internal sealed record LinkBody(IReadOnlyList<string>? Alerts);

/// <param name="Factors">The four of 45 CFR 164.402, by name.</param>
internal sealed record AssessBody(IReadOnlyDictionary<string, string>? Factors, string? Outcome, int? Affected);

/// <param name="NotOwed">Why it is not owed; absent: it was given.</param>
internal sealed record NoteBody(string? NotOwed);

internal sealed record IncidentsBody(IReadOnlyList<IncidentAnswer> Incidents);

/// <param name="Outcome"><c>breach</c> or <c>low-probability</c>; absent: not assessed, and presumed a breach.</param>
/// <param name="Notices">Not legal advice.</param>
internal sealed record IncidentAnswer(
    string Id, string Practice, DateTimeOffset OpenedAt, DateTimeOffset Discovered, IReadOnlyList<string> Alerts, IReadOnlyList<string> Jurisdictions,
    int Affected, string Summary, IReadOnlyDictionary<string, string>? Factors, string? Outcome, DateTimeOffset? AssessedAt,
    IReadOnlyList<NoticeAnswer> Notices);

/// <param name="By">The first instant that is too late; absent: the law gives no date.</param>
/// <param name="DoneAt">When somebody said that it was given, or is not owed.</param>
internal sealed record NoticeAnswer(
    string Id, string Who, string Trigger, string Recipient, string Deadline, string? Fields, DateTimeOffset? By, DateTimeOffset? DoneAt, string? NotOwed,
    string Citation, string? Source, string Status, string InWords);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, MaxDepth = 8,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(PeopleBody))]
[JsonSerializable(typeof(NeverBody))]
[JsonSerializable(typeof(RelativesBody))]
[JsonSerializable(typeof(NearBody))]
[JsonSerializable(typeof(AskBody))]
[JsonSerializable(typeof(ExplainBody))]
[JsonSerializable(typeof(InquiriesBody))]
[JsonSerializable(typeof(AlertBody))]
[JsonSerializable(typeof(IncidentBody))]
[JsonSerializable(typeof(LinkBody))]
[JsonSerializable(typeof(AssessBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(IncidentsBody))]
internal sealed partial class PeopleJson : JsonSerializerContext
{
    /// <summary>For answers: readable, not escaped for HTML, which nothing here is put into (nosniff is set).</summary>
    public static PeopleJson Answers => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
