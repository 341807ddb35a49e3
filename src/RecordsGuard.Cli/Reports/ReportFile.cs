using RecordsGuard.Access.Accounts;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Cli;

/// <summary>A file with a report in it, in any of its shapes.</summary>
internal sealed class ReportFile
{
    private readonly string text;
    private readonly bool isFhir;

    private ReportFile(string text, bool isFhir, Report report) => (this.text, this.isFhir, Report) = (text, isFhir, report);

    public Report Report { get; }

    /// <exception cref="FormatException">There is none in it.</exception>
    public static ReportFile Of(string text)
    {
        var isFhir = text.StartsWith('{') && text.Contains("\"resourceType\"", StringComparison.Ordinal);
        return new(text, isFhir, Report.Parse(isFhir ? FhirReport.ProofOf(text) : text));
    }

    public ReportVerdict Verify(VerifierKey key)
    {
        var verdict = ReportCheck.Verify(Report, key, isFhir ? null : text);
        return isFhir && verdict.Findings.Count == 0
            ? verdict with { Findings = [.. FhirReport.Differences(Report, text)] }
            : verdict;
    }
}
