using System.Buffers.Text;
using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>
/// Small things under AES-256-GCM with a random IV (docs/formats/sealed-record.md §4): version, IV, ciphertext, tag.
/// </summary>
internal static class SealedText
{
    private const byte Version = 1;
    private const int IvLength = 12;
    private const int TagLength = 16;
    private const int Prefix = 1 + IvLength;
    private const int Block = 32;
    private const byte EndOfText = 0x80;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad)
    {
        var envelope = new byte[Prefix + plaintext.Length + TagLength];
        envelope[0] = Version;
        var iv = envelope.AsSpan(1, IvLength);
        RandomNumberGenerator.Fill(iv);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(iv, plaintext, envelope.AsSpan(Prefix, plaintext.Length), envelope.AsSpan(^TagLength..), aad);
        return envelope;
    }

    /// <returns>The caller disposes it.</returns>
    /// <exception cref="EnvelopeException"><c>Tampered</c> or <c>BadHeader</c>.</exception>
    public static Secret Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> aad)
    {
        if (envelope.Length < Prefix + TagLength || envelope[0] != Version)
            throw new EnvelopeException(EnvelopeFault.BadHeader, "No sealed text of this format.");

        var plaintext = new Secret(envelope.Length - Prefix - TagLength);
        try
        {
            using var cipher = new AesGcm(key, TagLength);
            cipher.Decrypt(
                envelope.Slice(1, IvLength), envelope[Prefix..^TagLength], envelope[^TagLength..], plaintext.Bytes, aad);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException e)
        {
            plaintext.Dispose();
            throw new EnvelopeException(EnvelopeFault.Tampered, "Sealed under another key, for another place, or changed.", e);
        }
    }

    /// <summary>Padded to whole blocks, so that the length of a name does not show.</summary>
    public static string SealPadded(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad)
    {
        using var padded = new Secret(((plaintext.Length / Block) + 1) * Block);
        plaintext.CopyTo(padded.Bytes);
        padded.Bytes[plaintext.Length..].Clear();
        padded.Bytes[plaintext.Length] = EndOfText;
        return Base64Url.EncodeToString(Seal(key, padded.Bytes, aad));
    }

    /// <inheritdoc cref="Open"/>
    public static Secret OpenPadded(ReadOnlySpan<byte> key, string text, ReadOnlySpan<byte> aad)
    {
        using var padded = Open(key, Decode(text) ?? throw NoText(), aad);
        var end = padded.Bytes.LastIndexOfAnyExcept((byte)0);
        return padded.Bytes.Length % Block == 0 && end >= 0 && padded.Bytes[end] == EndOfText
            ? Secret.CopyOf(padded.Bytes[..end])
            : throw NoText();
    }

    /// <summary>The bytes of unpadded base64url in its one canonical form, or null.</summary>
    public static byte[]? Decode(string text)
    {
        if (!Base64Url.IsValid(text) || text.Contains('=', StringComparison.Ordinal))
            return null;

        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }

    private static EnvelopeException NoText() => new(EnvelopeFault.BadHeader, "No sealed text of this format.");
}
