using System.Globalization;
using System.Net;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using static Hl7.Fhir.Model.AuditEvent;
using AuditEvent = Hl7.Fhir.Model.AuditEvent;

namespace RecordsGuard.Cli;

/// <summary>
/// A report as a FHIR R4 bundle: an AuditEvent a line, and the report itself, with its receipts, as a Binary. Lines of the
/// access report have the shapes of <see cref="FhirAuditEvents"/>; those of the accounting that of a disclosure at its
/// source (IHE BALP 1.1).
/// </summary>
internal static class FhirReport
{
    private const string Disclosure = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source";
    private const string ProofType = "application/vnd.recordsguard.report+json";

    public static string Write(Report report) => new FhirJsonSerializer().SerializeToString(Of(report));

    /// <summary>The report in a bundle that <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static string ProofOf(string json) =>
        Parse(json).Entry.Select(e => e.Resource).OfType<Binary>().SingleOrDefault(b => b.ContentType == ProofType)?.Data is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : throw new FormatException("A bundle without the report that proves it.");

    /// <summary>Where a bundle shows something else than its own proof.</summary>
    public static IEnumerable<ReportFinding> Differences(Report report, string json)
    {
        if (json == Write(report))
        {
            yield break;
        }

        var (shown, proven) = (Parse(json).Entry, Of(report).Entry);
        var named = false;
        for (var i = 0; i < Math.Max(shown.Count, proven.Count); i++)
        {
            if (i >= shown.Count || i >= proven.Count || !shown[i].IsExactly(proven[i]))
            {
                named = true;
                yield return new(
                    ReportFault.ShownOtherwise, i + 1,
                    string.Create(CultureInfo.InvariantCulture, $"Line {i + 1}: the bundle shows something else than what is proven."));
            }
        }

        if (!named)
        {
            yield return new(ReportFault.ShownOtherwise, null, "The report: the bundle is not written as this report is.");
        }
    }

    private static Bundle Of(Report report)
    {
        var bundle = new Bundle { Type = Bundle.BundleType.Collection };
        foreach (var line in report.Lines)
        {
            var resource = Line(report, line);
            bundle.Entry.Add(new() { FullUrl = $"urn:uuid:{resource.Id}", Resource = resource });
        }

        bundle.Entry.Add(new() { FullUrl = "urn:recordsguard:report", Resource = new Binary { Id = "report", ContentType = ProofType, Data = Encoding.UTF8.GetBytes(report.ToJson()) } });
        return bundle;
    }

    private static AuditEvent Line(Report report, ReportLine line)
    {
        var receipts = line.Receipts.Select(Receipt.Parse).ToList();
        if (receipts.Count == 0)
        {
            throw new FormatException("A line has no receipt yet: ask for the report again.");
        }

        var entries = receipts.ConvertAll(r => AuditEntry.Parse(r.Entry));
        var origin = Checkpoint.Of(receipts[0].Checkpoint).Origin;
        var resource = FhirAuditEvents.Of(origin, new(receipts[0].Proof.Index, entries[0], null));
        resource.Text = new() { Status = Narrative.NarrativeStatus.Generated, Div = Narrate(report.Columns, line.Cells) };
        if (entries.Count > 1)
        {
            resource.Period = new() { StartElement = new(entries[0].Time), EndElement = new(entries[^1].Time) };
        }

        return report.Kind == Report.Accounting ? Disclosed(resource, origin, line.Cells) : resource;
    }

    /// <summary>Where the profile wants an address of the network there is none: what is disclosed leaves by hand.</summary>
    private static AuditEvent Disclosed(AuditEvent resource, string origin, IReadOnlyList<string> cells)
    {
        resource.Meta = new() { Profile = [Disclosure] };
        resource.Type = new(FhirAuditEvents.Dicom, "110106", "Export");
        resource.Subtype = [new("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose", "Disclose Record Lifecycle Event")];
        resource.Action = AuditEventAction.R;
        resource.Outcome = AuditEventOutcome.N0;
        resource.OutcomeDesc = null;
        resource.PurposeOfEvent = [new() { Text = cells[3] }];
        resource.Agent.RemoveRange(0, 2);
        resource.Agent.Insert(0, FhirAuditEvents.Machine("110153", FhirAuditEvents.Identified("log", origin)));
        resource.Agent.Insert(1, FhirAuditEvents.Machine("110152", new() { Display = cells[1] }));
        resource.Entity[0].Description = cells[2];
        return resource;
    }

    private static string Narrate(IReadOnlyList<string> columns, IReadOnlyList<string> cells) =>
        $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{string.Concat(columns.Zip(cells, (c, t) => $"<p><b>{Text(c)}</b>: {Text(t)}</p>"))}</div>";

    /// <summary>Numbered references only: a narrative is XHTML and knows no others.</summary>
    private static string Text(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(c => !char.IsControl(c) || c is '\n' or '\t')));

    private static Bundle Parse(string json)
    {
        try
        {
            return new FhirJsonDeserializer().Deserialize<Bundle>(json);
        }
        catch (DeserializationFailedException e)
        {
            throw new FormatException("Not a FHIR bundle.", e);
        }
    }
}
