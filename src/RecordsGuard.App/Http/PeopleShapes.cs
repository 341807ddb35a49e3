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
internal sealed record PersonBody(
    string Practice, Guid Id, string Name, string Pseudonym, bool Suspended, DateTimeOffset? SuspendedAt, DateTimeOffset? LiftedAt);

internal sealed record AskBody(string? Question);

internal sealed record ExplainBody(string? Explanation);

internal sealed record InquiriesBody(IReadOnlyList<InquiryBody> Questions);

internal sealed record InquiryBody(string Alert, DateTimeOffset AskedAt, string Question, DateTimeOffset? ExplainedAt, string? Explanation)
{
    public static InquiryBody Of(ListedInquiry i) => new(i.Alert, i.Facts.AskedAt, i.Question, i.Facts.ExplainedAt, i.Explanation);
}

/// <param name="Reason">Why it was resolved.</param>
internal sealed record AlertBody(Alert Alert, string? Reason, IReadOnlyList<InquiryBody> Questions);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, MaxDepth = 8,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(PeopleBody))]
[JsonSerializable(typeof(AskBody))]
[JsonSerializable(typeof(ExplainBody))]
[JsonSerializable(typeof(InquiriesBody))]
[JsonSerializable(typeof(AlertBody))]
internal sealed partial class PeopleJson : JsonSerializerContext
{
    /// <summary>For answers: readable, not escaped for HTML, which nothing here is put into (nosniff is set).</summary>
    public static PeopleJson Answers => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
