using System.CommandLine;
using System.Globalization;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard audit prune</c>: the beginning of the log that no duty asks for any more. From a copy it is removed; of
/// the log itself the files are named for an operator, because no identity of the app's may remove a tile.
/// </summary>
internal static class AuditPruneCommand
{
    public static Command Create()
    {
        var keep = new Option<int>("--keep-years")
        {
            Description = $"Entries of so many years are kept: {LogPruning.LeastYears} or more.",
            HelpName = "years",
            Required = true,
        };
        keep.Validators.Add(r =>
        {
            if (r.Tokens.Count == 1 && r.GetValueOrDefault<int>() is < LogPruning.LeastYears or > 1000)
            {
                r.AddError($"--keep-years takes {LogPruning.LeastYears} or more: an accounting of disclosures reaches back six years (45 CFR 164.528).");
            }
        });
        var asOf = AuditCommand.Moment("--as-of", "As if it were this day. Default: today.");
        var remove = new Option<bool>("--remove") { Description = "Removes them from the copy. Without it they are only named." };
        var command = new Command("prune", "Verifies the log and names the files of its beginning that need not be kept, or removes them from a copy.")
        {
            AuditCommand.Log, Service.Token, AuditCommand.Key, AuditCommand.Minimum, keep, asOf, remove,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(remove) && !Directory.Exists(r.GetValue(AuditCommand.Log)))
            {
                r.AddError("--remove works on a folder with a copy. From the log itself an operator removes the files that this command names.");
            }
        });
        command.Runs(async (parsed, cancel) =>
        {
            using var source = LogAt.Open(parsed);
            var keepFrom = (parsed.GetValue(asOf) ?? TimeProvider.System.GetUtcNow()).AddYears(-parsed.GetValue(keep));
            var expected = new Expectation { Key = parsed.GetValue(AuditCommand.Key), MinimumIndex = parsed.GetValue(AuditCommand.Minimum) };
            var whole = await EntryProgress.ShowAsync("verifying", progress =>
                new LogVerifier(source.Log, expected, AzureAdapters.Ed25519, progress: progress).RunAsync(cancel));
            if (whole.Found > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"Nothing was removed: the log is not whole, and what is left of it is evidence.\n{string.Join('\n', whole.Findings.Select(f => $"- {f.Where}: {f.Sentence}"))}");
                return AuditCommand.Findings;
            }

            var size = whole.Checkpoint!.Size;
            var minimum = await LogPruning.MinimumAsync(source.Log, whole.From, size, keepFrom, cancel);
            await PruneAsync(parsed.GetValue(AuditCommand.Log)!, [.. LogPruning.Below(minimum, size)], parsed.GetValue(remove), minimum, keepFrom);
            return AuditCommand.Whole;
        });
        return command;
    }

    /// <summary>What to say from now on comes first: removing may be cut off, and asked for again.</summary>
    private static async Task PruneAsync(string log, List<TileId> gone, bool remove, long minimum, DateTimeOffset keepFrom)
    {
        await Console.Error.WriteLineAsync(gone.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"No full file of entries lies before {keepFrom:yyyy-MM-dd}: nothing is to be removed.")
            : string.Create(CultureInfo.InvariantCulture, $"Entries 0 to {minimum - 1} were written before {keepFrom:yyyy-MM-dd}; once their files are gone, verify with --minimum-index {minimum}."));
        foreach (var tile in gone)
        {
            if (remove)
            {
                new LogFolder(log).Remove(tile);
            }
            else
            {
                await Console.Out.WriteLineAsync(tile.Path);
            }
        }

        await Console.Error.WriteLineAsync(gone.Count == 0
            ? ""
            : remove
                ? $"{gone.Count} files are gone."
                : "Named are full tiles and bundles; each may have earlier, partial forms beside it under the same name with .p/.");
    }
}
