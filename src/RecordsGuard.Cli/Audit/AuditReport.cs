using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;

namespace RecordsGuard.Cli;

/// <summary>What a verification came to, for a reader who must be able to rely on each sentence.</summary>
internal sealed class AuditReport(LogVerification log, Expectation expected, RowList? rows, RowReplay? replay)
{
    private const int Shown = 50;

    private readonly List<VerifyFinding> rowFindings = replay is { HasReachedRows: true } ? [.. replay.Compare()] : [];

    public bool IsWhole => log.Found == 0 && rowFindings.Count == 0 && replay?.HasReachedRows != false;

    private IEnumerable<VerifyFinding> Findings => log.Findings.Concat(rowFindings);

    private long Found => log.Found + rowFindings.Count;

    public VerificationShape Shape() => new(
        "recordsguard-audit-verification/1", IsWhole, log.Checkpoint?.Origin, log.Checkpoint?.Size, log.Checkpoint?.Root.ToString(), log.From, log.Entries,
        log.First, log.Last, [.. log.Cosigned.Select(c => new CosignedShape(c.Key, c.Value))],
        rows is null ? null : new(rows.From, rows.Practices, replay!.Compared, replay.NotCovered, replay.HasReachedRows),
        [.. Findings.Select(f => new FindingShape(Name(f.Fault), f.Where, f.Sentence))], Found, [.. NotKnown()]);

    public string Words()
    {
        var text = new StringBuilder();
        if (log.Checkpoint is { } checkpoint)
        {
            Line($"Audit log {checkpoint.Origin}: {checkpoint.Size} entries, root {checkpoint.Root}.");
            Line();
            Line("What was checked");
            Line(log.Entries == 0
                ? "- There is no entry yet."
                : $"- Entries {log.From} to {checkpoint.Size - 1}: each was read and hashed, and the hashes lead to the root that the checkpoint names, as far as nothing else is said below.");
            Line(log.First is { } first && log.Last is { } last ? $"- They say that they were written from {Time(first)} to {Time(last)}." : null);
            Line("- Every stored hash of the tree that the log's size asks for, and each writer's numbers and chain.");
            Line(expected.Key is { } key ? $"- The checkpoint's signature, with the key {key.Name}+{key.Id:x8}." : null);
            Line(expected.Since.Count > 0 ? $"- Whether it grew from {string.Join(", ", expected.Since.Select(s => $"the checkpoint at {Checkpoint.Of(s).Size} entries"))}." : null);
            Line(expected.Witnesses is not null ? $"- The witnesses' signatures: {(log.Cosigned.Count == 0 ? "none" : string.Join(", ", log.Cosigned.Select(c => $"{c.Key} at {Time(c.Value)}")))}." : null);
            Line(rows is not null ? $"- {replay!.Compared} rows of {string.Join(", ", rows.Practices)}, as they were at {Time(rows.From)}, against what the log announced of them." : null);
        }

        Line();
        Line(Found == 0 ? IsWhole ? "Nothing was found wrong." : "Nothing was found wrong so far; see below." : $"What was found ({Found})");
        foreach (var finding in Findings.Take(Shown))
        {
            Line($"- {finding.Where}: {finding.Sentence}");
        }

        Line(Found > Shown ? $"- and {Found - Shown} more; --json has up to {LogVerifier.MaxFindings} of them." : null);
        Line();
        Line("What cannot be known from this");
        foreach (var sentence in NotKnown())
        {
            Line($"- {sentence}");
        }

        return text.ToString().TrimEnd();

        void Line(string? line = "") => text.Append(line is null ? "" : $"{line}\n");
    }

    /// <summary>As JSON names it: <c>rowPutBack</c>.</summary>
    private static string Name(VerifyFault fault) => JsonNamingPolicy.CamelCase.ConvertName(fault.ToString());

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private IEnumerable<string> NotKnown()
    {
        if (expected.Key is null)
        {
            yield return "Who published the log: no key was given, so its signature was not checked (--key).";
        }

        if (expected.Since.Count == 0 && expected.Witnesses is null)
        {
            yield return "Whether this is the only history there ever was: whoever holds the log's key could have rewritten it whole. A checkpoint seen before (--since) or witnesses (--witnesses) would tell.";
        }

        foreach (var pruned in expected.Since.Select(Checkpoint.Of).Where(s => s.Size < log.From))
        {
            yield return $"Whether the log grew from the checkpoint at {pruned.Size} entries: those were pruned.";
        }

        if (log.From > 0)
        {
            yield return $"What entries 0 to {log.From - 1} said: they may have been pruned and were not read. Their hashes are covered by the checkpoint.";
        }

        if (rows is null)
        {
            yield return "Whether the tables are what the log says (--against tables).";
        }
        else
        {
            if (!replay!.HasReachedRows)
            {
                yield return "Whether the tables are what the log says: the log did not come to the moment at which the rows were listed. Entries wait to be integrated, or the log was rolled back. Ask again; if it stays so, entries were taken away.";
            }

            yield return "Whether the app listed the rows as they are: it computed their hashes. Nor what a row said in between, if it was changed and changed again by the app since.";
            if (replay.NotCovered > 0)
            {
                yield return $"{replay.NotCovered} rows of settings and people are of a kind that the log need not announce, and it did not.";
            }
        }

        yield return "Whether the times are right: each is its writer's own word. Whether every action made an entry: that is the app's part, and Azure's own logs are compared with it for alerts.";
    }
}

internal sealed record CosignedShape(string Witness, DateTimeOffset Time);

internal sealed record RowsShape(DateTimeOffset ListedAt, IReadOnlyList<string> Practices, long Compared, long NotCovered, bool LogReached);

internal sealed record FindingShape(string Fault, string Where, string Sentence);

/// <summary>The report as JSON. Names stay; more may be added.</summary>
internal sealed record VerificationShape(
    string Format, bool Whole, string? Origin, long? Size, string? Root, long From, long Entries, DateTimeOffset? FirstTime, DateTimeOffset? LastTime,
    IReadOnlyList<CosignedShape> Cosigned, RowsShape? Rows, IReadOnlyList<FindingShape> Findings, long Found, IReadOnlyList<string> NotKnown);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VerificationShape))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    /// <summary>For people: not escaped for HTML.</summary>
    public static AuditJson Plain => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
