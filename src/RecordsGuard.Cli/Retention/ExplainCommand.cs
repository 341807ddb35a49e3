using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.Cli;

/// <summary><c>recordsguard retention explain</c>: one case, its dates, and how they came about.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var file = new Option<FileInfo>("--case") { Description = "The case, as JSON (docs/formats/retention-cases.md).", HelpName = "file", Required = true };
        var policy = RetentionCommand.PolicyOption("--policy", "The practice's own rules, on top of the shipped catalogue.");
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("explain", "Says from when a record may be destroyed, by when it must be, and why.")
        {
            file, RetentionCommand.AsOf, policy, json,
        };
        command.Answers(async (parsed, cancel) =>
        {
            var catalogue = RetentionCommand.CatalogueWith(parsed.GetValue(policy));
            var explained = RetentionExplanation.Of(
                await CaseFile.ReadAsync(parsed.GetValue(file)!, catalogue, cancel), parsed.GetValue(RetentionCommand.AsOf), catalogue.Version);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(explained, RetentionJson.Plain.RetentionExplanation)
                : Words(explained));
            return RetentionCommand.Answered;
        });
        return command;
    }

    private static string Words(RetentionExplanation explained)
    {
        var text = new StringBuilder();
        text.AppendLine(explained.Because).AppendLine();
        foreach (var rule in explained.Considered)
        {
            text.AppendLine(FormattableString.Invariant(
                $"  {(rule.Rule == explained.DecidingRule ? "*" : " ")} {rule.Rule}{(rule.Unverified ? " (UNVERIFIED)" : "")}: {rule.Because}"));
            text.AppendLine($"      {rule.Citation}{(rule.Source is null ? "" : $" <{rule.Source}>")}");
        }

        return text.AppendLine().Append(FormattableString.Invariant($"Catalogue {explained.Catalogue}. {explained.Notice}")).ToString();
    }
}
