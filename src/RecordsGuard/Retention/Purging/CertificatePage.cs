using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace RecordsGuard.Retention.Purging;

/// <summary>A certificate of destruction in words, for a terminal and for paper.</summary>
public static class CertificatePage
{
    public static IEnumerable<(string Name, string Value)> Lines(CertificateStatement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return
        [
            ("Practice", statement.Practice),
            ("Client", statement.Client),
            ("Record", statement.Record),
            ("Record class", statement.Class),
            ("Period covered", statement.ServicesThrough is { } last ? $"services through {Day(last)}" : "services, the last of which was not known"),
            ("Taken in", Moment(statement.Created)),
            ("Rule", $"{statement.Rule} ({statement.Citation})"),
            ("Lawful from", Day(statement.MayDestroyFrom)),
            ("Approved by", statement.ApprovedBy == DispositionReview.Automatic
                ? "nobody for this record alone: the practice lets records of this class go by themselves"
                : $"{statement.ApprovedBy} (pseudonyms of the practice's)"),
            ("Purged", Moment(statement.PurgedAt)),
            ("Method", statement.Method),
            ("Statement", statement.Statement),
            ("No copy recoverable", $"after {Day(statement.NoCopyAfter)}"),
            ("Audit entry", statement.AuditIntent),
        ];
    }

    /// <summary>HTML that loads nothing and runs nothing.</summary>
    public static string Of(CertificateReading certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Page($"Certificate of destruction {certificate.Statement.Record}", [certificate]);
    }

    /// <summary>All that was destroyed of one chart, a table for each record.</summary>
    public static string OfChart(string client, IReadOnlyCollection<CertificateReading> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return Page($"Certificates of destruction {client}", certificates);
    }

    private static string Page(string title, IReadOnlyCollection<CertificateReading> certificates)
    {
        var tables = new StringBuilder();
        foreach (var certificate in certificates)
        {
            tables.AppendLine("<table>");
            foreach (var (name, value) in Lines(certificate.Statement).Append(("Signed with", certificate.Key)))
            {
                tables.AppendLine(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
            }

            tables.AppendLine("</table>");
        }

        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>{{Text(title)}}</title>
            <style>
            body { font: 11pt/1.4 serif; max-width: 17cm; margin: 2cm auto; }
            th { text-align: left; vertical-align: top; padding-right: 1em; white-space: nowrap; }
            td { overflow-wrap: anywhere; }
            table { break-inside: avoid; margin-bottom: 1.5em; }
            </style>
            </head>
            <body>
            <h1>{{(certificates.Count == 1 ? "Certificate of destruction" : Text(title))}}</h1>
            {{tables}}<p>Signed in a key vault. Paper proves nothing: the file does, with
            <code>recordsguard certificate verify FILE --key KEY.pem</code>.</p>
            </body>
            </html>
            """;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
