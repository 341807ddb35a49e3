using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Access.Disclosures;

/// <summary>One row of the shipped legal facts: what a law or a case asks of a disclosure. Not legal advice.</summary>
/// <param name="About">Such as <c>risk-of-harm</c>, <c>abuse-or-neglect</c>, <c>court-order</c>, <c>subpoena</c>, <c>request</c>, <c>majority</c>.</param>
/// <param name="Of">Of abuse or neglect: <c>child</c> or <c>adult</c>; of a request: its kind.</param>
/// <param name="Jurisdictions">ISO 3166 codes; <c>US</c> holds in each of its states beside their own.</param>
/// <param name="Force"><c>must</c>, <c>may</c> or <c>none</c>.</param>
/// <param name="ClockHours">Hours from when the facts were learned, as the shortest reading has it.</param>
/// <param name="Days">Calendar days from when a request was received, as the shortest reading has it.</param>
/// <param name="Age">From which birthday on.</param>
/// <param name="Status"><c>read</c>, or <c>unverified</c>: shown, and decides nothing.</param>
public sealed record LegalFact(
    string Id, string About, string? Of, IReadOnlyList<string> Jurisdictions, string Who, string Trigger, string Force, string ForceInWords,
    string? Recipient, string? Deadline, string? Fields, string? ClientNotice, string Citation, string? Source, string Status, string InWords,
    int? ClockHours, int? Days = null, int? Age = null)
{
    public bool IsVerified => Status == "read";
}

/// <summary>What the law of one place asks of one kind of disclosure.</summary>
/// <param name="Force">The strongest that a verified row of this place says: <c>must</c>, <c>may</c> or <c>none</c>.</param>
/// <param name="Facts">Every row that is about it there, also unverified ones.</param>
public sealed record LegalGround(string Force, IReadOnlyList<LegalFact> Facts)
{
    /// <summary>The shortest clock of any row, verified or not: an alert too early does no harm.</summary>
    public int? ClockHours => Facts.Min(f => f.ClockHours);

    /// <summary>Whose term ends first, verified or not; null: no row has one.</summary>
    public LegalFact? Soonest => Facts.Where(f => f.Days is not null).MinBy(f => f.Days);
}

/// <summary>The shipped legal facts (<c>legal-facts.json</c>): data with citations, compiled in.</summary>
public static class LegalFacts
{
    public static IReadOnlyList<LegalFact> All { get; } = Load();

    /// <summary>
    /// Rows of the place itself decide before rows of a list of places, which are older surveys, and those before the
    /// country's.
    /// </summary>
    public static LegalGround For(string jurisdiction, string about, string? of = null)
    {
        ArgumentNullException.ThrowIfNull(jurisdiction);
        var country = jurisdiction.Split('-')[0];
        var facts = All.Where(f => f.About == about && (of is null || f.Of is null || f.Of == of)
            && f.Jurisdictions.Any(j => j == jurisdiction || j == country)).ToList();
        var deciding = facts.Where(f => f.IsVerified)
            .GroupBy(f => f.Jurisdictions is [var only] ? only == country && only != jurisdiction ? 2 : 0 : 1)
            .MinBy(g => g.Key);
        var force = deciding is null ? "none" : deciding.Any(f => f.Force == "must") ? "must" : deciding.Any(f => f.Force == "may") ? "may" : "none";
        return new(force, facts);
    }

    private static IReadOnlyList<LegalFact> Load()
    {
        using var stream = typeof(LegalFacts).Assembly.GetManifestResourceStream("RecordsGuard.Access.legal-facts.json")
            ?? throw new InvalidOperationException("The legal facts are missing from the build.");
        return JsonSerializer.Deserialize(stream, LegalFactsJson.Default.LegalFactFile)?.Facts
            ?? throw new InvalidOperationException("The legal facts are empty.");
    }
}

internal sealed record LegalFactFile(string Format, string Version, string Note, IReadOnlyList<LegalFact> Facts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LegalFactFile))]
internal sealed partial class LegalFactsJson : JsonSerializerContext;
