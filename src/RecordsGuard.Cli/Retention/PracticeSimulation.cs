using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace RecordsGuard.Cli;

/// <param name="Change">As of a <see cref="SimulatedCase"/>.</param>
internal sealed record SimulatedRecord(
    string Client, string Record, string Class, string Change, bool DueNow, DateOnly? Before, DateOnly? After, string? RuleBefore, string? RuleAfter);

/// <summary>One answer of the app.</summary>
/// <param name="Next">Where the next begins; null: that was all.</param>
internal sealed record SimulatedPage(IReadOnlyList<SimulatedRecord> Records, int Same, IReadOnlyList<string> Automatic, string? Next);

/// <summary>
/// <c>recordsguard retention simulate --practice</c>: what rules would change of the records that a practice has in the app.
/// </summary>
/// <param name="Records">Those whose date changes.</param>
/// <param name="Same">How many keep theirs.</param>
/// <param name="Automatic">Classes that would go by themselves, and do not now.</param>
internal sealed record PracticeSimulation(DateOnly AsOf, IReadOnlyList<SimulatedRecord> Records, int Same, IReadOnlyList<string> Automatic)
{
    public static async Task<int> RunAsync(
        ParseResult parsed, string practice, FileInfo policy, DateOnly asOf, bool json, CancellationToken cancel)
    {
        using var service = Service.Open(parsed);
        var path = string.Create(CultureInfo.InvariantCulture, $"{RulesCommand.Path(practice)}/simulate?asOf={asOf:yyyy-MM-dd}");
        var (records, same, next) = (new List<SimulatedRecord>(), 0, "");
        IReadOnlyList<string> automatic;
        do
        {
            using var rules = await RulesCommand.ContentAsync(policy, cancel);
            var page = await service.JsonAsync(
                HttpMethod.Post, $"{path}&after={Uri.EscapeDataString(next)}", RetentionJson.Plain.SimulatedPage, cancel, rules);
            records.AddRange(page.Records);
            (same, automatic, next) = (same + page.Same, page.Automatic, page.Next);
        }
        while (next is not null);

        var simulation = new PracticeSimulation(asOf, records, same, automatic);
        await Console.Out.WriteLineAsync(
            json ? JsonSerializer.Serialize(simulation, RetentionJson.Plain.PracticeSimulation) : simulation.Words());
        return RetentionCommand.Answered;
    }

    private string Words()
    {
        var lines = Records.Select(r => SimulateCommand.Line(new(
            $"{r.Client} {r.Record}, {r.Class}", r.Change, r.DueNow, r.Before, r.After, r.RuleBefore, r.RuleAfter)));
        var counts = Records.GroupBy(r => r.Change).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, Count: g.Count()))
            .Append(("same", Same)).Append(("due now that were not", Records.Count(r => r.DueNow)))
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Item2} {c.Item1}"));
        return string.Join(Environment.NewLine, [.. lines, .. Automatic.Select(SimulateCommand.ByThemselves), $"{string.Join(", ", counts)}. Nothing was changed. {RetentionCommand.Notice}"]);
    }
}
