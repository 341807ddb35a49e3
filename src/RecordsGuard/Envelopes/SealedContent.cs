namespace RecordsGuard.Envelopes;

/// <summary>Opens sealed bytes from <paramref name="offset"/> on, <paramref name="length"/> of them.</summary>
public delegate Task<Stream> SealedRange(long offset, long length, CancellationToken cancel);

/// <summary>
/// What is known of one sealed content from its authenticated descriptor, and therefore before a byte of it is read:
/// every read, however small, knows which segment must be the final one.
/// </summary>
/// <param name="PlaintextLength">In bytes.</param>
/// <param name="Header">The whole FLOE header, 74 bytes: a range needs no request for it.</param>
/// <param name="Digest">SHA-256 of the plaintext.</param>
public sealed record SealedContent(long PlaintextLength, ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Digest)
{
    /// <summary>What the blob's length must be.</summary>
    public long SealedLength => Layout.SealedLength;

    /// <summary>Commits to key, parameters and associated data: the last 32 bytes of the header.</summary>
    public ReadOnlyMemory<byte> HeaderTag => Header[^FloeParameters.HeaderTagLength..];

    private FloeLayout Layout => FloeLayout.OfPlaintext(FloeParameters.Product, PlaintextLength);

    /// <summary>
    /// The plaintext of a range, for one request. Key, header and length are checked before the request is made, each
    /// segment before any of its bytes is given out; the stream throws <see cref="EnvelopeException"/> and never ends
    /// early. The key may be disposed when this returns. A read from offset 0 also compares the stored header.
    /// </summary>
    /// <param name="storedLength">The blob's length, as the store tells it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the plaintext.</exception>
    /// <exception cref="EnvelopeException">
    /// <c>WrongKey</c>, <c>BadHeader</c>, or <c>Truncated</c> or <c>Trailing</c> by the stored length.
    /// </exception>
    public Task<Stream> OpenAsync(
        DataKey key,
        AssociatedData associatedData,
        long storedLength,
        long offset,
        long length,
        SealedRange source,
        CancellationToken cancel) =>
        OpeningSegments.OpenAsync(
            FloeMessage.Resume(FloeParameters.Product, key.Bytes, associatedData.ToBytes(), Header.Span),
            Layout, storedLength, offset, length, source, cancel);

    /// <summary>The whole plaintext.</summary>
    /// <inheritdoc cref="OpenAsync(DataKey, AssociatedData, long, long, long, SealedRange, CancellationToken)"/>
    public Task<Stream> OpenAsync(
        DataKey key, AssociatedData associatedData, long storedLength, SealedRange source, CancellationToken cancel) =>
        OpenAsync(key, associatedData, storedLength, 0, PlaintextLength, source, cancel);
}
