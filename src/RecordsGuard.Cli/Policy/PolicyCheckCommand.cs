using System.CommandLine;
using System.Text.Json;
using RecordsGuard.Access.Policy;

namespace RecordsGuard.Cli;

/// <summary><c>recordsguard policy check [FILE]</c>: all that is wrong with a policy, with line and column.</summary>
internal static class PolicyCheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "Default: the policy that is shipped." };
        var table = new Option<bool>("--table") { Description = "Print all that it allows, and what it refuses by name." };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("check", "Whether an access policy may be put into force.") { file, table, json };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(file), parsed.GetValue(table), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? path, bool table, bool json, CancellationToken cancel)
    {
        PolicyReading reading;
        try
        {
            reading = PolicyFile.Read(path is null ? PolicyFile.ShippedBytes() : await File.ReadAllBytesAsync(path, cancel));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{path} cannot be read: {e.Message}");
            return PolicyCommand.Unusable;
        }

        var name = path ?? "the shipped policy";
        if (json)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(
                new CheckedPolicy(
                    name, reading.Policy is not null, reading.Policy?.Version, reading.Policy?.Title, reading.Policy?.Rules.Count, reading.Complaints),
                CliJson.Plain.CheckedPolicy));
        }
        else if (reading.Policy is { } policy)
        {
            await Console.Out.WriteLineAsync($"{name}: \"{policy.Title}\", version {policy.Version}, {policy.Rules.Count} rules, may be put into force.");
            foreach (var line in table ? PolicyTable.Of(policy) : [])
            {
                await Console.Out.WriteLineAsync(line);
            }
        }
        else
        {
            foreach (var complaint in reading.Complaints)
            {
                await Console.Error.WriteLineAsync($"{name}: {complaint}");
            }

            await Console.Error.WriteLineAsync($"{name} may not be put into force: {reading.Complaints.Count} mistake(s).");
        }

        return reading.Policy is null ? PolicyCommand.Wrong : 0;
    }
}

internal sealed record CheckedPolicy(
    string File, bool Valid, string? Version, string? Title, int? Rules, IReadOnlyList<PolicyComplaint> Complaints);
