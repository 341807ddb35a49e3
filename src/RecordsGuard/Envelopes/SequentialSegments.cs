using System.Buffers.Binary;

namespace RecordsGuard.Envelopes;

/// <summary>
/// The segments of a whole message without a descriptor: the message itself says which is the final one, and a cut is
/// noticed only when it is reached.
/// </summary>
internal sealed class SequentialSegments(FloeParameters parameters, FloeMessage message, Stream source) : ISegments
{
    private readonly SegmentBuffer buffer = new(parameters);
    private long position;
    private bool finished;

    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancel)
    {
        if (finished)
            return default;

        // A byte more than a segment would show what follows a final segment of full length; it is looked for only then.
        var filled = await source.ReadAtLeastAsync(
            buffer.Memory[..parameters.SegmentLength], parameters.SegmentLength, throwOnEndOfStream: false, cancel);
        var length = ClaimedLength(filled, out finished);
        if (finished && filled == parameters.SegmentLength
            && await source.ReadAsync(buffer.Memory.Slice(parameters.SegmentLength, 1), cancel) != 0)
        {
            throw new EnvelopeException(EnvelopeFault.Trailing, "There are bytes after the final segment.");
        }

        var segment = buffer.Memory[..length];
        return segment[message.Open(position++, finished, segment.Span)];
    }

    public ValueTask ReleaseAsync(bool clean)
    {
        finished = true;
        message.Dispose();
        buffer.Release(clean);
        return default;
    }

    private int ClaimedLength(int filled, out bool final)
    {
        final = true;
        if (filled < FloeParameters.LengthField)
            throw Truncated();

        var claimed = BinaryPrimitives.ReadUInt32BigEndian(buffer.Memory.Span);
        if (claimed == uint.MaxValue)
        {
            final = false;
            return filled == parameters.SegmentLength ? filled : throw Truncated();
        }

        if (claimed < FloeParameters.SegmentOverhead || claimed > parameters.SegmentLength)
            throw new EnvelopeException(EnvelopeFault.Tampered, $"Segment {position} has an impossible length.");
        if (claimed > filled)
            throw Truncated();
        if (claimed < filled)
            throw new EnvelopeException(EnvelopeFault.Trailing, "There are bytes after the final segment.");
        return filled;
    }

    private static EnvelopeException Truncated() =>
        new(EnvelopeFault.Truncated, "The sealed content ends before its final segment does.");
}
