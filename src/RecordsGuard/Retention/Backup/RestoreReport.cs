using System.Text.Json;

namespace RecordsGuard.Retention.Backup;

/// <summary>
/// One row that a restore could not bring back as it was, for a custodian to see to before confirming. No personal text.
/// </summary>
/// <param name="Row"><c>table/partition/key</c>; or the name of an object of the backup.</param>
/// <param name="What">One of <see cref="ReportWords"/>.</param>
/// <param name="At">When the log says it was changed last; null: it does not.</param>
/// <param name="By">By whom: a pseudonym, or empty.</param>
/// <param name="Operation">What that was, such as <c>release-hold</c>; or empty.</param>
public sealed record ReportLine(string Row, string What, DateTimeOffset? At, string By, string Operation);

/// <summary>What became of a row that did not come back as the log has it last.</summary>
public static class ReportWords
{
    /// <summary>The backup's version came back; the log knows a newer one, whose content is lost.</summary>
    public const string Older = "older";

    /// <summary>A hold, or a "never this person", whose words are lost: it holds the whole client, or practice, until somebody says otherwise.</summary>
    public const string StandIn = "stand-in";

    /// <summary>The person was changed since: suspended until somebody lifts it.</summary>
    public const string Suspended = "suspended";

    /// <summary>It is there, and counts no more.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>It gave somebody something and was changed since, or no backup has it: give it anew.</summary>
    public const string NotRestored = "not-restored";

    /// <summary>It is not what the log says it was: not restored, and security staff were told.</summary>
    public const string Refused = "refused";

    /// <summary>The practice was registered anew and has clients under its new key: their names and the old ones' do not open together.</summary>
    public const string Conflict = "conflict";
}

/// <summary>The lines as they are stored.</summary>
internal static class RestoreReport
{
    /// <summary>What one object holds; the count says how many there were.</summary>
    private const int MaxLines = 10_000;

    public static byte[] ToBytes(IReadOnlyList<ReportLine> lines) =>
        JsonSerializer.SerializeToUtf8Bytes([.. lines.Take(MaxLines)], BackupJson.Lines.IReadOnlyListReportLine);

    /// <exception cref="InvalidDataException">No report.</exception>
    public static IReadOnlyList<ReportLine> Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, BackupJson.Lines.IReadOnlyListReportLine) ?? throw new InvalidDataException("No report of a restore.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("No report of a restore.", e);
        }
    }
}
