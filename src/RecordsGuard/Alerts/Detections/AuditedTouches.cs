using System.Buffers.Text;
using System.Text;
using RecordsGuard.Alerts.ResourceLogs;
using RecordsGuard.Audit;

namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// What the join keeps of an entry: what its audit entry must say, and where the line stands. There are as many as reads,
/// so words that come again and again are kept once.
/// </summary>
internal sealed class AuditedTouches
{
    private readonly HashSet<string> words = new(StringComparer.Ordinal);

    public AuditedTouch Of(LogEntry entry, ReadOnlySpan<byte> what, bool isKey, string source)
    {
        var place = new LogPlace(source, entry.Offset, entry.Line, entry.Raw.Length);
        Span<Range> parts = stackalloc Range[6];
        var count = Split(what, parts);
        if (isKey)
        {
            // vault/keys/name/version; a KEK's name is its practice's, a hyphen and its use
            var name = count >= 3 ? what[parts[2]] : what;
            var hyphen = Touch.EndsWith(name, "-content"u8) || Touch.EndsWith(name, "-index"u8) ? name.LastIndexOf((byte)'-') : 0;
            return new(
                Id(entry[LogField.CorrelationId]), entry.Time, true, Word(name[..hyphen]), "",
                Word([.. entry[LogField.Operation], (byte)' ', .. name]), false, place);
        }

        // account/records/practice/client/record
        var ours = count == 5 && (Touch.Is(what[parts[1]], "records"u8) || Touch.Is(what[parts[1]], "quarantine"u8));
        return new(
            Id(entry[LogField.ClientRequestId]), entry.Time, false, ours ? Word(what[parts[2]]) : "",
            ours ? Encoding.UTF8.GetString(what[parts[4]]) : "", ours ? Act(entry[LogField.Operation], what[parts[1]]) : Encoding.UTF8.GetString(what),
            entry.Has(LogField.StatusText) && !Touch.EndsWith(entry[LogField.StatusText], "Success"u8), place);
    }

    private string Act(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> container) =>
        Touch.Is(operation, "DeleteBlob"u8) ? AuditJoin.Deletes : Word(container);

    private static AuditEntryId? Id(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out Guid id, out var read, 'D') || read != text.Length)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return AuditEntryId.From(bytes);
    }

    private static int Split(ReadOnlySpan<byte> text, Span<Range> parts)
    {
        var count = 0;
        foreach (var part in text.Split((byte)'/'))
        {
            if (count == parts.Length)
            {
                break;
            }

            parts[count++] = part;
        }

        return count;
    }

    private string Word(ReadOnlySpan<byte> text)
    {
        Span<char> chars = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        chars = chars[..Encoding.UTF8.GetChars(text, chars)];
        var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(chars, out var word))
        {
            word = chars.ToString();
            words.Add(word);
        }

        return word;
    }
}
