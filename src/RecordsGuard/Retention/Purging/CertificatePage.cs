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
            ("Approved by", $"{statement.ApprovedBy} (a pseudonym of the practice's)"),
            ("Destroyed", Moment(statement.PurgedAt)),
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
        var rows = new StringBuilder();
        foreach (var (name, value) in Lines(certificate.Statement))
        {
            rows.AppendLine(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>");
        }

        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Certificate of destruction {{Text(certificate.Statement.Record)}}</title>
            <style>
            body { font: 11pt/1.4 serif; max-width: 17cm; margin: 2cm auto; }
            th { text-align: left; vertical-align: top; padding-right: 1em; white-space: nowrap; }
            td { overflow-wrap: anywhere; }
            </style>
            </head>
            <body>
            <h1>Certificate of destruction</h1>
            <table>
            {{rows}}</table>
            <p>Signed in a key vault with the key {{Text(certificate.Key)}}. Paper proves nothing: the file does, with
            <code>recordsguard certificate verify FILE --key KEY.pem</code>.</p>
            </body>
            </html>
            """;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
