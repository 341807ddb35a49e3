using System.CommandLine;
using System.Globalization;
using System.Text;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Alerts.ResourceLogs;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard alerts evaluate</c>: runs the detections over files of Azure's logs, without an account and without a
/// network. Alerts on stdout, one JSON line each (words on a terminal); what could not be read on stderr.
/// </summary>
internal static class AlertsEvaluateCommand
{
    private const int MostBrokenTold = 20;

    public static Command Create()
    {
        var policy = new Option<LogPolicy>("--policy")
        {
            Description = "File that says who may do what, where, from where. Without it nobody is authorised.",
            HelpName = "file",
            CustomParser = r => AuditCommand.FromFile(r, LogPolicy.Parse),
        };
        var audit = new Option<DirectoryInfo>("--audit")
        {
            Description = "Folder with a copy of the audit log (recordsguard audit mirror): each read and unwrap of ours must have its entry there.",
            HelpName = "dir",
        }.AcceptExistingOnly();
        var json = new Option<bool>("--json") { Description = "JSON lines also on a terminal." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Log files in any of Azure's shapes, folders of them, or - for stdin.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("evaluate", "Runs the detections over log files of Azure.") { policy, audit, AuditCommand.Key, AuditCommand.Minimum, json, files };
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                var expected = new Expectation { Key = parsed.GetValue(AuditCommand.Key), MinimumIndex = parsed.GetValue(AuditCommand.Minimum) };
                return await RunAsync(
                    parsed.GetValue(policy) ?? LogPolicy.Empty, parsed.GetValue(audit), expected, parsed.GetValue(files) ?? [],
                    parsed.GetValue(json) || Console.IsOutputRedirected, cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return AlertsCommand.Usage;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        LogPolicy policy, DirectoryInfo? audit, Expectation expected, IEnumerable<string> files, bool json, CancellationToken cancel)
    {
        // Not Console.Out: that one flushes after each line.
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
        var alerts = 0L;
        var evaluation = new LogEvaluation(policy, audit is not null, alert =>
        {
            alerts++;
            output.WriteLine(json ? alert.ToJson() : Words(alert));
        });
        var total = new LogCounts(0, 0, 0);
        using var stdin = new KeptInput();
        foreach (var file in files.SelectMany(Expand))
        {
            var counts = await ReadAsync(evaluation, file, () => Open(file, stdin), cancel);
            total = new(total.Entries + counts.Entries, total.Others + counts.Others, total.Broken + counts.Broken);
        }

        if (audit is not null)
        {
            await JoinAsync(evaluation, audit, expected, cancel);
        }

        await evaluation.FinishAsync((place, c) => LineAsync(Open(place.Source, stdin), place, c), cancel);
        await output.FlushAsync(cancel);
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{total.Entries} log entries, {total.Others} objects that are none, {total.Broken} lines that cannot be read; {alerts} alerts{(audit is null ? ", reads and unwraps not joined with an audit log" : "")}."));
        return alerts > 0 ? AlertsCommand.Alerts : AlertsCommand.Quiet;
    }

    private static async Task<LogCounts> ReadAsync(LogEvaluation evaluation, string file, Func<Stream> open, CancellationToken cancel)
    {
        await using var stream = open();
        var told = 0;
        return await evaluation.ReadAsync(
            file, stream,
            line =>
            {
                if (++told <= MostBrokenTold)
                {
                    Console.Error.WriteLine($"{file}:{line.Line}: cannot be read: {line.Reason}.{(told == MostBrokenTold ? " More are only counted." : "")}");
                }
            },
            cancel);
    }

    private static FileStream Open(string file, KeptInput stdin) =>
        new(file == "-" ? stdin.Keep() : file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);

    private static async Task<ReadOnlyMemory<byte>> LineAsync(FileStream log, LogPlace place, CancellationToken cancel)
    {
        await using var stream = log;
        stream.Position = place.Offset;
        var bytes = new byte[place.Length];
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }

    private static async Task JoinAsync(LogEvaluation evaluation, DirectoryInfo folder, Expectation expected, CancellationToken cancel)
    {
        var result = await EntryProgress.ShowAsync("joining", progress => new LogVerifier(
            new LogFolder(folder.FullName).Log, expected, AzureAdapters.Ed25519, each: (_, entry) => evaluation.Match(entry),
            progress: progress).RunAsync(cancel));
        if (result.Found > 0)
        {
            evaluation.TellBrokenLog(result.Findings[0].Sentence);
        }
    }

    private static IEnumerable<string> Expand(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [path];

    private static string Words(LogAlert alert) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {alert.Severity.ToUpperInvariant()} {alert.Id}  {alert.Time:yyyy-MM-dd HH:mm:ss}
          {alert.Principal}: {alert.Operation} {alert.Object}
          {alert.Evidence.Because}
          First: {alert.Evidence.FirstAction}
          {alert.Evidence.Source}:{alert.Evidence.Line}

        """);
}
