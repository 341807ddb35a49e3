using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

/// <param name="Change"><c>sooner</c>, <c>later</c>, <c>released</c> (kept before, a date now), <c>kept</c> (the reverse) or <c>same</c>.</param>
/// <param name="DueNow">It may be destroyed on the day asked for, and could not before.</param>
internal sealed record SimulatedCase(
    string Case, string Change, bool DueNow, DateOnly? Before, DateOnly? After, string? RuleBefore, string? RuleAfter);

/// <param name="Automatic">Classes that would go by themselves, and do not before.</param>
internal sealed record Simulation(
    DateOnly AsOf, string Before, string After, IReadOnlyList<SimulatedCase> Cases, IReadOnlyList<string> Automatic);

/// <summary>
/// <c>recordsguard retention simulate</c>: what a policy would make due sooner or later, before anybody applies it.
/// </summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var policy = RetentionCommand.PolicyOption("--policy", "The policy to try, on top of the shipped catalogue.");
        policy.Required = true;
        var current = RetentionCommand.PolicyOption("--current", "The policy in force; without it, the shipped catalogue alone.");
        var cases = new Option<string?>("--cases")
        {
            Description = "A case, or a folder of cases (*.json); without it, standard clients of the rules that the policy changes.",
            HelpName = "path",
        };
        var practice = new Option<string?>("--practice")
        {
            Description = "Over the records that this practice has in the app, against the rules in force there.",
            HelpName = "id",
        };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("simulate", "Shows what a policy would make due sooner or later. It changes nothing.")
        {
            policy, current, cases, practice, Service.Url, Service.Token, RetentionCommand.AsOf, json,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(practice) is not null && (r.GetResult(current) is not null || r.GetResult(cases) is not null))
            {
                r.AddError("--practice looks at the app's records under the app's rules: --current and --cases are for files.");
            }
        });
        command.Answers(async (parsed, cancel) =>
        {
            if (parsed.GetValue(practice) is { } id)
            {
                return await PracticeSimulation.RunAsync(
                    parsed, id, parsed.GetValue(policy)!, parsed.GetValue(RetentionCommand.AsOf), parsed.GetValue(json), cancel);
            }

            var (before, after) = (
                RetentionCommand.CatalogueWith(parsed.GetValue(current)), RetentionCommand.CatalogueWith(parsed.GetValue(policy)));
            var asOf = parsed.GetValue(RetentionCommand.AsOf);
            var compared = new List<SimulatedCase>();
            if (parsed.GetValue(cases) is not { } path)
            {
                compared.AddRange(Standard(before, after, asOf));
                path = "";
            }

            foreach (var file in path.Length == 0 ? [] : Files(path))
            {
                compared.Add(Compare(
                    file.Name, RetentionExplanation.Of(await CaseFile.ReadAsync(file, before, cancel), asOf, before.Version),
                    RetentionExplanation.Of(await CaseFile.ReadAsync(file, after, cancel), asOf, after.Version), asOf));
            }

            var simulation = new Simulation(
                asOf, before.Version, after.Version, compared, [.. after.Automatic.Except(before.Automatic).Order(StringComparer.Ordinal)]);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(simulation, RetentionJson.Plain.Simulation)
                : Words(simulation));
            return RetentionCommand.Answered;
        });
        return command;
    }

    private static IEnumerable<FileInfo> Files(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal)
        : [new(path)];

    private static SimulatedCase Compare(string name, RetentionExplanation before, RetentionExplanation after, DateOnly asOf) => Compare(
        name, before.Conflict ? null : before.MayDestroyFrom, after.Conflict ? null : after.MayDestroyFrom, before.DecidingRule,
        after.DecidingRule, asOf);

    /// <param name="was">Null where it is kept; what contradicts itself is kept, whatever its date.</param>
    private static SimulatedCase Compare(string name, DateOnly? was, DateOnly? now, string? ruleBefore, string? ruleAfter, DateOnly asOf)
    {
        var change = was == now ? "same" : was is null ? "released" : now is null ? "kept" : now < was ? "sooner" : "later";
        return new(name, change, now <= asOf && !(was <= asOf), was, now, ruleBefore, ruleAfter);
    }

    /// <summary>For each place, profession and class that the policy has a rule of its own for: an adult, a minor, one who died.</summary>
    internal static IEnumerable<SimulatedCase> Standard(Catalogue before, Catalogue after, DateOnly asOf)
    {
        var end = asOf.AddYears(-5);
        var touched = after.Rules
            .Where(r => !before.TryFind(r.Id, out _) || (after.Adopted.Contains(r.Id) && !before.Adopted.Contains(r.Id)))
            .SelectMany(r => r.Professions.SelectMany(p => r.Classes.Select(c => (
                r.Jurisdiction, Profession: p == "*" ? "psychologist" : p, Class: c == "*" ? "client-record" : c)))).Distinct();
        foreach (var (jurisdiction, profession, recordClass) in touched)
        {
            var (was, now) = (before.For(jurisdiction, profession, recordClass), after.For(jurisdiction, profession, recordClass));
            foreach (var (who, age, died) in new (string, int, DateOnly?)[]
            {
                ("an adult", 40, null), ("a minor of 15", 15, null), ("an adult who died a year later", 40, end.AddYears(1)),
            })
            {
                var facts = RetentionFacts.OfBorn(end.AddYears(-age).AddDays(-1));
                foreach (var anchor in Enum.GetValues<Anchor>().Where(a => a is not (Anchor.Death or Anchor.Born)))
                {
                    facts.Set(anchor, end);
                }

                facts.Set(Anchor.Death, died);
                var (one, other) = (was.Evaluate(facts), now.Evaluate(facts));
                yield return Compare(
                    FormattableString.Invariant($"{jurisdiction} {profession}, {recordClass}: {who}, all events {end:yyyy-MM-dd}"),
                    one.IsConflict ? null : one.MayDestroyFrom, other.IsConflict ? null : other.MayDestroyFrom,
                    one.Deciding < 0 ? null : was.Rule(one.Deciding).Id, other.Deciding < 0 ? null : now.Rule(other.Deciding).Id, asOf);
            }
        }
    }

    private static string Words(Simulation simulation)
    {
        var counts = string.Join(", ", simulation.Cases.GroupBy(c => c.Change).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => FormattableString.Invariant($"{g.Count()} {g.Key}")));
        return string.Join(
            Environment.NewLine,
            [
                .. simulation.Cases.Where(c => c.Change != "same").Select(Line), .. simulation.Automatic.Select(ByThemselves),
                $"{(counts.Length == 0 ? "no cases" : counts)}. {RetentionCommand.Notice}",
            ]);
    }

    public static string Line(SimulatedCase c) => FormattableString.Invariant(
        $"{c.Change,-9}{Day(c.Before),-11} → {Day(c.After),-11} {c.Case}{(c.DueNow ? ", due now" : "")} ({c.RuleBefore ?? "no rule"} → {c.RuleAfter ?? "no rule"})");

    public static string ByThemselves(string recordClass) =>
        $"Records of the class {recordClass} would go by themselves from then on, once they may and their waiting period has passed.";

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "keep";
}
