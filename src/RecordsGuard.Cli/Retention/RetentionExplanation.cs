using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

/// <param name="Client">Whose verdict it is, counted from 0, in a record of several clients; else null.</param>
/// <param name="Applies">The rule comes to a day, or would with more facts.</param>
internal sealed record ConsideredShape(
    string Rule, int? Client, bool Applies, DateOnly? MayDestroyFrom, DateOnly? MustDestroyBy, bool Unverified, string Because,
    string Citation, string? Source);

/// <summary>The answer to a case. Fields are never left out; a day that there is not is null.</summary>
/// <param name="MayReduceFrom">From then a summary is enough; null where no rule says so.</param>
/// <param name="Stage">What has to be kept on the day asked for: <c>full</c>, <c>summary</c> or <c>none</c>.</param>
/// <param name="Unverified">The deciding rule is from memory.</param>
internal sealed record RetentionExplanation(
    DateOnly AsOf, DateOnly? MayDestroyFrom, DateOnly? MustDestroyBy, DateOnly? MayReduceFrom, string Stage, string? DecidingRule,
    string? Citation, string? Source, bool Unverified, bool Conflict, IReadOnlyList<string> Missing, string Because,
    IReadOnlyList<ConsideredShape> Considered, string Catalogue, string Notice)
{
    public static RetentionExplanation Of(CaseFile asked, DateOnly asOf, string catalogue)
    {
        var verdict = asked.Schedule.Evaluate(asked.Members, out var decides);
        var deciding = verdict.Deciding < 0 ? null : asked.Schedule.Rule(verdict.Deciding);
        var considered = asked.Members.SelectMany((m, i) => asked.Schedule.Consider(m)
            .Select(c => Shape(c, asked.Members.Length > 1 ? i : null))).ToList();
        List<string> missing =
        [
            .. verdict.Missing.Members.Select(a => a.Word()),
            .. verdict.Missing.IsEmpty && verdict.MayDestroyFrom is null ? ["applicable_rule"] : Array.Empty<string>(),
        ];
        var stage = verdict.MayDestroyFrom <= asOf ? "none" : verdict.MayReduceFrom <= asOf ? "summary" : "full";
        return new(
            asOf, verdict.MayDestroyFrom, verdict.MustDestroyBy, verdict.MayReduceFrom, stage, deciding?.Id, deciding?.Citation,
            deciding?.Source, deciding?.Unverified ?? false, verdict.IsConflict, missing,
            Words(asked, verdict, deciding, decides, asOf, missing), considered, catalogue, RetentionCommand.Notice);
    }

    private static ConsideredShape Shape(ConsideredRule rule, int? client) => new(
        rule.Rule.Id, client, rule.Applies, rule.MayDestroyFrom, rule.MustDestroyBy, rule.Rule.Unverified, rule.Because,
        rule.Rule.Citation, rule.Rule.Source);

    private static string Words(
        CaseFile asked, Verdict verdict, RetentionRule? deciding, int decides, DateOnly asOf, List<string> missing)
    {
        var by = verdict.MustDestroyBy is { } last
            ? FormattableString.Invariant($" It must be destroyed by {last:yyyy-MM-dd}{(last < asOf ? ", which has passed" : "")}.") : "";
        var hint = string.Concat(asked.Hints.Select(h => $" {h}"));
        if (deciding is null)
        {
            var imported = asked.Unconfirmed.Count == 0 ? "" : $" Imported and not confirmed: {string.Join(", ", asked.Unconfirmed)}.";
            return $"Keep: {(verdict.Missing.IsEmpty ? "no rule that applies sets a term" : $"not known: {string.Join(", ", missing)}")}.{imported}{by}{hint}";
        }

        var reduced = verdict.MayReduceFrom is { } reduce
            ? FormattableString.Invariant($" From {reduce:yyyy-MM-dd} a summary is enough.") : "";
        var may = verdict.IsConflict ? "Keep: two limits contradict each other, and nothing is destroyed until a person has decided. It may" : "May";
        var member = asked.Members.Length > 1 ? FormattableString.Invariant($" (client {decides})") : "";
        return FormattableString.Invariant(
            $"{may} be destroyed from {verdict.MayDestroyFrom:yyyy-MM-dd}: {deciding.Id}{member}, {asked.Schedule.Arithmetic(verdict.Deciding, asked.Members[decides])} ({deciding.Citation}).{(deciding.Unverified ? " This rule is UNVERIFIED." : "")}{reduced}{by}{hint}");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RetentionExplanation))]
[JsonSerializable(typeof(Simulation))]
[JsonSerializable(typeof(LintReport))]
[JsonSerializable(typeof(StoredRules))]
[JsonSerializable(typeof(PutRules))]
[JsonSerializable(typeof(SimulatedPage))]
[JsonSerializable(typeof(PracticeSimulation))]
internal sealed partial class RetentionJson : JsonSerializerContext
{
    /// <summary>For people: not escaped for HTML.</summary>
    public static RetentionJson Plain => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
