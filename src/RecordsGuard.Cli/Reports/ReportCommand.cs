using System.CommandLine;
using System.Globalization;
using System.Text;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard report</c>: what a client was handed, offline. Exit codes: 0 every line is proven; 1 something is
/// wrong; 2 not understood.
/// </summary>
internal static class ReportCommand
{
    private const int Proven = 0;
    private const int Findings = 1;
    private const int Unusable = 2;

    private static readonly Argument<FileInfo> File = new("FILE") { Description = "The page, CSV, JSON or FHIR bundle, as it was handed out." };

    private static readonly Option<VerifierKey> Key = new("--key")
    {
        Description = "File with the log's verifier key, got from somewhere else than the practice's report (recordsguard audit key).",
        HelpName = "file",
        Required = true,
        CustomParser = r => AuditCommand.FromFile(r, VerifierKey.Parse),
    };

    public static Command Create() => new(
        "report", "Verifies an accounting of disclosures or an access report, offline. Exit codes: 0 every line is proven, 1 something is wrong, 2 not understood.")
    {
        Verify(),
        Export(),
    };

    private static Command Verify()
    {
        var command = new Command("verify", "Says of each line whether the practice's log vouches for it, and whether lines were changed or left out.") { File, Key };
        command.SetAction((parsed, cancel) => OpenAsync(parsed, async verdict =>
        {
            foreach (var line in Words(verdict))
            {
                await Console.Out.WriteLineAsync(line);
            }

            return verdict.Findings.Count == 0 ? Proven : Findings;
        }, cancel));
        return command;
    }

    private static Command Export()
    {
        var format = new Option<string>("--format") { Description = "fhir, html, csv or json.", DefaultValueFactory = _ => "fhir" };
        format.AcceptOnlyFromAmong("fhir", "html", "csv", "json");
        var into = new Argument<FileInfo>("OUT") { Description = "A file that is not there yet." };
        var command = new Command("export", "Writes a report that verifies in another shape, proof included; FHIR R4 as a bundle of AuditEvents.") { File, Key, format, into };
        command.SetAction((parsed, cancel) => OpenAsync(parsed, async verdict =>
        {
            if (verdict.Findings.Count > 0)
            {
                await Console.Error.WriteLineAsync($"{verdict.Findings[0].Sentence} Nothing was written; recordsguard report verify says more.");
                return Findings;
            }

            var text = parsed.GetValue(format) switch
            {
                "html" => verdict.Report.ToHtml(),
                "csv" => verdict.Report.ToCsv(),
                "json" => verdict.Report.ToJson(),
                _ => FhirReport.Write(verdict.Report),
            };
            var target = parsed.GetValue(into)!.FullName;
            await WholeFile.WriteAsync(target, overwrite: false, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).AsTask());
            await Console.Out.WriteLineAsync(target);
            return Proven;
        }, cancel));
        return command;
    }

    private static async Task<int> OpenAsync(ParseResult parsed, Func<ReportVerdict, Task<int>> then, CancellationToken cancel)
    {
        var name = parsed.GetValue(File)!;
        try
        {
            var file = ReportFile.Of(await System.IO.File.ReadAllTextAsync(name.FullName, new UTF8Encoding(false, throwOnInvalidBytes: true), cancel));
            return await then(file.Verify(parsed.GetValue(Key)!));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or DecoderFallbackException)
        {
            await Console.Error.WriteLineAsync($"{name.Name}: {e.Message}");
            return Unusable;
        }
    }

    internal static IEnumerable<string> Words(ReportVerdict verdict)
    {
        var report = verdict.Report;
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.Title}: {report.Lines.Count} lines, client {report.Subject} in the log.");
        foreach (var finding in verdict.Findings)
        {
            yield return $"WRONG ({finding.Fault})  {finding.Sentence}";
        }

        if (verdict.Findings.Count > 0)
        {
            yield return $"{verdict.Findings.Count} found. Do not rely on this file; ask the practice for another, and keep this one.";
            yield break;
        }

        foreach (var line in verdict.Unproven)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"note  Line {line}: it was too young when the report was made; the practice vouches for it by the report alone.");
        }

        yield return string.Create(
            CultureInfo.InvariantCulture, $"Genuine: the log of this key vouches for each line, and for this report as it was issued on {verdict.IssuedAt:yyyy-MM-dd HH:mm}Z.");
        yield return "Names and descriptions are the practice's own words. That it left nothing out when it was issued is shown by the log itself (recordsguard audit verify).";
    }
}
