using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace RecordsGuard.Cli;

/// <param name="Change"><c>sooner</c>, <c>later</c>, <c>released</c> (kept before, a date now), <c>kept</c> (the reverse) or <c>same</c>.</param>
/// <param name="DueNow">It may be destroyed on the day asked for, and could not before.</param>
internal sealed record SimulatedCase(
    string Case, string Change, bool DueNow, DateOnly? Before, DateOnly? After, string? RuleBefore, string? RuleAfter);

internal sealed record Simulation(DateOnly AsOf, string Before, string After, IReadOnlyList<SimulatedCase> Cases);

/// <summary>
/// <c>recordsguard retention simulate</c>: what a policy would make due sooner or later, before anybody applies it. Exit
/// code 1 if it makes anything sooner.
/// </summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var policy = RetentionCommand.PolicyOption("--policy", "The policy to try, on top of the shipped catalogue.");
        policy.Required = true;
        var current = RetentionCommand.PolicyOption("--current", "The policy in force; without it, the shipped catalogue alone.");
        var cases = new Option<string>("--cases") { Description = "A case, or a folder of cases (*.json).", HelpName = "path", Required = true };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("simulate", "Shows what a policy would make due sooner or later.")
        {
            policy, current, cases, RetentionCommand.AsOf, json,
        };
        command.Answers(async (parsed, cancel) =>
        {
            var (before, after) = (
                RetentionCommand.CatalogueWith(parsed.GetValue(current)), RetentionCommand.CatalogueWith(parsed.GetValue(policy)));
            var asOf = parsed.GetValue(RetentionCommand.AsOf);
            var compared = new List<SimulatedCase>();
            foreach (var file in Files(parsed.GetValue(cases)!))
            {
                compared.Add(Compare(
                    file.Name, RetentionExplanation.Of(await CaseFile.ReadAsync(file, before, cancel), asOf, before.Version),
                    RetentionExplanation.Of(await CaseFile.ReadAsync(file, after, cancel), asOf, after.Version), asOf));
            }

            var simulation = new Simulation(asOf, before.Version, after.Version, compared);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(simulation, RetentionJson.Plain.Simulation)
                : Words(simulation));
            return compared.Exists(c => c.Change is "sooner" or "released") ? RetentionCommand.Findings : RetentionCommand.Answered;
        });
        return command;
    }

    private static IEnumerable<FileInfo> Files(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal)
        : [new(path)];

    private static SimulatedCase Compare(string name, RetentionExplanation before, RetentionExplanation after, DateOnly asOf)
    {
        // What contradicts itself is not destroyed, whatever its date.
        var (was, now) = (before.Conflict ? null : before.MayDestroyFrom, after.Conflict ? null : after.MayDestroyFrom);
        var change = was == now ? "same" : was is null ? "released" : now is null ? "kept" : now < was ? "sooner" : "later";
        return new(name, change, now <= asOf && !(was <= asOf), was, now, before.DecidingRule, after.DecidingRule);
    }

    private static string Words(Simulation simulation)
    {
        var lines = simulation.Cases.Where(c => c.Change != "same").Select(c => FormattableString.Invariant(
            $"{c.Change,-9}{Day(c.Before),-11} → {Day(c.After),-11} {c.Case}{(c.DueNow ? ", due now" : "")} ({c.RuleBefore ?? "no rule"} → {c.RuleAfter ?? "no rule"})"));
        var counts = string.Join(", ", simulation.Cases.GroupBy(c => c.Change).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => FormattableString.Invariant($"{g.Count()} {g.Key}")));
        return string.Join(Environment.NewLine, [.. lines, $"{counts}. {RetentionCommand.Notice}"]);
    }

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "keep";
}
