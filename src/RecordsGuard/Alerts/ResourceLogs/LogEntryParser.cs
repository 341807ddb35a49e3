using System.Text;
using System.Text.Json;

namespace RecordsGuard.Alerts.ResourceLogs;

/// <summary>Takes the fields of one entry while its tokens go by: one pass, and no text copied but what is escaped.</summary>
internal static class LogEntryParser
{
    internal enum Outcome
    {
        Whole,

        /// <summary>The bytes end inside it.</summary>
        Cut,

        /// <summary>It holds entries: the reader stands on the name of what holds them.</summary>
        Envelope,
    }

    /// <param name="reader">On the object's beginning; afterwards on its end.</param>
    /// <param name="start">Where the reader's bytes begin in the entry's buffer.</param>
    /// <exception cref="JsonException">This is no JSON.</exception>
    public static Outcome Read(ref Utf8JsonReader reader, LogEntry entry, int start) =>
        ReadObject(ref reader, entry, new(start, false), LogPart.Root);

    /// <summary>One entry by itself, as it stood at its place.</summary>
    public static void ReadOne(byte[] bytes, LogPlace place, LogEntry entry)
    {
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        entry.Begin(bytes);
        Read(ref reader, entry, 0);
        entry.End(0, bytes.Length, place.Offset, place.Line);
    }

    private static Outcome ReadObject(ref Utf8JsonReader reader, LogEntry entry, Source from, LogPart part)
    {
        var names = LogNames.Of(part);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return Outcome.Whole;
            }

            var name = names.Find(reader.ValueSpan);
            if (name.Part == LogPart.Envelope && IsHolder(Next(reader)))
            {
                return Outcome.Envelope;
            }

            if (!reader.Read() || !Take(ref reader, entry, from, name))
            {
                return Outcome.Cut;
            }
        }

        return Outcome.Cut;
    }

    private static JsonTokenType Next(Utf8JsonReader ahead) => ahead.Read() ? ahead.TokenType : JsonTokenType.None;

    private static bool IsHolder(JsonTokenType token) => token is JsonTokenType.StartObject or JsonTokenType.StartArray;

    private static bool Take(ref Utf8JsonReader reader, LogEntry entry, Source from, LogName name)
    {
        if (!IsHolder(reader.TokenType))
        {
            TakeValue(ref reader, entry, from, name);
            return true;
        }

        var begin = (int)reader.TokenStartIndex;
        var whole = (reader.TokenType, name.Part) switch
        {
            (JsonTokenType.StartObject, LogPart.Worded) => TakeWorded(ref reader, entry, from, name.Field),
            (JsonTokenType.StartObject, not (LogPart.Opaque or LogPart.Whole or LogPart.Envelope)) =>
                ReadObject(ref reader, entry, from, name.Part) == Outcome.Whole,
            _ => reader.TrySkip(),
        };
        if (whole && name.Part is LogPart.Whole or LogPart.Properties)
        {
            entry.Set(name.Field, from.Start + begin, (int)reader.BytesConsumed - begin, from.IsScratch);
        }

        return whole;
    }

    private static bool TakeWorded(ref Utf8JsonReader reader, LogEntry entry, Source from, LogField field)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var target = Ascii.EqualsIgnoreCase(reader.ValueSpan, "value"u8) ? field : LogField.None;
            if (!reader.Read() || !Take(ref reader, entry, from, new(target, LogPart.Opaque)))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>Text that itself holds an object is read as that object: Managed HSM writes its identity so.</summary>
    private static void TakeValue(ref Utf8JsonReader reader, LogEntry entry, Source from, LogName name)
    {
        if ((name.Field == LogField.None && name.Part == LogPart.Opaque) || reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            entry.Set(name.Field, from.Start + (int)reader.TokenStartIndex, reader.ValueSpan.Length, from.IsScratch);
            return;
        }

        var value = reader.ValueSpan;
        var at = new Source(from.Start + (int)reader.TokenStartIndex + 1, from.IsScratch);
        if (reader.ValueIsEscaped)
        {
            value = entry.Unescape(ref reader, out var start);
            at = new(start, true);
        }

        entry.Set(name.Field, at.Start, value.Length, at.IsScratch);
        if (name.Part is not (LogPart.Opaque or LogPart.Worded or LogPart.Whole or LogPart.Envelope)
            && value.Length > 0 && value[0] == (byte)'{')
        {
            ReadInside(value, entry, at, name.Part);
        }
    }

    private static void ReadInside(ReadOnlySpan<byte> text, LogEntry entry, Source at, LogPart part)
    {
        try
        {
            var inner = new Utf8JsonReader(text);
            inner.Read();
            ReadObject(ref inner, entry, at, part);
        }
        catch (JsonException)
        {
            // Azure cuts text where a column is full. What could be read of it counts.
            return;
        }
    }

    /// <summary>Where the bytes being read begin, and whether in the entry's scratch or in the buffer.</summary>
    private readonly record struct Source(int Start, bool IsScratch);
}
