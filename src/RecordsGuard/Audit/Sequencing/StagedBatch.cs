using System.Globalization;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>
/// A batch as it is staged: the entries in their order and what was wrong with them (docs/formats/audit-log.md, "Batch").
/// It holds all that is needed to finish it after a crash.
/// </summary>
internal sealed record StagedBatch(long From, IReadOnlyList<SequencedEntry> Entries, IReadOnlyList<LogFinding> Findings)
{
    private const string FirstLine = "recordsguard-log-batch/1";

    public long To => From + Entries.Count;

    public static string NewName(long from) => $"{from:x16}-{Guid.NewGuid():N}";

    /// <summary>Whether a staged batch of this name can still be committed on a head, or is the one that it names.</summary>
    public static bool IsAlive(string name, LogHead head) =>
        name == head.Batch || string.CompareOrdinal(name, head.Size.ToString("x16", CultureInfo.InvariantCulture)) >= 0;

    public byte[] ToBytes()
    {
        var text = new StringBuilder(FirstLine).Append(CultureInfo.InvariantCulture, $"\n{From}\n{Entries.Count}\n");
        foreach (var f in Findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(int)f.Fault} {f.Writer} {f.Sequence} {f.Entry}\n");
        }

        return [
            .. Encoding.ASCII.GetBytes(text.Append('\n').ToString()),
            .. EntryBundle.Write(Entries.Select(e => e.Pending.Bytes).ToArray())];
    }

    /// <exception cref="LogBrokenException">These are not the bytes of a batch.</exception>
    public static StagedBatch Parse(string name, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var blank = bytes.Span.IndexOf("\n\n"u8);
            var lines = Encoding.ASCII.GetString(bytes.Span[..blank]).Split('\n');
            if (lines is [FirstLine, var from, var count, .. var findings])
            {
                var entries = EntryBundle.ReadAll(bytes[(blank + 2)..]).Select(SequencedEntry.Of).ToList();
                if (entries.Count == int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture))
                {
                    return new(
                        long.Parse(from, NumberStyles.None, CultureInfo.InvariantCulture), entries, [.. findings.Select(ParseFinding)]);
                }
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new LogBrokenException(LogFault.HeadMalformed, name, e);
        }

        throw new LogBrokenException(LogFault.HeadMalformed, name);
    }

    private static LogFinding ParseFinding(string line) => line.Split(' ') is [var fault, var writer, var sequence, var entry]
        ? new(
            (ChainFault)int.Parse(fault, CultureInfo.InvariantCulture), writer,
            long.Parse(sequence, CultureInfo.InvariantCulture), entry)
        : throw new FormatException("Not a finding.");
}

/// <summary>An entry parsed, beside its bytes.</summary>
internal sealed record SequencedEntry(PendingEntry Pending, AuditEntry Entry)
{
    public string Writer => Pending.Key[..32];

    /// <exception cref="FormatException">Not the bytes of an entry.</exception>
    public static SequencedEntry Of(ReadOnlyMemory<byte> bytes)
    {
        var entry = AuditEntry.Parse(bytes);
        return new(PendingEntry.Of(entry, bytes), entry);
    }
}
