namespace RecordsGuard.Envelopes;

/// <summary>
/// Plain FLOE for offline tools and for comparison with other implementations: any associated data, any segment length.
/// Nothing in the product reads or writes records with it.
/// </summary>
public static class RawFloe
{
    /// <summary>What records are sealed with.</summary>
    public const int RecordSegmentLength = 1024 * 1024;

    public static Stream Seal(
        Stream plaintext, DataKey key, ReadOnlySpan<byte> associatedData, int segmentLength = RecordSegmentLength) =>
        new SegmentStream(new SealingSegments(Parameters(segmentLength), plaintext, key.Bytes, associatedData, withDigest: false));

    /// <summary>
    /// Reads the header; the stream then gives verified plaintext, segment by segment, and throws
    /// <see cref="EnvelopeException"/> where the rest is cut, changed or followed by other bytes. Only a stream read to
    /// its end was whole.
    /// </summary>
    /// <exception cref="EnvelopeException"><c>Truncated</c>, <c>BadHeader</c> or <c>WrongKey</c>.</exception>
    public static Task<Stream> OpenAsync(
        Stream content,
        DataKey key,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancel,
        int segmentLength = RecordSegmentLength) =>
        OpenAsync(Parameters(segmentLength), content, key, associatedData, cancel);

    internal static async Task<Stream> OpenAsync(
        FloeParameters parameters, Stream content, DataKey key, ReadOnlyMemory<byte> associatedData, CancellationToken cancel)
    {
        var header = new byte[FloeParameters.HeaderLength];
        if (await content.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel) < header.Length)
            throw new EnvelopeException(EnvelopeFault.Truncated, "The content ends within its header.");

        var message = FloeMessage.Resume(parameters, key.Bytes, associatedData.Span, header);
        return new SegmentStream(new SequentialSegments(parameters, message, content));
    }

    private static FloeParameters Parameters(int segmentLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(segmentLength, FloeParameters.SegmentOverhead);
        return segmentLength == RecordSegmentLength ? FloeParameters.Product : new(segmentLength);
    }
}
