using System.Globalization;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Access.Accounts;

/// <summary>What can be wrong with a report.</summary>
public enum ReportFault
{
    /// <summary>What stands for a receipt is none.</summary>
    BadReceipt,

    /// <summary>A receipt of a log with another origin.</summary>
    OtherLog,

    /// <summary>The log's key has not signed the receipt's checkpoint, or the signed tree has no such entry.</summary>
    Forged,

    /// <summary>The entry is about another client.</summary>
    OtherClient,

    /// <summary>The line's entry is another than the receipt's, or there is no receipt of it.</summary>
    NotProven,

    /// <summary>The line says something else than its entry.</summary>
    Contradicts,

    /// <summary>The same entry stands behind two lines.</summary>
    Twice,

    /// <summary>The line is not as it was issued.</summary>
    LineChanged,

    /// <summary>A line that was issued is not there.</summary>
    LineMissing,

    /// <summary>A line was never issued.</summary>
    LineAdded,

    /// <summary>Title, sentences, columns or notes are not as they were issued, or the lines have another order.</summary>
    WordsChanged,

    /// <summary>The report has no receipt of its own: whether lines are missing cannot be seen.</summary>
    NotIssued,

    /// <summary>What the file shows is not what it proves.</summary>
    ShownOtherwise,
}

/// <param name="Line">From 1; null: the report as a whole.</param>
public sealed record ReportFinding(ReportFault Fault, int? Line, string Sentence);

/// <summary>What came of checking a report.</summary>
/// <param name="IssuedAt">When the log was told of it, if that is proven.</param>
/// <param name="Unproven">Lines whose entry the log had not taken in yet, as the issued report says itself.</param>
public sealed record ReportVerdict(Report Report, DateTimeOffset? IssuedAt, IReadOnlyList<int> Unproven, IReadOnlyList<ReportFinding> Findings);

/// <summary>
/// Verifies a report offline: each receipt, that it is about this client and this line, that the report is the one that
/// was issued, and that what the file shows is what it proves. Pure.
/// </summary>
public sealed class ReportCheck
{
    private readonly Report report;
    private readonly VerifierKey key;
    private readonly List<ReportFinding> findings = [];
    private readonly Dictionary<AuditEntryId, int> seen = [];

    private ReportCheck(Report report, VerifierKey key) => (this.report, this.key) = (report, key);

    /// <param name="file">A page, CSV or JSON; null: only the proof is at hand.</param>
    public static ReportVerdict Verify(Report report, VerifierKey key, string? file)
    {
        ArgumentNullException.ThrowIfNull(report);
        var check = new ReportCheck(report, key);
        foreach (var (i, line) in report.Lines.Index())
        {
            check.CheckLine(i + 1, line);
        }

        var issued = check.CheckIssue();
        if (file is not null && report.PartsLike(file) is { } parts)
        {
            check.CheckShown(file, parts);
        }

        return new(report, issued, [.. report.Lines.Index().Where(l => l.Item.Entries.Count == 0).Select(l => l.Index + 1)], check.findings);
    }

    private void CheckLine(int number, ReportLine line)
    {
        if (line.Receipts.Count != line.Entries.Count)
        {
            Add(ReportFault.NotProven, number, $"it names {line.Entries.Count} entries of the log and has receipts of {line.Receipts.Count}.");
        }

        var entries = new List<AuditEntry>();
        foreach (var (i, text) in line.Receipts.Index())
        {
            if (Proven(text, number) is not { } entry)
            {
                continue;
            }

            if (i >= line.Entries.Count || entry.Id.ToString() != line.Entries[i])
            {
                Add(ReportFault.NotProven, number, $"its receipt is of entry {entry.Id}, which is another than the line names.");
            }
            else if (!seen.TryAdd(entry.Id, number))
            {
                Add(ReportFault.Twice, number, $"its entry stands behind line {seen[entry.Id]} too.");
            }

            entries.Add(entry);
        }

        if (entries.Count > 0 && entries.Count == line.Entries.Count && Contradiction(line.Cells, entries[0], entries[^1]) is { } otherwise)
        {
            Add(ReportFault.Contradicts, number, otherwise);
        }
    }

    private string? Contradiction(IReadOnlyList<string> cells, AuditEntry first, AuditEntry last) =>
        report.Kind == Report.AccessReport ? AccessReport.Contradiction(cells, first, last) : Accounting.Contradiction(cells, first);

    /// <returns>When it was issued, if that is proven.</returns>
    private DateTimeOffset? CheckIssue()
    {
        if (report.Receipt is null)
        {
            Add(ReportFault.NotIssued, null, "it has no receipt of its own: whether lines were changed or left out since cannot be seen. Ask for it again.");
            return null;
        }

        if (Proven(report.Receipt, null) is not { } entry)
        {
            return null;
        }

        var told = entry.Event.Details;
        var now = report.Announcement().ToList();
        if (told.FirstOrDefault(d => d.Key == "report").Value is not { } digest)
        {
            Add(ReportFault.NotIssued, null, $"its own receipt is of entry {entry.Id}, which announces no report.");
            return null;
        }

        if (digest != now[0].Value && !CompareLines(Fingerprints(told), Fingerprints(now)))
        {
            Add(ReportFault.WordsChanged, null, "it is not the report that was issued: title, sentences, columns, notes or the order of lines were changed.");
        }

        return entry.Time;
    }

