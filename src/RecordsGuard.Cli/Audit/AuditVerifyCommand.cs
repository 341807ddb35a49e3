using System.CommandLine;
using System.Text;
using System.Text.Json;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard audit verify</c>: recomputes the whole log and, if asked, replays it against the tables. The report
/// says what was checked, what was found and what cannot be known.
/// </summary>
internal static class AuditVerifyCommand
{
    /// <summary>
    /// From an entry being durable to its being in the tree: the sequencer's second, and its patience with entries that
    /// come out of order.
    /// </summary>
    private static readonly TimeSpan Integration = TimeSpan.FromSeconds(7);

    /// <summary>A checkpoint is cosigned a moment after it is published.</summary>
    private const int Tries = 5;

    public static Command Create()
    {
        var since = new Option<SignedNote[]>("--since")
        {
            Description = "File with a checkpoint seen before, best a cosigned one: the log must have grown from it. May be repeated.",
            HelpName = "file",
            CustomParser = r => [.. r.Tokens.Select(t => SinceFile(t.Value, r.AddError)).OfType<SignedNote>()],
            AllowMultipleArgumentsPerToken = false,
        };
        var against = new Option<string>("--against") { Description = "tables: compare every row with the log too.", HelpName = "tables" };
        against.AcceptOnlyFromAmong("tables");
        var json = new Option<bool>("--json") { Description = "The report as JSON." };
        var command = new Command("verify", "Recomputes every hash, signature and chain of the log, and says what it found.")
        {
            AuditCommand.Log, Service.Token, AuditCommand.Key, since, AuditCommand.Witnesses, AuditCommand.Minimum, against, json,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(against) is not null && r.GetValue(AuditCommand.Log) is { } log && !log.StartsWith("http", StringComparison.Ordinal))
            {
                r.AddError("--against tables needs the log's address: rows change, and a copy of the log does not.");
            }
        });
        command.Runs(async (parsed, cancel) =>
        {
            using var source = LogAt.Open(parsed);
            var expected = new Expectation
            {
                Key = parsed.GetValue(AuditCommand.Key),
                Since = parsed.GetValue(since) ?? [],
                Witnesses = parsed.GetValue(AuditCommand.Witnesses),
                MinimumIndex = parsed.GetValue(AuditCommand.Minimum),
            };
            var report = await RunAsync(source, expected, parsed.GetValue(against) is not null, TimeProvider.System, cancel);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(report.Shape(), AuditJson.Plain.VerificationShape)
                : report.Words());
            return report.IsWhole ? AuditCommand.Whole : AuditCommand.Findings;
        });
        return command;
    }

    /// <summary>
    /// The rows first: the log that is read afterwards has all that they show. Once more, if the log was not there yet or
    /// its checkpoint not cosigned yet.
    /// </summary>
    private static async Task<AuditReport> RunAsync(
        LogAt source, Expectation expected, bool tables, TimeProvider time, CancellationToken cancel)
    {
        var rows = tables ? await source.RowsAsync(cancel) : null;
        await Task.Delay(tables ? Integration : TimeSpan.Zero, time, cancel);
        for (var left = Tries; ; left--)
        {
            var replay = rows is null ? null : new RowReplay(rows);
            var result = await EntryProgress.ShowAsync("verifying", progress =>
                new LogVerifier(source.Log, expected, AzureAdapters.Ed25519, replay, progress).RunAsync(cancel));
            var early = replay?.HasReachedRows == false
                || (source.HasTables && result.Found > 0 && result.Findings.All(f => f.Fault == VerifyFault.NotCosigned));
            if (!early || left == 1)
            {
                return new(result, expected, rows, replay);
            }

            await Task.Delay(TimeSpan.FromSeconds(2), time, cancel);
        }
    }

    private static SignedNote? SinceFile(string file, Action<string> complain)
    {
        try
        {
            var note = SignedNote.Parse(Encoding.UTF8.GetBytes(File.ReadAllText(file)));
            Checkpoint.Of(note);
            return note;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            complain($"{file}: {e.Message}");
            return null;
        }
    }
}
