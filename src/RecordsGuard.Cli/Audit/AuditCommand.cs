using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Cli;

/// <summary>What the commands of <c>recordsguard audit</c> have in common: their options and exit codes.</summary>
internal static class AuditCommand
{
    /// <summary>All that was asked for is as it should be.</summary>
    public const int Whole = 0;

    /// <summary>Something was found, or a copy would not have been one.</summary>
    public const int Findings = 1;

    /// <summary>The command was not understood; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The log or the app did not answer, or did not let us in: nothing is known.</summary>
    public const int Unreachable = 3;

    public static Option<string> Log { get; } = new("--log")
    {
        Description = "Where the log is: its address, such as https://app.example/api/audit, or a folder with a copy.",
        HelpName = "url|dir",
        Required = true,
    };

    public static Option<VerifierKey> Key { get; } = new("--key")
    {
        Description = "File with the log's verifier key, got from somewhere else than the log.",
        HelpName = "file",
        CustomParser = r => FromFile(r, VerifierKey.Parse),
    };

    public static Option<WitnessPolicy> Witnesses { get; } = new("--witnesses")
    {
        Description = "File with a witness policy (C2SP tlog-policy): the checkpoint must carry their cosignatures.",
        HelpName = "file",
        CustomParser = r => FromFile(r, WitnessPolicy.Parse),
    };

    public static Option<long> Minimum { get; } = new("--minimum-index")
    {
        Description = "Entries below it may have been pruned, by the practice's policy.",
        HelpName = "entry",
    };

    public static Command Create() => new(
        "audit",
        "Copies, verifies, witnesses, exports and prunes the audit log. Exit codes: 0 whole, 1 findings, 2 not understood, 3 not reachable.")
    {
        AuditKeyCommand.Create(),
        AuditMirrorCommand.Create(),
        AuditVerifyCommand.Create(),
        AuditWitnessCommand.Create(),
        AuditExportCommand.Create(),
        AuditPruneCommand.Create(),
    };

    /// <summary>Runs a command; what keeps it from doing its work at all is said on stderr.</summary>
    public static void Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) => command.SetAction(async (parsed, cancel) =>
    {
        try
        {
            return await run(parsed, cancel);
        }
        catch (Exception e) when (e is ServiceException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Unreachable;
        }
        catch (LogBrokenException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Nothing was written over.");
            return Findings;
        }
    });

    /// <summary>A day, or a moment with its zone; days begin in UTC.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "date",
        CustomParser = r =>
        {
            var text = r.Tokens.Count == 1 ? r.Tokens[0].Value : "";
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            {
                return moment;
            }

            r.AddError($"{name} takes a date such as 2026-03-02.");
            return null;
        },
    };

    public static T? FromFile<T>(ArgumentResult result, Func<string, T> parse)
        where T : class
    {
        var file = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        try
        {
            return parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            result.AddError($"{file}: {e.Message}");
            return null;
        }
    }
}
