using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>
/// One FLOE message under one key (docs/formats/sealed-record.md §3): its header, and its segments in any order.
/// </summary>
internal sealed class FloeMessage : IDisposable
{
    private const int MessageKeyLength = 48;
    private const int SegmentKeyLength = 32;
    private const uint NotFinal = uint.MaxValue;

    private readonly FloeParameters parameters;
    private readonly byte[] header;
    private readonly byte[] aad;
    private readonly Secret messageKey = new(MessageKeyLength);
    private AesGcm? cipher;
    private long cipherOwner = -1;

    private FloeMessage(FloeParameters parameters, byte[] header, byte[] aad)
    {
        this.parameters = parameters;
        this.header = header;
        this.aad = aad;
    }

    public ReadOnlyMemory<byte> Header => header;

    /// <summary>A new message with a random IV.</summary>
    public static FloeMessage Begin(FloeParameters parameters, ReadOnlySpan<byte> key, ReadOnlySpan<byte> aad)
    {
        var header = new byte[FloeParameters.HeaderLength];
        parameters.Encode(header);
        RandomNumberGenerator.Fill(header.AsSpan(FloeParameters.EncodedLength, FloeParameters.IvLength));
        var message = new FloeMessage(parameters, header, aad.ToArray());
        message.Derive(key, "HEADER_TAG:"u8, header.AsSpan(^FloeParameters.HeaderTagLength..));
        message.Derive(key, "MESSAGE_KEY:"u8, message.messageKey.Bytes);
        return message;
    }

    /// <exception cref="EnvelopeException"><c>BadHeader</c>, or <c>WrongKey</c>: key and associated data are not this header's.</exception>
    public static FloeMessage Resume(
        FloeParameters parameters, ReadOnlySpan<byte> key, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> header)
    {
        if (!parameters.Match(header))
            throw new EnvelopeException(EnvelopeFault.BadHeader, "No header of this format.");

        var message = new FloeMessage(parameters, header.ToArray(), aad.ToArray());
        Span<byte> tag = stackalloc byte[FloeParameters.HeaderTagLength];
        message.Derive(key, "HEADER_TAG:"u8, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, header[^FloeParameters.HeaderTagLength..]))
        {
            message.Dispose();
            throw new EnvelopeException(EnvelopeFault.WrongKey, "Sealed under another key or for another record.");
        }

        message.Derive(key, "MESSAGE_KEY:"u8, message.messageKey.Bytes);
        return message;
    }

    /// <summary>Seals in place: <paramref name="segment"/> holds the plaintext between its prefix and its tag.</summary>
    public void Seal(long position, bool final, Span<byte> segment)
    {
        BinaryPrimitives.WriteUInt32BigEndian(segment, final ? (uint)segment.Length : NotFinal);
        var iv = segment.Slice(FloeParameters.LengthField, FloeParameters.GcmIvLength);
        RandomNumberGenerator.Fill(iv);
        var content = segment[FloeParameters.SegmentPrefix..^FloeParameters.GcmTagLength];
        Span<byte> place = stackalloc byte[9];
        Place(position, final, place);
        CipherFor(position).Encrypt(iv, content, content, segment[^FloeParameters.GcmTagLength..], place);
    }

    /// <summary>Opens in place, and returns where in <paramref name="segment"/> the plaintext lies. A failure zeroes it.</summary>
    /// <exception cref="EnvelopeException"><c>Tampered</c>.</exception>
    public Range Open(long position, bool final, Span<byte> segment)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(segment) != (final ? (uint)segment.Length : NotFinal))
            throw Tampered(position);

        var iv = segment.Slice(FloeParameters.LengthField, FloeParameters.GcmIvLength);
        var content = segment[FloeParameters.SegmentPrefix..^FloeParameters.GcmTagLength];
        Span<byte> place = stackalloc byte[9];
        Place(position, final, place);
        try
        {
            CipherFor(position).Decrypt(iv, content, segment[^FloeParameters.GcmTagLength..], content, place);
        }
        catch (AuthenticationTagMismatchException e)
        {
            CryptographicOperations.ZeroMemory(content);
            throw Tampered(position, e);
        }

        return FloeParameters.SegmentPrefix..(segment.Length - FloeParameters.GcmTagLength);
    }

    public void Dispose()
    {
        messageKey.Dispose();
        cipher?.Dispose();
    }

    private static void Place(long position, bool final, Span<byte> target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, position);
        target[8] = final ? (byte)1 : (byte)0;
    }

    private static EnvelopeException Tampered(long position, Exception? inner = null) =>
        new(EnvelopeFault.Tampered, $"Segment {position} is not what was sealed there.", inner);

    private AesGcm CipherFor(long position)
    {
        if (position >= FloeParameters.MaxSegments)
            throw new InvalidOperationException("FLOE has at most 2^40 segments.");

        var owner = parameters.KeyOwner(position);
        if (owner != cipherOwner || cipher is null)
        {
            Span<byte> purpose = stackalloc byte[12];
            "DEK:"u8.CopyTo(purpose);
            BinaryPrimitives.WriteInt64BigEndian(purpose[4..], owner);
            using var key = new Secret(SegmentKeyLength);
            Derive(messageKey.Bytes, purpose, key.Bytes);
            cipher?.Dispose();
            cipher = new AesGcm(key.Bytes, FloeParameters.GcmTagLength);
            cipherOwner = owner;
        }

        return cipher;
    }

    /// <summary>
    /// HKDF-Expand of at most one block is one HMAC. Not <see cref="HKDF"/>: it refuses keys shorter than the hash,
    /// and a FLOE key has 32 bytes.
    /// </summary>
    private void Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose, Span<byte> output)
    {
        var context = FloeParameters.EncodedLength + FloeParameters.IvLength;
        var info = new byte[context + purpose.Length + aad.Length + 1];
        header.AsSpan(0, context).CopyTo(info);
        purpose.CopyTo(info.AsSpan(context));
        aad.CopyTo(info, context + purpose.Length);
        info[^1] = 1;
        using var block = new Secret(HMACSHA384.HashSizeInBytes);
        HMACSHA384.HashData(key, info, block.Bytes);
        block.Bytes[..output.Length].CopyTo(output);
    }
}
