using System.CommandLine;
using System.Net;

namespace RecordsGuard.Cli;

/// <summary>What the app answers about a practice's own rules.</summary>
internal sealed record StoredRules(string Rules, string PutBy, DateTimeOffset PutAt, bool Settled, IReadOnlyList<string> Faults);

/// <param name="Id">The version of the shipped catalogue and the rules together.</param>
internal sealed record PutRules(string Id);

/// <summary>
/// <c>recordsguard retention rules</c>: the rules of its own that a practice has in the app
/// (docs/formats/retention-rules.md §5). <c>retention simulate --practice</c> tries them before they are put.
/// </summary>
internal static class RulesCommand
{
    private static readonly Option<string> Practice = new("--practice") { Description = "Whose rules.", HelpName = "id", Required = true };

    public static Command Create() => new("rules", "A practice's own rules in the app: shown, put. Try them with: retention simulate --practice.")
    {
        Show(),
        Put(),
    };

    public static string Path(string practice) => $"/api/practices/{Uri.EscapeDataString(practice)}/retention-rules";

    private static Command Show()
    {
        var command = new Command("show", "Writes the file as it was put, so that it can be mended and put again; who and when on stderr. Exit code 1: it has faults, or there is none.")
        {
            Practice, Service.Url, Service.Token,
        };
        command.Answers(async (parsed, cancel) =>
        {
            using var service = Service.Open(parsed);
            StoredRules stored;
            try
            {
                stored = await service.JsonAsync(HttpMethod.Get, Path(parsed.GetValue(Practice)!), RetentionJson.Plain.StoredRules, cancel);
            }
            catch (ServiceException e) when (e.Status is HttpStatusCode.NotFound)
            {
                await Console.Error.WriteLineAsync("This practice has no rules of its own: the shipped catalogue alone is in force.");
                return RetentionCommand.Findings;
            }

            await Console.Out.WriteLineAsync(stored.Rules);
            await Console.Error.WriteLineAsync(FormattableString.Invariant(
                $"Put {stored.PutAt:yyyy-MM-dd HH:mm} UTC by {stored.PutBy}. {Standing(stored.Settled)}"));
            foreach (var fault in stored.Faults)
            {
                await Console.Error.WriteLineAsync($"They do not stand on the shipped catalogue, and everything is kept until they are mended: {fault}");
            }

            return stored.Faults.Count == 0 ? RetentionCommand.Answered : RetentionCommand.Findings;
        });
        return command;
    }

    private static Command Put()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The rules, instead of those there are. Without rules and adoptions: the shipped ones alone." };
        var command = new Command("put", "Puts a practice's own rules. Exit code 1: they are refused, with a sentence for each fault, and nothing is changed.")
        {
            Practice, Service.Url, Service.Token, file,
        };
        command.Answers(async (parsed, cancel) =>
        {
            using var service = Service.Open(parsed);
            using var rules = await ContentAsync(parsed.GetValue(file)!, cancel);
            using var answer = await service.SendAsync(HttpMethod.Put, Path(parsed.GetValue(Practice)!), cancel, rules);
            var put = Service.Read(await answer.Content.ReadAsByteArrayAsync(cancel), RetentionJson.Plain.PutRules);
            await Console.Out.WriteLineAsync(
                $"{put.Id}: {Standing(answer.StatusCode is HttpStatusCode.OK)} Approvals under another rule or date count no more. {RetentionCommand.Notice}");
            return RetentionCommand.Answered;
        });
        return command;
    }

    /// <summary>A file for the app, as it is.</summary>
    public static async Task<HttpContent> ContentAsync(FileInfo file, CancellationToken cancel) =>
        Service.Json(await File.ReadAllBytesAsync(file.FullName, cancel));

    private static string Standing(bool settled) => settled
        ? "In force."
        : "Every decision keeps to them; the records are still being listed by them, by themselves.";
}
