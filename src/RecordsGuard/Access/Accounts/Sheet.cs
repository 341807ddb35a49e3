using System.Net;
using System.Text;

namespace RecordsGuard.Access.Accounts;

/// <summary>What a client is handed: a heading, sentences, a table. As a page without scripts, or as CSV (RFC 4180).</summary>
/// <param name="Rows">Each as long as <paramref name="Columns"/>.</param>
public sealed record Sheet(
    string Title, IReadOnlyList<string> Sentences, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> Notes)
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}"
        + "th,td{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}th{background:#f0f0f0}";

    public string ToHtml()
    {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append("<title>").Append(Text(Title)).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<h1>")
            .Append(Text(Title)).Append("</h1>\n");
        AppendAll(page, "p", Sentences);
        if (Columns.Count > 0)
        {
            page.Append("<table><thead><tr>");
            AppendAll(page, "th scope=\"col\"", Columns);
            page.Append("</tr></thead><tbody>\n");
            foreach (var row in Rows)
            {
                page.Append("<tr>");
                AppendAll(page, "td", row);
                page.Append("</tr>\n");
            }

            page.Append("</tbody></table>\n");
        }

        AppendAll(page, "p", Notes);
        return page.Append("</main></body></html>\n").ToString();
    }

    public string ToCsv() => string.Concat(Rows.Prepend(Columns).Select(r => string.Join(',', r.Select(Quoted)) + "\r\n"));

    private static void AppendAll(StringBuilder page, string tag, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            page.Append('<').Append(tag).Append('>').Append(Text(text)).Append("</").Append(tag.Split(' ')[0]).Append('>');
        }

        page.Append('\n');
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>An apostrophe keeps a spreadsheet from computing what begins like a formula.</summary>
    private static string Quoted(string field) =>
        $"\"{(field.Length > 0 && field[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" : "")}{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
