using System.Text.Json.Serialization;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// One retention rule as it is written in a catalogue (docs/formats/retention-rules.md §1), with what a reader needs to
/// check it.
/// </summary>
/// <param name="Jurisdiction">ISO 3166: <c>US-CA</c>, <c>DE</c>; besides <c>UK</c> and its parts, <c>EU</c>.</param>
/// <param name="Binds">Whom it binds, in words.</param>
/// <param name="Professions">Whom it binds: words of <see cref="Schedules.Professions"/>, or <c>*</c>.</param>
/// <param name="Classes">The record classes it is about, or <c>*</c>.</param>
/// <param name="About">The records it is about, in words.</param>
/// <param name="Keep">Formula: the last day on which the record must be kept. Null: it sets no term, and says so.</param>
/// <param name="AtMost">Formula: the last day on which it may be kept.</param>
/// <param name="EndedFrom">Binds only services that ended on this day or later.</param>
/// <param name="Replaces">Rules that do not count where this one comes to a day; a practice's own rule must say why.</param>
/// <param name="Refers">Rules meant where this one is named: it points to them.</param>
/// <param name="SupersededBy">The rule that is in force in its place: used only where a practice names it.</param>
/// <param name="Read">When the source was read, or the latest day it can have been.</param>
/// <param name="Note">What the reader of the source took from it, in our words.</param>
/// <param name="Reason">Why a practice's own rule shortens one it replaces.</param>
public sealed record RetentionRule(
    string Id, string Jurisdiction, string Binds, IReadOnlyList<string> Professions, IReadOnlyList<string> Classes,
    string? Keep, string Citation, string? About = null, string? Source = null, DateOnly? Read = null, RuleStage Stage = RuleStage.Whole,
    string? AtMost = null, DateOnly? EndedFrom = null, IReadOnlyList<string>? Replaces = null, IReadOnlyList<string>? Refers = null,
    string? SupersededBy = null, RuleForce Force = RuleForce.Law, bool Unverified = false, string? Destruction = null,
    string? Note = null, string? Reason = null)
{
    /// <param name="professions">It is enough that it binds one of them.</param>
    public bool Covers(IReadOnlyCollection<string> professions, string recordClass) =>
        (Professions.Contains("*") || Professions.Any(professions.Contains)) && (Classes.Contains("*") || Classes.Contains(recordClass));
}

/// <summary>What a rule lets go when its day has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleStage>))]
public enum RuleStage
{
    /// <summary>The record, whole.</summary>
    [JsonStringEnumMemberName("whole")]
    Whole,

    /// <summary>The full record; a summary of it is kept longer, under another rule.</summary>
    [JsonStringEnumMemberName("full")]
    Full,

    /// <summary>The summary that is left, and with it the last of the record.</summary>
    [JsonStringEnumMemberName("summary")]
    Summary,
}

/// <summary>Why a rule counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleForce>))]
public enum RuleForce
{
    /// <summary>Statute, regulation, or the rule of a board that licenses.</summary>
    [JsonStringEnumMemberName("law")]
    Law,

    /// <summary>
    /// A profession's guideline for where no law sets a term. That no law is in the catalogue does not show that there is
    /// none: it counts where a rule of the place refers to it, or a practice adopts it.
    /// </summary>
    [JsonStringEnumMemberName("guideline")]
    Guideline,

    /// <summary>Somebody's practice: an example, which counts only where a practice names it.</summary>
    [JsonStringEnumMemberName("policy")]
    Policy,
}

/// <summary>A parameter of a jurisdiction, with its source. Null leaves what the wider jurisdiction says.</summary>
/// <param name="LeapDay">Where a period ends that would end on a missing day.</param>
/// <param name="InForce">False: known and shown, and the safer reading used instead.</param>
public sealed record CatalogueParameter(
    string Id, string Jurisdiction, string Citation, int? Majority = null, MissingDay? LeapDay = null, string? Source = null,
    DateOnly? Read = null, bool Unverified = false, bool InForce = true, string? Note = null);

/// <summary>A practice takes a rule that does not count by itself: an unverified one, or another practice's policy.</summary>
/// <param name="By">Who decided it.</param>
public sealed record Adoption(string Rule, string By, string Reason);

/// <summary>A practice chooses that records of a class go by themselves once they may: approved by nobody, after the waiting period.</summary>
/// <param name="By">Who decided it.</param>
public sealed record AutomaticDisposition(string Class, string By, string Reason);

/// <summary>A catalogue as it is written; a practice's policy is one that comes on top of the shipped one.</summary>
/// <param name="Version">Changes with every rule.</param>
public sealed record CatalogueFile(
    string Format, string Version, string? Note = null, string? Licence = null, IReadOnlyList<CatalogueParameter>? Parameters = null,
    IReadOnlyList<RetentionRule>? Rules = null, IReadOnlyList<Adoption>? Adopts = null,
    IReadOnlyList<AutomaticDisposition>? Automatic = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(CatalogueFile))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
