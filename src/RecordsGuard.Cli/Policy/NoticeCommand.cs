using System.CommandLine;
using RecordsGuard.Access.Notices;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard notice</c>: the confidentiality notice for clients, from the policy, the schedules and the legal facts
/// in force. Exit codes: 0 written; 1 the policy is wrong; 2 a file cannot be read.
/// </summary>
internal static class NoticeCommand
{
    public static Command Create()
    {
        var jurisdiction = new Option<string>("--jurisdiction") { Description = "ISO 3166, such as US-CA.", Required = true };
        var profession = new Option<string?>("--profession") { Description = "Whose schedules count, such as psychologist." };
        var file = new Option<string?>("--policy") { Description = "A policy file. Default: the policy that is shipped.", HelpName = "FILE" };
        var html = new Option<bool>("--html") { Description = "As a page." };
        var since = new Option<string?>("--since") { Description = "An earlier notice, as text: say what changed.", HelpName = "FILE" };
        var command = new Command("notice", "Writes the confidentiality notice for clients.") { jurisdiction, profession, file, html, since };
        command.SetAction(async (parsed, cancel) =>
        {
            var (policy, code) = await PolicyCommand.OpenAsync(parsed.GetValue(file), cancel);
            if (policy is null)
            {
                return code;
            }

            var where = parsed.GetValue(jurisdiction)!;
            var notice = ConfidentialityNotice.Of(policy, where, [.. Catalogue.Shipped.InWords(where, parsed.GetValue(profession))]);
            if (parsed.GetValue(since) is not { } earlier)
            {
                await Console.Out.WriteLineAsync(parsed.GetValue(html) ? notice.ToHtml() : notice.ToString());
                return 0;
            }

            try
            {
                var (gone, fresh) = ConfidentialityNotice.Changes(await File.ReadAllTextAsync(earlier, cancel), notice.ToString());
                foreach (var line in gone.Select(l => $"gone  {l}").Concat(fresh.Select(l => $"new   {l}")).DefaultIfEmpty("Nothing changed."))
                {
                    await Console.Out.WriteLineAsync(line);
                }

                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"{earlier} cannot be read: {e.Message}");
                return PolicyCommand.Unusable;
            }
        });
        return command;
    }
}
