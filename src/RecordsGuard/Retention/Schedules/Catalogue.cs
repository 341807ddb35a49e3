using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RecordsGuard.Retention.Schedules;

/// <summary>A rule ready to be evaluated, with the parameters of the place it is evaluated for.</summary>
internal sealed record CompiledRule(RetentionRule Rule, Expression? Keep, Expression? AtMost);

/// <summary>
/// Retention rules and parameters, compiled. Immutable; <see cref="Shipped"/> is what RecordsGuard brings. A practice's
/// own rules come on top of it.
/// </summary>
public sealed class Catalogue
{
    public const string Format = "recordsguard-retention-catalogue-1";

    private readonly List<CompiledRule> rules = [];
    private readonly Dictionary<string, CompiledRule> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CatalogueParameter[]> parameters;
    private readonly HashSet<string> adopted;

    private Catalogue(CatalogueFile file, Catalogue? under)
    {
        Version = under is null ? file.Version : $"{under.Version}+{file.Version}";
        parameters = (under?.AllParameters ?? []).Concat(file.Parameters ?? [])
            .GroupBy(p => p.Jurisdiction, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        adopted = [.. under?.adopted ?? [], .. (file.Adopts ?? []).Select(a => a.Rule)];
        Automatic = [.. (file.Automatic ?? []).Select(a => a.Class)];
        foreach (var rule in (under?.rules ?? []).Concat((file.Rules ?? []).Select(Compile)))
        {
            rules.Add(rule);
            byId.Add(rule.Rule.Id, rule);
        }
    }

    public static Catalogue Shipped { get; } = LoadShipped();

    public string Version { get; }

    public IEnumerable<RetentionRule> Rules => rules.Select(r => r.Rule);

    /// <summary>The rules that count only because the practice took them.</summary>
    public IReadOnlyCollection<string> Adopted => adopted;

    /// <summary>The record classes of which the practice chose that they go by themselves.</summary>
    public IReadOnlyCollection<string> Automatic { get; }

    internal IEnumerable<CatalogueParameter> AllParameters => parameters.Values.SelectMany(p => p);

    /// <summary>What verified rules of a place say about a client's record, for clients to read; nothing where none says anything.</summary>
    /// <param name="profession">Null: whatever the profession.</param>
    public IEnumerable<string> InWords(string jurisdiction, string? profession) =>
        Rules
            .Where(r => r.Jurisdiction == jurisdiction && !r.Unverified && r.Note is not null && r.Keep is not null
                && (profession is null ? r.Classes.Contains("client-record") || r.Classes.Contains("*") : r.Covers([profession], "client-record")))
            .Select(r => $"{r.Binds}: {r.Note} ({r.Citation})");

    /// <summary>Null if it has a fault; the faults say where and why.</summary>
    /// <param name="under">The catalogue it comes on top of, whose rules it may replace; null for one of its own.</param>
    public static Catalogue? Read(Stream json, Catalogue? under, out IReadOnlyList<string> faults)
    {
        CatalogueFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, CatalogueJson.Default.CatalogueFile);
        }
        catch (JsonException e)
        {
            faults = [$"It is no catalogue: {e.Message}"];
            return null;
        }

