using System.Globalization;

namespace RecordsGuard.Cli;

/// <summary>Entries as CSV (RFC 4180), every field quoted; details as <c>name=value</c> with a space between them.</summary>
internal static class AuditCsv
{
    private const string Header = "index,id,time,kind,operation,practice,person,client,record,done,details";

    public static IEnumerable<string> Lines(IEnumerable<ExportedEntry> entries) => entries.Select(Line).Prepend(Header);

    private static string Line(ExportedEntry exported)
    {
        var (entry, happened) = (exported.Entry, exported.Entry.Event);
        string[] fields =
        [
            exported.Index.ToString(CultureInfo.InvariantCulture), entry.Id.ToString(),
            entry.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), happened.Kind.ToString(), happened.Operation,
            happened.Practice, happened.Person, happened.Client, happened.Record, exported.Done switch { true => "yes", false => "no", null => "" },
            string.Join(' ', happened.Details.Select(d => $"{d.Key}={d.Value}")),
        ];
        return string.Join(',', fields.Select(Quoted));
    }

    /// <summary>An apostrophe keeps a spreadsheet from computing what begins like a formula.</summary>
    private static string Quoted(string field) => $"\"{(field.Length > 0 && field[0] is '=' or '+' or '-' or '@' ? "'" : "")}{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
