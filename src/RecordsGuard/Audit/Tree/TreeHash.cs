using System.Buffers;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace RecordsGuard.Audit.Tree;

/// <summary>A hash of the Merkle tree, 32 bytes: SHA-256 with RFC 6962 section 2.1's prefixes for leaf and node.</summary>
public readonly record struct TreeHash
{
    public const int Length = 32;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int OnStack = 1024;

    private readonly Vector256<byte> bytes;

    private TreeHash(ReadOnlySpan<byte> bytes) => this.bytes = Vector256.Create(bytes);

    /// <summary>The root of the tree without entries.</summary>
    public static TreeHash OfNothing { get; } = new(SHA256.HashData([]));

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static TreeHash From(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length ? new(bytes) : throw new ArgumentException("A hash has 32 bytes.", nameof(bytes));

    /// <exception cref="FormatException">Not the base64 of 32 bytes, or with bits in its end that say nothing.</exception>
    public static TreeHash Parse(ReadOnlySpan<char> base64)
    {
        Span<byte> bytes = stackalloc byte[Length + 1];
        return base64.Length == 44 && Convert.TryFromBase64Chars(base64, bytes, out var written) && written == Length
            && base64.SequenceEqual(Convert.ToBase64String(bytes[..Length]))
            ? new(bytes[..Length])
            : throw new FormatException("Not the base64 of a hash.");
    }

    public static TreeHash OfLeaf(ReadOnlySpan<byte> entry)
    {
        var length = entry.Length + 1;
        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented is null ? stackalloc byte[OnStack] : rented;
        Span<byte> hash = stackalloc byte[Length];
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        SHA256.HashData(input[..length], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new(hash);
    }

    public static TreeHash OfNode(in TreeHash left, in TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Length)];
        Span<byte> hash = stackalloc byte[Length];
        input[0] = NodePrefix;
        left.bytes.CopyTo(input[1..]);
        right.bytes.CopyTo(input[(1 + Length)..]);
        SHA256.HashData(input, hash);
        return new(hash);
    }

    /// <summary>
    /// The Merkle tree hash over these subtrees, at least one: all of one size, a power of two, except that the last may
    /// be smaller.
    /// </summary>
    public static TreeHash Over(ReadOnlySpan<TreeHash> subtrees)
    {
        if (subtrees.Length == 1)
        {
            return subtrees[0];
        }

        var left = (int)Split(subtrees.Length);
        return OfNode(Over(subtrees[..left]), Over(subtrees[left..]));
    }

    /// <summary>The largest power of two below <paramref name="count"/>, which is 2 or more.</summary>
    internal static long Split(long count) => 1L << (63 - (int)long.LeadingZeroCount(count - 1));

    public void CopyTo(Span<byte> target) => bytes.CopyTo(target);

    public byte[] ToArray()
    {
        var copy = new byte[Length];
        CopyTo(copy);
        return copy;
    }

    /// <summary>In base64.</summary>
    public override string ToString() => Convert.ToBase64String(ToArray());
}
