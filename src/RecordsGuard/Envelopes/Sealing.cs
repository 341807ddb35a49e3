namespace RecordsGuard.Envelopes;

/// <summary>
/// One content being sealed: <see cref="Stream"/> pulls plaintext and gives sealed bytes, in constant memory. If the
/// plaintext fails or is cancelled the stream fails, and goes on failing: there is then no final segment, and what was
/// given out never opens as a whole.
/// </summary>
public sealed class Sealing : IAsyncDisposable
{
    private readonly SealingSegments segments;

    private Sealing(SealingSegments segments)
    {
        this.segments = segments;
        Stream = new SegmentStream(segments);
    }

    /// <summary>The sealed bytes: read asynchronously, forward only, once.</summary>
    public Stream Stream { get; }

    /// <summary>What was sealed. There is an answer once <see cref="Stream"/> has been read to its end.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public SealedContent Content =>
        segments.Content ?? throw new InvalidOperationException("The sealed stream has not been read to its end.");

    /// <summary>
    /// Begins with a random IV, hence a new message each time. The key may be disposed when this returns; the plaintext
    /// stays the caller's to dispose.
    /// </summary>
    public static Sealing Begin(Stream plaintext, DataKey key, AssociatedData associatedData) =>
        new(new SealingSegments(FloeParameters.Product, plaintext, key.Bytes, associatedData.ToBytes()));

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
