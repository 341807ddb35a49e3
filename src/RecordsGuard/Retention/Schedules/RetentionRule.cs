using System.Text.Json.Serialization;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// One retention rule with its citation: so many years after the last service, and for a client who was a minor then,
/// so many after the 18th birthday, whichever is later.
/// </summary>
/// <param name="EndedFrom">The rule binds only services that ended on or after this day.</param>
public sealed record RetentionRule(
    string Id, string Jurisdiction, IReadOnlyList<string> Professions, IReadOnlyList<string> Classes,
    int Years, int YearsPast18, DateOnly? EndedFrom, string Citation, string Source);

internal sealed record RuleFile(string Note, IReadOnlyList<RetentionRule> Rules);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RuleFile))]
internal sealed partial class RuleJson : JsonSerializerContext;
