using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>
/// What a record row says of its content, sealed under the client's index key (docs/formats/sealed-record.md §4.3).
/// Opening it needs no right to the content.
/// </summary>
/// <param name="FileName">As uploaded.</param>
/// <param name="ContentType">As uploaded, such as <c>application/pdf</c>.</param>
public sealed record RecordDescriptor(SealedContent Content, string FileName, string ContentType)
{
    private const int FixedLength = 1 + 8 + FloeParameters.HeaderLength + SHA256.HashSizeInBytes;

    /// <summary>Base64url.</summary>
    /// <param name="associatedData">That of the content.</param>
    public string Seal(IndexKey clientKey, AssociatedData associatedData)
    {
        using var bytes = Secret.CopyOf(ToBytes());
        return SealedText.SealPadded(clientKey.Bytes, bytes.Bytes, associatedData.For("descriptor"));
    }

    /// <exception cref="EnvelopeException"><c>Tampered</c> (or of another record), or <c>BadHeader</c>.</exception>
    public static RecordDescriptor Open(string text, IndexKey clientKey, AssociatedData associatedData)
    {
        using var bytes = SealedText.OpenPadded(clientKey.Bytes, text, associatedData.For("descriptor"));
        return Parse(bytes.Bytes);
    }

    internal byte[] ToBytes()
    {
        if (Content.Header.Length != FloeParameters.HeaderLength || Content.Digest.Length != SHA256.HashSizeInBytes)
            throw new InvalidOperationException("No whole header and digest.");

        using var buffer = new MemoryStream();
        buffer.WriteByte(CanonicalBytes.Version);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, Content.PlaintextLength);
        buffer.Write(length);
        buffer.Write(Content.Header.Span);
        buffer.Write(Content.Digest.Span);
        CanonicalBytes.Append(buffer, CanonicalBytes.Utf8.GetBytes(FileName));
        CanonicalBytes.Append(buffer, CanonicalBytes.Utf8.GetBytes(ContentType));
        return buffer.ToArray();
    }

    internal static RecordDescriptor Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedLength || bytes[0] != CanonicalBytes.Version)
            throw NoDescriptor();

        var length = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        var header = bytes.Slice(9, FloeParameters.HeaderLength).ToArray();
        var digest = bytes.Slice(9 + header.Length, SHA256.HashSizeInBytes).ToArray();
        var rest = bytes[FixedLength..];
        return length >= 0
            && CanonicalBytes.TryTake(ref rest, out var fileName)
            && CanonicalBytes.TryTake(ref rest, out var contentType)
            && rest.IsEmpty
            ? new(new(length, header, digest), CanonicalBytes.Utf8.GetString(fileName), CanonicalBytes.Utf8.GetString(contentType))
            : throw NoDescriptor();
    }

    private static EnvelopeException NoDescriptor() => new(EnvelopeFault.BadHeader, "No descriptor of this format.");
}
