using System.Buffers.Binary;

namespace RecordsGuard.Audit.Tree;

/// <summary>Up to 256 entries in a row, each with its length before it: 16 bits, big-endian (C2SP tlog-tiles, "Log entries").</summary>
public static class EntryBundle
{
    private const int Prefix = sizeof(ushort);

    /// <exception cref="OverflowException">An entry is over 65,535 bytes.</exception>
    public static byte[] Write(ReadOnlySpan<ReadOnlyMemory<byte>> entries)
    {
        var length = 0;
        foreach (var entry in entries)
        {
            length += Prefix + entry.Length;
        }

        var bundle = new byte[length];
        var rest = bundle.AsSpan();
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)entry.Length));
            entry.Span.CopyTo(rest[Prefix..]);
            rest = rest[(Prefix + entry.Length)..];
        }

        return bundle;
    }

    /// <summary>The entries, as slices of the bundle.</summary>
    /// <exception cref="FormatException">It ends early, or holds more than 256 entries.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> bundle) =>
        ReadAll(bundle) is { Count: <= TileId.FullWidth } entries
            ? entries
            : throw new FormatException("An entry bundle with too many entries.");

    /// <summary>Any number of entries in the same shape.</summary>
    internal static List<ReadOnlyMemory<byte>> ReadAll(ReadOnlyMemory<byte> bundle)
    {
        var entries = new List<ReadOnlyMemory<byte>>(TileId.FullWidth);
        while (!bundle.IsEmpty)
        {
            if (bundle.Length < Prefix || BinaryPrimitives.ReadUInt16BigEndian(bundle.Span) is var length && bundle.Length < Prefix + length)
            {
                throw new FormatException("An entry bundle that ends early.");
            }

            entries.Add(bundle.Slice(Prefix, length));
            bundle = bundle[(Prefix + length)..];
        }

        return entries;
    }
}
