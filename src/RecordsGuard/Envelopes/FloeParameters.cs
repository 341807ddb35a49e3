using System.Buffers.Binary;

namespace RecordsGuard.Envelopes;

/// <summary>
/// What FLOE leaves open (docs/formats/sealed-record.md §3). The product has one choice, <see cref="Product"/>; others
/// exist for published test vectors and for <see cref="RawFloe"/>.
/// </summary>
/// <param name="SegmentLength">Of a whole encrypted segment, in bytes.</param>
/// <param name="RotationBits">One segment key serves 2 to the power of this many segments.</param>
internal sealed record FloeParameters(int SegmentLength, int RotationBits = FloeParameters.StandardRotationBits)
{
    public const int EncodedLength = 10;
    public const int IvLength = 32;
    public const int HeaderTagLength = 32;
    public const int HeaderLength = EncodedLength + IvLength + HeaderTagLength;

    public const int LengthField = 4;
    public const int GcmIvLength = 12;
    public const int GcmTagLength = 16;
    public const int SegmentPrefix = LengthField + GcmIvLength;
    public const int SegmentOverhead = SegmentPrefix + GcmTagLength;

    public const long MaxSegments = 1L << 40;
    public const int StandardRotationBits = 20;

    public static FloeParameters Product { get; } = new(1024 * 1024);

    /// <summary>Of a segment's plaintext.</summary>
    public int PlaintextLength => SegmentLength - SegmentOverhead;

    /// <summary>The segment whose number the key of <paramref name="segment"/> is derived from.</summary>
    public long KeyOwner(long segment) => segment >> RotationBits << RotationBits;

    public void Encode(Span<byte> target)
    {
        target[0] = 0; // AES-256-GCM
        target[1] = 0; // HKDF-Expand-SHA-384
        BinaryPrimitives.WriteInt32BigEndian(target[2..], SegmentLength);
        BinaryPrimitives.WriteInt32BigEndian(target[6..], IvLength);
    }

    public bool Match(ReadOnlySpan<byte> header)
    {
        Span<byte> mine = stackalloc byte[EncodedLength];
        Encode(mine);
        return header.Length == HeaderLength && header.StartsWith(mine);
    }
}
