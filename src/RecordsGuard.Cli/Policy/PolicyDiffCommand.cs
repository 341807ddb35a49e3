using System.CommandLine;
using RecordsGuard.Access.Policy;

namespace RecordsGuard.Cli;

/// <summary><c>recordsguard policy diff OLD NEW</c>: who gains and who loses what, whatever the rules look like.</summary>
internal static class PolicyDiffCommand
{
    public static Command Create()
    {
        var old = new Argument<string>("OLD") { Description = "A policy file, or - for the policy that is shipped." };
        var fresh = new Argument<string>("NEW") { Description = "The same." };
        var command = new Command("diff", "Who gains and who loses what from one access policy to another.") { old, fresh };
        command.SetAction(async (parsed, cancel) =>
        {
            var (before, code) = await PolicyCommand.OpenAsync(Path(parsed.GetValue(old)!), cancel);
            var (after, other) = await PolicyCommand.OpenAsync(Path(parsed.GetValue(fresh)!), cancel);
            if (before is null || after is null)
            {
                return Math.Max(code, other);
            }

            var (gains, loses) = PolicyTable.Compare(before, after);
            await Console.Out.WriteLineAsync($"{before.Version} -> {after.Version}: role | operation | relationship | class | purpose | change");
            await SayAsync("gains", gains);
            await SayAsync("loses", loses);
            foreach (var term in Terms(before.Terms, after.Terms))
            {
                await Console.Out.WriteLineAsync($"  changes  {term}");
            }

            if (gains.Count == 0 && loses.Count == 0 && before.Terms == after.Terms)
            {
                await Console.Out.WriteLineAsync("Nobody gains or loses anything.");
            }

            return 0;
        });
        return command;
    }

    private static string? Path(string name) => name == "-" ? null : name;

    private static async Task SayAsync(string what, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            await Console.Out.WriteLineAsync($"  {what}    {line}");
        }
    }

    private static IEnumerable<string> Terms(PolicyTerms old, PolicyTerms fresh)
    {
        foreach (var (name, before, after) in new[]
        {
            ("own upload", old.OwnUpload, fresh.OwnUpload), ("break-glass grant", old.BreakGlass, fresh.BreakGlass),
            ("review of a break-glass grant", old.BreakGlassReview, fresh.BreakGlassReview),
        })
        {
            if (before != after)
            {
                yield return $"{name}: {before.TotalMinutes:0} -> {after.TotalMinutes:0} minutes";
            }
        }
    }
}
