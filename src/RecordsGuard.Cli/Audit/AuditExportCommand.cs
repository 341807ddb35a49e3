using System.CommandLine;
using System.Text;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard audit export</c>: entries of a client or a time as FHIR AuditEvents, one JSON a line, or as CSV. Only
/// out of a log that verifies. Ids and pseudonyms, as the log has them: who they are is in the practice's rows.
/// </summary>
internal static class AuditExportCommand
{
    public static Command Create()
    {
        var from = AuditCommand.Moment("--from", "Entries from this day on.");
        var to = AuditCommand.Moment("--to", "Entries before this day.");
        var client = new Option<string>("--client") { Description = "Only this client's: a pseudonym of the log, or a client id.", HelpName = "id" };
        var format = new Option<string>("--format") { Description = "fhir or csv.", DefaultValueFactory = _ => "fhir" };
        format.AcceptOnlyFromAmong("fhir", "csv");
        var file = new Argument<FileInfo>("FILE") { Description = "A file that is not there yet." };
        var command = new Command("export", "Writes entries as FHIR R4 AuditEvents (IHE BALP), one a line, or as CSV.")
        {
            AuditCommand.Log, Service.Token, AuditCommand.Key, AuditCommand.Minimum, from, to, client, format, file,
        };
        command.Runs(async (parsed, cancel) =>
        {
            using var source = LogAt.Open(parsed);
            var entries = new ExportedEntries(parsed.GetValue(client), parsed.GetValue(from), parsed.GetValue(to));
            var expected = new Expectation { Key = parsed.GetValue(AuditCommand.Key), MinimumIndex = parsed.GetValue(AuditCommand.Minimum) };
            var result = await EntryProgress.ShowAsync("reading", progress =>
                new LogVerifier(source.Log, expected, AzureAdapters.Ed25519, each: entries.Add, progress: progress).RunAsync(cancel));
            if (result.Found > 0)
            {
                await Console.Error.WriteLineAsync($"The log does not verify ({result.Findings[0].Sentence}). Nothing was exported; recordsguard audit verify says more.");
                return AuditCommand.Findings;
            }

            var chosen = entries.Chosen();
            await WriteAsync(parsed.GetValue(file)!, parsed.GetValue(format) == "csv" ? AuditCsv.Lines(chosen) : FhirAuditEvents.Lines(result.Checkpoint!.Origin, chosen), cancel);
            await Console.Out.WriteLineAsync($"{parsed.GetValue(file)!.FullName}: {chosen.Count} of {result.Entries} entries.");
            return AuditCommand.Whole;
        });
        return command;
    }

    private static async Task WriteAsync(FileInfo file, IEnumerable<string> lines, CancellationToken cancel)
    {
        await using var stream = new FileStream(file.FullName, FileMode.CreateNew);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        foreach (var line in lines)
        {
            await writer.WriteLineAsync(line.AsMemory(), cancel);
        }
    }
}

/// <summary>An entry on its way out, and whether the change it announces came to be; null: nobody said.</summary>
internal sealed record ExportedEntry(long Index, AuditEntry Entry, bool? Done);

/// <summary>Picks what was asked for. A client's id is found in the log itself, beside the pseudonym, in the entry that announced the client's row.</summary>
internal sealed class ExportedEntries(string? client, DateTimeOffset? from, DateTimeOffset? to)
{
    private readonly List<(long Index, AuditEntry Entry)> candidates = [];
    private readonly Dictionary<AuditEntryId, bool> outcomes = [];
    private readonly HashSet<string> pseudonyms = client is null ? [] : [client];

    public void Add(long index, AuditEntry entry)
    {
        var happened = entry.Event;
        if (client is not null && happened.Client.Length > 0
            && happened.Details.Any(d => d.Key == "row" && d.Value.StartsWith($"Clients/{happened.Practice}|{client}/", StringComparison.Ordinal)))
        {
            pseudonyms.Add(happened.Client);
        }

        if (happened.Kind is AuditKind.ChangeDone or AuditKind.ChangeNotDone)
        {
            foreach (var (name, value) in happened.Details)
            {
                if (name == "intent" && AuditEntryId.TryParse(value, out var intent))
                {
                    outcomes[intent] = happened.Kind == AuditKind.ChangeDone || outcomes.GetValueOrDefault(intent);
                }
            }
        }

        if ((from is null || entry.Time >= from) && (to is null || entry.Time < to))
        {
            candidates.Add((index, entry));
        }
    }

    public IReadOnlyList<ExportedEntry> Chosen() =>
    [
        .. candidates.Where(c => client is null || pseudonyms.Contains(c.Entry.Event.Client))
            .Select(c => new ExportedEntry(c.Index, c.Entry, outcomes.TryGetValue(c.Entry.Id, out var done) ? done : null)),
    ];
}
