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
internal sealed partial class AccessJson : JsonSerializerContext
{
    /// <summary>For answers: readable, not escaped for HTML, which nothing here is put into (nosniff is set).</summary>
    public static AccessJson Answers => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
