using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Alerts.Incidents;

/// <summary>One duty to tell somebody of a breach, as a law has it. Not legal advice.</summary>
/// <param name="Jurisdictions">ISO 3166 codes; <c>US</c> holds in each of its states beside their own.</param>
/// <param name="Hours">From discovery; at most one of the four clocks is set, and none if the law gives no date.</param>
/// <param name="BusinessDays">Monday to Friday: holidays are not known, so it comes too early rather than too late.</param>
/// <param name="DaysAfterYear">Days after the end of the year of discovery.</param>
/// <param name="AtLeast">Owed if so many people or more are affected.</param>
/// <param name="Status"><c>read</c>, or <c>unverified</c>.</param>
public sealed record BreachNotice(
    string Id, IReadOnlyList<string> Jurisdictions, string Who, string Trigger, string Recipient, string Deadline, string? Fields,
    int? Hours, int? Days, int? BusinessDays, int? DaysAfterYear, int? AtLeast, int? AtMost,
    string Citation, string? Source, string Status, string InWords)
{
    public bool AppliesTo(IEnumerable<string> jurisdictions, int affected) =>
        affected >= (AtLeast ?? 0) && affected <= (AtMost ?? int.MaxValue)
        && jurisdictions.Any(j => Jurisdictions.Contains(j) || Jurisdictions.Contains(j.Split('-')[0]));

    /// <summary>The first instant that is too late; null: there is no date. Days are those of UTC and end with the last one.</summary>
    public DateTimeOffset? By(DateTimeOffset discovered)
    {
        var day = DateOnly.FromDateTime(discovered.UtcDateTime);
        return this switch
        {
            { Hours: { } hours } => discovered.AddHours(hours),
            { Days: { } days } => End(day.AddDays(days)),
            { BusinessDays: { } days } => End(AfterBusinessDays(day, days)),
            { DaysAfterYear: { } days } => End(new DateOnly(day.Year, 12, 31).AddDays(days)),
            _ => null,
        };
    }

    private static DateOnly AfterBusinessDays(DateOnly day, int days)
    {
        while (days > 0)
        {
            day = day.AddDays(1);
            days -= day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        }

        return day;
    }

    private static DateTimeOffset End(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}

/// <summary>The shipped duties of notice (<c>breach-notices.json</c>): data with citations, compiled in.</summary>
public static class BreachNotices
{
    public static IReadOnlyList<BreachNotice> All { get; } = Load();

    private static IReadOnlyList<BreachNotice> Load()
    {
        using var stream = typeof(BreachNotices).Assembly.GetManifestResourceStream("RecordsGuard.Alerts.breach-notices.json")
            ?? throw new InvalidOperationException("The breach notices are missing from the build.");
        return JsonSerializer.Deserialize(stream, BreachNoticesJson.Default.BreachNoticeFile)?.Notices
            ?? throw new InvalidOperationException("The breach notices are empty.");
    }
}

internal sealed record BreachNoticeFile(string Format, string Version, string Note, IReadOnlyList<BreachNotice> Notices);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BreachNoticeFile))]
internal sealed partial class BreachNoticesJson : JsonSerializerContext;
