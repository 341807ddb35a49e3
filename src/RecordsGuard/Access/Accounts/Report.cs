using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Access.Accounts;

/// <summary>A line as it was issued.</summary>
/// <param name="Entries">The ids of the audit entries that it is made of.</param>
/// <param name="Receipts">Of each of them: C2SP tlog-proof.</param>
public sealed record ReportLine(IReadOnlyList<string> Cells, IReadOnlyList<string> Entries, IReadOnlyList<string> Receipts);

/// <summary>
/// A sheet as it was handed out, with all that proves it to somebody who has the log's verifier key and nothing else
/// (docs/formats/report.md): a receipt of each line's entries, and one of the entry that says that this very report was
/// issued. The page and the CSV carry it whole.
/// </summary>
/// <param name="Kind"><see cref="Accounting"/> or <see cref="AccessReport"/>.</param>
/// <param name="Subject">The client's pseudonym in the log.</param>
/// <param name="Salt">Random; the log has digests of this report, and nobody guesses its words from them.</param>
/// <param name="Receipt">Of the entry that announced this report; null: the log had not taken it in when it was handed out.</param>
public sealed record Report(
    string Format, string Kind, string Subject, string Salt, string Title, IReadOnlyList<string> Sentences, IReadOnlyList<string> Columns,
    IReadOnlyList<ReportLine> Lines, IReadOnlyList<string> Notes, string? Receipt)
{
    public const string Version = "recordsguard-report-1";
    public const string Accounting = "accounting";
    public const string AccessReport = "access-report";

    internal const string CsvProof = "Proof";
    internal const int FingerprintLength = 8;

    /// <summary>Of a report with more lines the log has the whole's digest only: an entry takes no more.</summary>
    private const int MaxFingerprints = 4096;
    private const int FingerprintsADetail = 256;
    private const string HtmlBefore = "<script type=\"application/json\" id=\"proof\">";
    private const string HtmlAfter = "</script>";

    /// <summary>Without receipts yet.</summary>
    internal static Report Of(string kind, string subject, Sheet sheet) => new(
        Version, kind, subject, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), sheet.Title, sheet.Sentences, sheet.Columns,
        [.. sheet.Lines.Select(l => new ReportLine(l.Cells, [.. l.Entries.Select(e => e.Value.Id.ToString())], []))], sheet.Notes, null);

    /// <exception cref="FormatException">Neither a page, nor CSV, nor JSON of ours.</exception>
    public static Report Parse(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var json = file.StartsWith('{') ? file
            : file.StartsWith("<!doctype", StringComparison.Ordinal) ? Between(file, HtmlBefore, HtmlAfter)
            : Encoding.UTF8.GetString(Convert.FromBase64String(Between(file, $"\r\n\"{CsvProof}\",\"", "\"")));
        try
        {
            return JsonSerializer.Deserialize(json, ReportJson.Default.Report) is { Format: Version, Kind: Accounting or AccessReport } report && report.IsWhole()
                ? report
                : throw new FormatException("Not a report of this version.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException("Not a report.", e);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.Report);

    public string ToHtml() => string.Concat(HtmlParts());

    public string ToCsv() => string.Concat(CsvParts());

    /// <summary>No null where the shape has a text or a line, and nothing that has no digest.</summary>
    /// <exception cref="ArgumentException">Half a character, or a text too long.</exception>
    private bool IsWhole() =>
        Lines.All(l => l is not null && l.Cells.Concat(l.Entries).Concat(l.Receipts).All(t => t is not null))
        && Sentences.Concat(Columns).Concat(Notes).All(t => t is not null) && Announcement().Any();

    /// <summary>The parts that a file of this shape is made of, as <see cref="Sheet.HtmlParts"/> has them; null: it shows nothing besides the proof.</summary>
    internal IReadOnlyList<string>? PartsLike(string file) => file.StartsWith('{') ? null : file.StartsWith('<') ? HtmlParts() : CsvParts();

    /// <summary>What the log is told before a report is handed out: a digest of all of it, and a short one of each line.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Announcement()
    {
        var lines = Lines.Select(DigestOf).ToList();
        yield return new("report", Digest(lines));
        if (lines.Count <= MaxFingerprints)
        {
            foreach (var some in lines.Chunk(FingerprintsADetail))
            {
                yield return new("line", string.Concat(some.Select(l => l[..FingerprintLength])));
            }
        }
    }

    private string Digest(IReadOnlyList<string> lines) => Hash(
    [
        "recordsguard report", Format, Kind, Subject, Salt, Title, .. Counted(Sentences), .. Counted(Columns), .. Counted(lines), .. Counted(Notes),
    ]);

    private string DigestOf(ReportLine line) => Hash(["recordsguard report line", Salt, .. Counted(line.Cells), .. Counted(line.Entries)]);

    private static string Hash(string[] fields) => Convert.ToHexStringLower(SHA256.HashData(CanonicalBytes.Of(fields)));

    private static IEnumerable<string> Counted(IReadOnlyList<string> texts) => texts.Prepend(texts.Count.ToString(CultureInfo.InvariantCulture));

    private IReadOnlyList<string> HtmlParts() => Sheet().HtmlParts($"{HtmlBefore}{ToJson()}{HtmlAfter}");

    private IReadOnlyList<string> CsvParts() => Sheet().CsvParts(Convert.ToBase64String(Encoding.UTF8.GetBytes(ToJson())));

    private Sheet Sheet() => new(Title, Sentences, Columns, [.. Lines.Select(l => new Line(l.Cells, []))], Notes);

    private static string Between(string text, string before, string after)
    {
        var from = text.LastIndexOf(before, StringComparison.Ordinal);
        var to = from < 0 ? -1 : text.IndexOf(after, from + before.Length, StringComparison.Ordinal);
        return to < 0 ? throw new FormatException("A report carries its proof at its end, and here is none.") : text[(from + before.Length)..to];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
