using System.CommandLine;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary><c>recordsguard audit mirror</c>: a copy of the log as files, made and continued, verified before it counts.</summary>
internal static class AuditMirrorCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "A folder of a copy, or one that is not there yet." };
        var command = new Command("mirror", "Copies the log into a folder, or goes on with a copy; a log that does not continue it is refused.")
        {
            AuditCommand.Log, Service.Token, AuditCommand.Key, folder,
        };
        command.Runs(async (parsed, cancel) =>
        {
            using var source = LogAt.Open(parsed);
            var target = parsed.GetValue(folder)!;
            var result = await EntryProgress.ShowAsync("copying", progress =>
                new LogMirror(new(target.FullName), parsed.GetValue(AuditCommand.Key), AzureAdapters.Ed25519, progress).RunAsync(source.Log, cancel));
            if (result.Found > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"The copy stays as it was: what the log offers is not its continuation, or not whole.\n{string.Join('\n', result.Findings.Select(f => $"- {f.Where}: {f.Sentence}"))}");
                return AuditCommand.Findings;
            }

            await Console.Out.WriteLineAsync($"{target.FullName}: {result.Checkpoint!.Size} entries of {result.Checkpoint.Origin}.");
            return AuditCommand.Whole;
        });
        return command;
    }
}
