using RecordsGuard.Access.Accounts;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Cli;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Access;

/// <summary>
/// A report of version 1 looks as it always did, in every shape, so that one of years ago still verifies: what is written
/// in these vectors may never change, another look is another version (docs/formats/report.md).
/// </summary>
public sealed class ReportVectorTests
{
    [Theory]
    [InlineData("accounting", "html")]
    [InlineData("accounting", "csv")]
    [InlineData("accounting", "fhir.json")]
    [InlineData("access-report", "html")]
    [InlineData("access-report", "csv")]
    [InlineData("access-report", "fhir.json")]
    public void A_report_of_this_version_is_written_and_verified_as_ever(string name, string shape)
    {
        var json = File.ReadAllText(InFolder($"{name}.json"));
        var report = Report.Parse(json);
        var written = shape switch
        {
            "html" => report.ToHtml(),
            "csv" => report.ToCsv(),
            _ => FhirReport.Write(report),
        };
        if (Environment.GetEnvironmentVariable("WRITE_VECTORS") == "1")
        {
            File.WriteAllText(InFolder($"{name}.{shape}"), written);
        }

        Assert.Equal(json, report.ToJson());
        Assert.Equal(File.ReadAllText(InFolder($"{name}.{shape}")), written);
        Assert.Empty(ReportFile.Of(written).Verify(VerifierKey.Parse(File.ReadAllText(InFolder("report.vkey")))).Findings);
    }

    private static string InFolder(string name) => Path.Combine(Vectors.Folder("access"), name);
}
