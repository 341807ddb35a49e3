using System.CommandLine;
using System.Text.Json;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

internal sealed record LintReport(string File, string? Version, int Rules, IReadOnlyList<string> Faults);

/// <summary>
/// <c>recordsguard retention catalogue lint [FILE]</c>: the shipped catalogue, or a practice's own rules on top of it.
/// Exit code 0 if they may be used, 1 if not.
/// </summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "A practice's rules; without it, the shipped catalogue.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("lint", "Checks rules: that they can be read, looked up, and do not shorten a law without a reason.") { file, json };
        command.Answers(async (parsed, _) =>
        {
            var report = Check(parsed.GetValue(file));
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(report, RetentionJson.Plain.LintReport)
                : report.Faults.Count == 0
                    ? FormattableString.Invariant($"{report.File}: {report.Rules} rules, version {report.Version}, no fault. {RetentionCommand.Notice}")
                    : string.Join(Environment.NewLine, report.Faults.Select(f => $"{report.File}: {f}")));
            return report.Faults.Count == 0 ? RetentionCommand.Answered : RetentionCommand.Findings;
        });
        return command;
    }

    private static LintReport Check(FileInfo? file)
    {
        if (file is null)
        {
            return new("the shipped catalogue", Catalogue.Shipped.Version, Catalogue.Shipped.Rules.Count(), []);
        }

        using var json = file.OpenRead();
        var catalogue = Catalogue.Read(json, Catalogue.Shipped, out var faults);
        return new(file.Name, catalogue?.Version, (catalogue?.Rules.Count() ?? 0) - Catalogue.Shipped.Rules.Count(), faults);
    }
}
