using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace RecordsGuard.Audit;

/// <summary>What happened, before it is given its place in a writer's sequence.</summary>
/// <param name="Operation">A word of the house, such as <c>read-content</c>.</param>
/// <param name="Practice">The practice's id.</param>
/// <param name="Person">The person's pseudonym; empty when the app acts by itself.</param>
/// <param name="Client">The client's pseudonym; empty when there is none.</param>
/// <param name="Record">The record's id, or empty.</param>
/// <param name="Details">Words, ids, numbers and dates only: see <see cref="AuditEntry.IsPlain"/>.</param>
public sealed record AuditEvent(
    AuditKind Kind,
    string Operation,
    string Practice,
    string Person,
    string Client,
    string Record,
    IReadOnlyList<KeyValuePair<string, string>> Details);

/// <summary>
/// One entry of the audit log. Its canonical bytes are docs/formats/audit-entry.md; they carry ids and pseudonyms,
/// never a name or free text, because the log outlives the records.
/// </summary>
public sealed record AuditEntry(
    AuditEntryId Id, DateTimeOffset Time, Guid Writer, long Sequence, ReadOnlyMemory<byte> Previous, AuditEvent Event)
{
    public const int HashLength = 32;

    private const byte FormatVersion = 1;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:|/+=,*");

    /// <summary>No spaces, no letters beyond ASCII: a name or a sentence cannot pass by mistake.</summary>
    public static bool IsPlain(string text) =>
        text.Length <= 2048 && !text.AsSpan().ContainsAnyExcept(Plain);

    /// <exception cref="ArgumentException">A value is not plain: it would put free text into the log.</exception>
    public byte[] ToBytes()
    {
        var writer = new ArrayBufferWriter<byte>(512);
        writer.GetSpan(1)[0] = FormatVersion;
        writer.Advance(1);
        Id.CopyTo(writer.GetSpan(16));
        writer.Advance(16);
        WriteInt64(writer, Time.ToUnixTimeMilliseconds());
        Writer.TryWriteBytes(writer.GetSpan(16), bigEndian: true, out _);
        writer.Advance(16);
        WriteInt64(writer, Sequence);
        writer.Write(Previous.Span);
        writer.GetSpan(1)[0] = (byte)Event.Kind;
        writer.Advance(1);
        WriteText(writer, Event.Operation);
        WriteText(writer, Event.Practice);
        WriteText(writer, Event.Person);
        WriteText(writer, Event.Client);
        WriteText(writer, Event.Record);
        BinaryPrimitives.WriteUInt16BigEndian(writer.GetSpan(2), checked((ushort)Event.Details.Count));
        writer.Advance(2);
        foreach (var (name, value) in Event.Details)
        {
            WriteText(writer, name);
            WriteText(writer, value);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">These are not the canonical bytes of an entry.</exception>
    public static AuditEntry Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new Reader(bytes);
            if (reader.Take(1)[0] != FormatVersion)
            {
                throw new FormatException("An audit entry of an unknown version.");
            }

            var id = AuditEntryId.From(reader.Take(16));
            var time = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(reader.Take(8)));
            var writer = new Guid(reader.Take(16), bigEndian: true);
            var sequence = BinaryPrimitives.ReadInt64BigEndian(reader.Take(8));
            var previous = reader.Take(HashLength).ToArray();
            var kind = (AuditKind)reader.Take(1)[0];
            string[] fixedTexts = [reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text()];
            var details = new KeyValuePair<string, string>[BinaryPrimitives.ReadUInt16BigEndian(reader.Take(2))];
            for (var i = 0; i < details.Length; i++)
            {
                details[i] = new(reader.Text(), reader.Text());
            }

            if (!reader.AtEnd || !Enum.IsDefined(kind))
            {
                throw new FormatException("An audit entry with bytes that do not belong there.");
            }

            var happened = new AuditEvent(
                kind, fixedTexts[0], fixedTexts[1], fixedTexts[2], fixedTexts[3], fixedTexts[4], details);
            return new(id, time, writer, sequence, previous, happened);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException("An audit entry that ends early.", e);
        }
    }

    private static void WriteInt64(ArrayBufferWriter<byte> writer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(writer.GetSpan(8), value);
        writer.Advance(8);
    }

    private static void WriteText(ArrayBufferWriter<byte> writer, string text)
    {
        if (!IsPlain(text))
        {
            throw new ArgumentException("Free text does not go into the audit log.", nameof(text));
        }

        BinaryPrimitives.WriteUInt16BigEndian(writer.GetSpan(2), (ushort)text.Length);
        writer.Advance(2);
        writer.Write(Encoding.ASCII.GetBytes(text));
    }

    private ref struct Reader(ReadOnlyMemory<byte> bytes)
    {
        private ReadOnlySpan<byte> rest = bytes.Span;

        public readonly bool AtEnd => rest.IsEmpty;

        public ReadOnlySpan<byte> Take(int count)
        {
            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }

        public string Text()
        {
            var text = Encoding.ASCII.GetString(Take(BinaryPrimitives.ReadUInt16BigEndian(Take(2))));
            return IsPlain(text) ? text : throw new FormatException("An audit entry with free text.");
        }
    }
}