        faults = file is null ? ["It is empty."] : CatalogueLint.Check(file, under);
        return faults.Count == 0 ? new(file!, under) : null;
    }

    public bool TryFind(string id, [NotNullWhen(true)] out RetentionRule? rule)
    {
        rule = byId.GetValueOrDefault(id)?.Rule;
        return rule is not null;
    }

    internal CompiledRule Find(string id) => byId[id];

    /// <summary>What holds in a place: its own parameters, before those of the country around it.</summary>
    public RuleParameters ParametersOf(string jurisdiction)
    {
        ArgumentNullException.ThrowIfNull(jurisdiction);
        var found = new[] { jurisdiction, jurisdiction.Split('-')[0] }
            .SelectMany(j => parameters.GetValueOrDefault(j) ?? []).Where(p => p.InForce).ToList();
        return new(
            found.Select(p => p.Majority).FirstOrDefault(m => m is not null) ?? RuleParameters.Default.Majority,
            found.Select(p => p.LeapDay).FirstOrDefault(d => d is not null) ?? RuleParameters.Default.Missing);
    }

    /// <summary>
    /// The rules for one class of one practice's records: whatever sets a term in its place. Those that do not count are in
    /// it too, each with the reason.
    /// </summary>
    public Schedule For(string jurisdiction, string profession, string recordClass) => For(jurisdiction, [profession], recordClass);

    /// <summary>The same where one record is under the rules of several professions.</summary>
    public Schedule For(string jurisdiction, IReadOnlyCollection<string> professions, string recordClass)
    {
        var places = Jurisdictions.Within(jurisdiction).ToList();
        var words = professions.Select(Professions.Canonical).ToList();
        var near = rules
            .Where(r => r.Keep is not null && places.Contains(r.Rule.Jurisdiction) && r.Rule.Covers(words, recordClass)).ToList();
        var meant = rules.Where(r => places.Contains(r.Rule.Jurisdiction) && r.Rule.Covers(words, recordClass))
            .SelectMany(r => r.Rule.Refers ?? []).ToHashSet(StringComparer.Ordinal);
        return new([.. near
            .OrderByDescending(r => places.IndexOf(r.Rule.Jurisdiction))
            .Select(r => new ScheduledRule(r, ParametersFor(r.Rule, jurisdiction), WhyNot(r.Rule, meant)))]);
    }

    /// <summary>Exactly these rules, whomever they bind; one that only points to others stands for those.</summary>
    /// <param name="jurisdiction">Where the practice is, for the parameters of rules that hold in a wider place; or null.</param>
    public Schedule Exactly(IEnumerable<string> ids, string? jurisdiction) => new([.. ids
        .SelectMany(id => byId[id].Rule.Refers ?? [id]).Distinct(StringComparer.Ordinal)
        .Select(id => byId[id])
        .Select(r => new ScheduledRule(r, ParametersFor(r.Rule, jurisdiction ?? r.Rule.Jurisdiction), null))]);

    private RuleParameters ParametersFor(RetentionRule rule, string jurisdiction) =>
        ParametersOf(Jurisdictions.Within(jurisdiction).Contains(rule.Jurisdiction) ? jurisdiction : rule.Jurisdiction);

    /// <param name="meant">Rules to which one of the same place points: it says that no law sets a term there.</param>
    private string? WhyNot(RetentionRule rule, HashSet<string> meant) =>
        adopted.Contains(rule.Id) || meant.Contains(rule.Id) ? null
        : rule.SupersededBy is { } newer ? $"superseded by {newer}"
        : rule.Unverified ? "unverified: used only where a practice adopts it, with a name and a reason"
        : rule.Force == RuleForce.Policy ? "an example of a practice's policy, not law: used only where a practice adopts it"
        : rule.Force == RuleForce.Guideline
            ? "a guideline for where no law sets a term; that none does here is not in the catalogue, so a practice must adopt it"
        : null;

    private static CompiledRule Compile(RetentionRule rule) => new(rule, Parse(rule.Keep), Parse(rule.AtMost));

    private static Expression? Parse(string? formula) =>
        formula is null ? null
        : RuleParser.TryParse(formula, out var expression, out var fault) ? expression
        : throw new InvalidOperationException($"A formula that passed the checks does not parse: {fault}");

    private static Catalogue LoadShipped()
    {
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream("RecordsGuard.Retention.catalogue.json")
            ?? throw new InvalidOperationException("The retention catalogue is missing from the build.");
        return Read(stream, null, out var faults)
            ?? throw new InvalidOperationException($"The shipped catalogue has faults: {string.Join(" ", faults)}");
    }
}