    /// <summary>False if no line explains the difference.</summary>
    private bool CompareLines(IReadOnlyList<string> issued, IReadOnlyList<string> here)
    {
        if (issued.Count == 0 && here.Count > 0)
        {
            return false;
        }

        var (missing, added) = (Without(issued, here), Without(here, issued));
        foreach (var i in missing.Union(added).Order())
        {
            Add(
                (missing.Contains(i), added.Contains(i)) switch
                {
                    (true, true) => ReportFault.LineChanged,
                    (true, false) => ReportFault.LineMissing,
                    _ => ReportFault.LineAdded,
                },
                i + 1,
                (missing.Contains(i), added.Contains(i)) switch
                {
                    (true, true) => "it is not as it was issued.",
                    (true, false) => "the line that was issued there is not in this report.",
                    _ => "it was not issued.",
                });
        }

        return missing.Count + added.Count > 0;
    }

    /// <summary>The places of those that the others have not, each of the others counting once.</summary>
    private static HashSet<int> Without(IReadOnlyList<string> some, IReadOnlyList<string> others)
    {
        var left = others.CountBy(o => o).ToDictionary(StringComparer.Ordinal);
        return [.. some.Index().Where(s => left.TryGetValue(s.Item, out var count) && count > 0 ? --left[s.Item] < 0 : true).Select(s => s.Index)];
    }

    private static List<string> Fingerprints(IEnumerable<KeyValuePair<string, string>> details) =>
        [.. details.Where(d => d.Key == "line").SelectMany(d => d.Value.Chunk(Report.FingerprintLength).Select(c => new string(c)))];

    /// <summary>Goes along the parts; what stands between two of them, or instead of one, is named by its line.</summary>
    private void CheckShown(string file, IReadOnlyList<string> parts)
    {
        var at = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            if (file.AsSpan(at).StartsWith(parts[i], StringComparison.Ordinal))
            {
                at += parts[i].Length;
                continue;
            }

            int? number = i > 0 && i < parts.Count - 1 ? i : null;
            var next = i + 1 < parts.Count ? file.IndexOf(parts[i + 1], at, StringComparison.Ordinal) : -1;
            if (file.IndexOf(parts[i], at, StringComparison.Ordinal) is > 0 and var later && (next < 0 || later < next))
            {
                Add(ReportFault.ShownOtherwise, number, "something stands before it that is not proven.");
                at = later + parts[i].Length;
                continue;
            }

            Add(
                ReportFault.ShownOtherwise, number,
                next == at ? "it is proven, and the file does not show it." : "the file shows something else than what is proven.");
            if (next < 0)
            {
                return; // nothing that follows is as it should be
            }

            at = next;
        }

        if (at != file.Length)
        {
            Add(ReportFault.ShownOtherwise, null, "something follows its end.");
        }
    }

    /// <summary>The receipt's entry, if the log vouches for it and it is about this client.</summary>
    private AuditEntry? Proven(string text, int? number)
    {
        Receipt receipt;
        Checkpoint checkpoint;
        AuditEntry entry;
        try
        {
            receipt = Receipt.Parse(text);
            checkpoint = Checkpoint.Of(receipt.Checkpoint);
            entry = AuditEntry.Parse(receipt.Entry);
        }
        catch (FormatException)
        {
            Add(ReportFault.BadReceipt, number, "what stands for its receipt is none.");
            return null;
        }

        var place = string.Create(CultureInfo.InvariantCulture, $"entry {receipt.Proof.Index}");
        if (checkpoint.Origin != key.Name)
        {
            Add(ReportFault.OtherLog, number, $"its receipt is of the log {checkpoint.Origin}, not of {key.Name}.");
            return null;
        }

        if (!receipt.Verify(key))
        {
            Add(
                ReportFault.Forged, number,
                receipt.Checkpoint.IsSignedBy(key)
                    ? $"its receipt is forged: the log that was signed has something else as {place}."
                    : "its receipt is forged: this key has not signed it.");
            return null;
        }

        if (entry.Event.Client != report.Subject)
        {
            Add(ReportFault.OtherClient, number, $"its receipt ({place}) is about another client.");
            return null;
        }

        return entry;
    }

    private void Add(ReportFault fault, int? line, string sentence) =>
        findings.Add(new(fault, line, line is null ? $"The report: {sentence}" : string.Create(CultureInfo.InvariantCulture, $"Line {line}: {sentence}")));
}
