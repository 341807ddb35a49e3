using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard exposure</c>: every content that a person was shown since a day, out of a log that verifies: what a
/// breach's risk assessment begins with. It also says what no log can know.
/// </summary>
internal static class ExposureCommand
{
    private const int PseudonymDigits = 32;

    public static Command Create()
    {
        var person = new Option<string>("--person")
        {
            Description = "Who: their pseudonym in the log; with the log at an address also an object id or an account's name.",
            HelpName = "id",
            Required = true,
        };
        var since = AuditCommand.Moment("--since", "What they were shown from this day on.");
        since.Required = true;
        var json = new Option<bool>("--json") { Description = "JSON lines also on a terminal." };
        var command = new Command(
            "exposure",
            "Lists every content that a person was shown, out of the audit log. Exit codes: 0 listed, 1 the log does not verify, 2 not understood, 3 not reachable.")
        {
            person, since, AuditCommand.Log, Service.Token, AuditCommand.Key, AuditCommand.Minimum, json,
        };
        command.Runs(async (parsed, cancel) =>
        {
            using var source = LogAt.Open(parsed);
            if (await PseudonymsAsync(source, parsed.GetValue(person)!, cancel) is not { } pseudonyms)
            {
                await Console.Error.WriteLineAsync(
                    "In a folder a person is the pseudonym that the log has for them: 32 hex digits. The app tells it: GET /api/people/{object id}.");
                return AuditCommand.Usage;
            }

            var expected = new Expectation { Key = parsed.GetValue(AuditCommand.Key), MinimumIndex = parsed.GetValue(AuditCommand.Minimum) };
            var exposures = pseudonyms.Select(p => new Exposure(p, parsed.GetValue(since)!.Value)).ToList();
            var result = await EntryProgress.ShowAsync("reading", progress => new LogVerifier(
                source.Log, expected, AzureAdapters.Ed25519, each: (_, entry) => exposures.ForEach(e => e.Add(entry)), progress: progress).RunAsync(cancel));
            if (result.Found > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"The log does not verify ({result.Findings[0].Sentence}). Nothing is listed, because less than all would pass for all; recordsguard audit verify says more.");
                return AuditCommand.Findings;
            }

            await WriteAsync([.. exposures.SelectMany(e => e.Items())], parsed.GetValue(json) || Console.IsOutputRedirected, cancel);
            await Console.Error.WriteLineAsync(Unknown(result));
            return AuditCommand.Whole;
        });
        return command;
    }

    private static async Task WriteAsync(IReadOnlyList<ExposedItem> items, bool json, CancellationToken cancel)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
        foreach (var item in items)
        {
            await output.WriteLineAsync((json ? JsonSerializer.Serialize(item, ExposureJson.Default.ExposedItem) : Words(item)).AsMemory(), cancel);
        }

        await output.FlushAsync(cancel);
        var content = items.Where(i => i.Kind == "content").ToList();
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{content.Select(i => i.Record).Distinct().Count()} records of {content.Select(i => i.Client).Distinct().Count()} clients shown; {items.Count(i => i.Kind == "sealed")} sealed copies, {items.Count(i => i.Kind == "listed")} kinds of lists."));
    }

    private static string Words(ExposedItem item) => string.Create(
        CultureInfo.InvariantCulture,
        $"{item.Kind,-7} {(item.Record.Length > 0 ? item.Record : "-")} of {(item.Client.Length > 0 ? item.Client : "the practice")}: {item.Operation}, {item.Times} time(s), {item.First:yyyy-MM-dd HH:mm} to {item.Last:yyyy-MM-dd HH:mm} UTC{(item.Purposes.Count > 0 ? $", for {string.Join(", ", item.Purposes)}" : "")}{(item.Broken > 0 ? $"; {item.Broken} did not open" : "")}");

    private static string Unknown(LogVerification result) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        The log is whole from entry {result.From} to {result.From + result.Entries} ({result.First:yyyy-MM-dd HH:mm} to {result.Last:yyyy-MM-dd HH:mm} UTC). What it does not know:
        - An entry is written before the first byte leaves: whether it arrived, and how much of it was looked at, nobody knows. Count it as received.
        - What was printed, photographed, forwarded or seen by somebody else at the same screen.
        - Whose hands used the account: "tokens" tells sign-ins apart, Entra ID's sign-in log has their devices.
        - What was read around the app: that is in Azure's own logs and in the alerts made of them (storage-read, key-unwrap, entry-missing and others).
        - What happened in the last seconds, and what was pruned before the first entry above.
        """);

    /// <summary>One a practice; null if it can only be a name and nobody can be asked.</summary>
    /// <exception cref="ServiceException">The app does not know the person, or did not answer.</exception>
    private static async Task<IReadOnlyList<string>?> PseudonymsAsync(LogAt source, string person, CancellationToken cancel) =>
        person.Length == PseudonymDigits && person.All(char.IsAsciiHexDigitLower) ? [person]
        : source.HasTables ? [.. (await source.PeopleAsync(person, cancel)).Select(p => p.Pseudonym)]
        : null;
}
