using System.Buffers;
using System.Text;

namespace RecordsGuard.Records;

/// <summary>
/// What one commit may hold, checked by every <see cref="IRecordStore"/> before anything is sent: Azure refuses more
/// only after the bytes have travelled, and a local storage emulator not at all.
/// </summary>
public static class CommitLimits
{
    public const int MaxChanges = 100;

    /// <summary>
    /// As sent: UTF-8 JSON in which every character but ASCII letters, digits and plain punctuation is escaped to six
    /// bytes, quotes included, and about a kibibyte of envelope for each change.
    /// </summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>In UTF-16 units: Azure's 1 KiB.</summary>
    public const int MaxKey = 512;

    private const int EnvelopeBytes = 1024;
    private const int EscapedBytes = 6;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%()*,-./:;=?@[]^_{|}~");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The commit breaks a limit; the message says which.</exception>
    public static void Check(string partition, IReadOnlyList<RowChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Require(changes.Count is > 0 and <= MaxChanges, $"A commit has 1 to {MaxChanges} changes.");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var change in changes)
        {
            var row = change.Row;
            Require(row.Partition == partition, "A commit stays in one partition.");
            Require(keys.Add(row.Key), "A commit changes a row once.");
            Require(IsKey(row.Partition) && IsKey(row.Key), "A partition or key is too long, or holds a character that may not be in one.");
            Require(change is RowChange.Insert || row.ETag is not ("" or "*"), "A row to replace or remove has the ETag it was read with.");
            Require(row.Body.Length <= Row.MaxBody, $"A body has at most {Row.MaxBody} UTF-16 units.");
            Require(IsText(row.Body) && IsText(row.Kind), "A body or kind holds half of a surrogate pair, which no store gives back.");
            bytes += EnvelopeBytes + Sent(row.Body) + Sent(row.Kind) + (2 * (Sent(row.Partition) + Sent(row.Key)));
        }

        Require(bytes <= MaxBytes, $"A commit has at most {MaxBytes} bytes as sent.");
    }

    private static long Sent(ReadOnlySpan<char> text)
    {
        var escaped = 0L;
        foreach (var c in text)
        {
            escaped += Plain.Contains(c) ? 0 : 1;
        }

        return text.Length + (escaped * (EscapedBytes - 1));
    }

    private static bool IsKey(string key) =>
        key.Length <= MaxKey && IsText(key) && !key.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c));

    private static bool IsText(string text)
    {
        try
        {
            Strict.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(rule);
        }
    }
}
