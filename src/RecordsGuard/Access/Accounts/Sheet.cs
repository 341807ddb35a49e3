using System.Net;
using System.Text;
using RecordsGuard.Audit;

namespace RecordsGuard.Access.Accounts;

/// <summary>A line of a table, and what the log has of it.</summary>
/// <param name="Cells">As many as the sheet has columns.</param>
/// <param name="Entries">The first and, if there are several, the last entry that it stands for, with their places; empty: the log has none yet.</param>
public sealed record Line(IReadOnlyList<string> Cells, IReadOnlyList<KeyValuePair<long, AuditEntry>> Entries);

/// <summary>What a client is handed: a heading, sentences, a table. As a page without scripts, or as CSV (RFC 4180).</summary>
public sealed record Sheet(
    string Title, IReadOnlyList<string> Sentences, IReadOnlyList<string> Columns, IReadOnlyList<Line> Lines, IReadOnlyList<string> Notes)
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}"
        + "th,td{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}th{background:#f0f0f0}";

    public string ToHtml() => string.Concat(HtmlParts(""));

    public string ToCsv() => string.Concat(CsvParts(null));

    /// <summary>The page in parts: what comes before the table's lines, each line, and what comes after.</summary>
    /// <param name="proof">Markup that stands at the end; or empty.</param>
    internal IReadOnlyList<string> HtmlParts(string proof)
    {
        var head = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        head.Append("<title>").Append(Text(Title)).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<h1>")
            .Append(Text(Title)).Append("</h1>\n").Append(All("p", Sentences)).Append('\n');
        if (Columns.Count > 0)
        {
            head.Append("<table><thead><tr>").Append(All("th scope=\"col\"", Columns)).Append("</tr></thead><tbody>\n");
        }

        var tail = $"{(Columns.Count > 0 ? "</tbody></table>\n" : "")}{All("p", Notes)}\n</main>{proof}</body></html>\n";
        return [head.ToString(), .. Lines.Select(l => $"<tr>{All("td", l.Cells)}</tr>\n"), tail];
    }

    /// <summary>As <see cref="HtmlParts"/>: the columns, each line, and a last line for the proof.</summary>
    /// <param name="proof">Goes into the second field of the last line; null: there is none.</param>
    internal IReadOnlyList<string> CsvParts(string? proof)
    {
        var last = proof is null ? "" : Csv([Report.CsvProof, proof, .. Columns.Skip(2).Select(_ => "")]);
        return [Csv(Columns), .. Lines.Select(l => Csv(l.Cells)), last];
    }

    private static string Csv(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted)) + "\r\n";

    private static string All(string tag, IEnumerable<string> texts) =>
        string.Concat(texts.Select(t => $"<{tag}>{Text(t)}</{tag.Split(' ')[0]}>"));

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>An apostrophe keeps a spreadsheet from computing what begins like a formula.</summary>
    private static string Quoted(string field) =>
        $"\"{(field.Length > 0 && field[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" : "")}{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
