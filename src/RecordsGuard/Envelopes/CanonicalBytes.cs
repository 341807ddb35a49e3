using System.Buffers.Binary;
using System.Text;

namespace RecordsGuard.Envelopes;

/// <summary>
/// The one encoding of everything hashed or authenticated in this room (docs/formats/sealed-record.md §2): a version
/// byte, then fields, each after its length (u16, big-endian). Two different lists of fields never give the same bytes.
/// </summary>
internal static class CanonicalBytes
{
    public const byte Version = 1;

    public static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static byte[] Of(params ReadOnlySpan<string> fields)
    {
        using var buffer = new MemoryStream();
        buffer.WriteByte(Version);
        foreach (var field in fields)
        {
            Append(buffer, Utf8.GetBytes(field));
        }

        return buffer.ToArray();
    }

    public static void Append(Stream target, ReadOnlySpan<byte> field)
    {
        if (field.Length > ushort.MaxValue)
            throw new ArgumentException("A field has at most 65,535 bytes.", nameof(field));

        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)field.Length);
        target.Write(length);
        target.Write(field);
    }

    /// <summary>Takes one field off the front; false if there is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (bytes.Length < 2 || bytes.Length - 2 < BinaryPrimitives.ReadUInt16BigEndian(bytes))
            return false;

        field = bytes.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(bytes));
        bytes = bytes[(2 + field.Length)..];
        return true;
    }
}
