using System.CommandLine;
using System.Globalization;
using System.Net;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard retention</c>: the catalogue and the engine, offline, and a practice's own rules in the app. Exit codes: 0
/// answered, 1 findings, 2 not understood, 3 the app did not answer or did not let us in. None of it is legal advice, and
/// every answer says so.
/// </summary>
internal static class RetentionCommand
{
    public const int Answered = 0;
    public const int Findings = 1;
    public const int NotUnderstood = 2;
    public const int Unreachable = 3;

    public const string Notice = "Not legal advice: check the citation.";

    public static Option<DateOnly> AsOf { get; } = new("--as-of")
    {
        Description = "The day on which the question is asked.",
        HelpName = "date",
        Required = true,
        CustomParser = r =>
        {
            var text = r.Tokens.Count == 1 ? r.Tokens[0].Value : "";
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            r.AddError($"--as-of: '{text}' is no day of the calendar, written 2026-03-02.");
            return default;
        },
    };

    public static Command Create() => new(
        "retention", "Explains how long a record is kept and under which rule. Exit codes: 0 answered, 1 findings, 2 not understood, 3 the app did not answer.")
    {
        ExplainCommand.Create(),
        SimulateCommand.Create(),
        new Command("catalogue", "The retention rules.") { LintCommand.Create() },
        RulesCommand.Create(),
    };

    public static Option<FileInfo> PolicyOption(string name, string description) => new Option<FileInfo>(name)
    {
        Description = description,
        HelpName = "file",
    };

    /// <summary>The shipped catalogue, with a practice's policy on top of it if there is one.</summary>
    /// <exception cref="FormatException">The policy has faults; they are in the message.</exception>
    public static Catalogue CatalogueWith(FileInfo? policy)
    {
        if (policy is null)
        {
            return Catalogue.Shipped;
        }

        using var json = policy.OpenRead();
        return Catalogue.Read(json, Catalogue.Shipped, out var faults)
            ?? throw new FormatException($"{policy.Name}: {string.Join(Environment.NewLine, faults)}");
    }

    /// <summary>Runs a command; what is wrong with its input is said on stderr.</summary>
    public static void Answers(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) => command.SetAction(async (parsed, cancel) =>
    {
        try
        {
            return await run(parsed, cancel);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return NotUnderstood;
        }
        catch (ServiceException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.Status is HttpStatusCode.UnprocessableEntity ? Findings : Unreachable;
        }
    });
}
