using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.Alerts.ResourceLogs;

/// <summary>
/// One entry of one of Azure's logs: its fields as bytes of UTF-8, unescaped, empty where the entry lacks them. There is
/// one of these for a whole reading; its content is the next entry's when the next one is read.
/// </summary>
internal sealed class LogEntry
{
    private readonly Slice[] fields = new Slice[(int)LogField.Count];
    private byte[] buffer = [];
    private byte[] scratch = new byte[4096];
    private int used;
    private Slice raw;

    /// <summary>Where the entry begins in what is read, in bytes from 0.</summary>
    public long Offset { get; private set; }

    /// <summary>From 1.</summary>
    public long Line { get; private set; }

    /// <summary>The entry as it stands; what duplicates are told by.</summary>
    public ReadOnlySpan<byte> Raw => Of(raw);

    /// <summary>False for JSON that is no log entry.</summary>
    public bool IsEntry => Has(LogField.Operation) || Has(LogField.Category);

    public ReadOnlySpan<byte> this[LogField field] => Of(fields[(int)field]);

    /// <summary>The HTTP status of storage or vault; null if it is not told in digits.</summary>
    public int? Status => Utf8Parser.TryParse(this[LogField.Status], out int status, out var read) && read >= 3 ? status : null;

    /// <summary>Null if the entry does not tell when, or tells it in a way that nobody knows.</summary>
    public DateTimeOffset? Time
    {
        get
        {
            var text = this[LogField.Time];
            if (Utf8Parser.TryParse(text, out DateTimeOffset time, out var read, 'O') && read == text.Length)
            {
                return time;
            }

            return DateTimeOffset.TryParse(
                Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
                ? time
                : null;
        }
    }

    public bool Has(LogField field) => fields[(int)field].Length > 0;

    /// <summary>Null if the entry lacks it.</summary>
    public string? Text(LogField field) => Has(field) ? Encoding.UTF8.GetString(this[field]) : null;

    internal void Begin(byte[] from)
    {
        buffer = from;
        used = 0;
        Array.Clear(fields);
    }

    internal void End(int start, int end, long offset, long line)
    {
        raw = new(start, end - start);
        (Offset, Line) = (offset, line);
    }

    /// <summary>The first that says anything counts: claims come in two layouts, of which an entry has one.</summary>
    internal void Set(LogField field, int start, int length, bool inScratch)
    {
        if (field != LogField.None && fields[(int)field].Length == 0)
        {
            fields[(int)field] = new(inScratch ? ~start : start, length);
        }
    }

    /// <summary>
    /// The text the reader stands on, and where in the scratch it lies. Valid until the next is unescaped. What escapes to
    /// no text stays as it is written: a client's header must not be able to make a line unreadable.
    /// </summary>
    internal ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader reader, out int start)
    {
        var most = reader.ValueSpan.Length;
        if (scratch.Length - used < most)
        {
            Array.Resize(ref scratch, Math.Max(scratch.Length * 2, used + most));
        }

        start = used;
        try
        {
            used += reader.CopyString(scratch.AsSpan(used));
        }
        catch (InvalidOperationException)
        {
            reader.ValueSpan.CopyTo(scratch.AsSpan(used));
            used += most;
        }

        return scratch.AsSpan(start, used - start);
    }

    private ReadOnlySpan<byte> Of(Slice slice) =>
        slice.Start < 0 ? scratch.AsSpan(~slice.Start, slice.Length) : buffer.AsSpan(slice.Start, slice.Length);

    /// <param name="Start">In the buffer, or as its complement in the scratch.</param>
    private readonly record struct Slice(int Start, int Length);
}
