namespace RecordsGuard.Envelopes;

/// <summary>The segments of a plaintext range, of a layout known beforehand, from one contiguous read.</summary>
internal sealed class OpeningSegments : ISegments
{
    private readonly FloeMessage message;
    private readonly FloeLayout layout;
    private readonly SegmentBuffer buffer;
    private readonly Stream source;
    private readonly long end;
    private readonly long last;
    private long offset;
    private long next;
    private bool headerRead;
    private bool finished;

    private OpeningSegments(FloeMessage message, FloeLayout layout, Window window, Stream source)
    {
        this.message = message;
        this.layout = layout;
        this.source = source;
        buffer = new(layout.Parameters);
        offset = window.Offset;
        end = window.Offset + window.Length;
        next = window.First;
        last = window.Last;
        headerRead = !window.WithHeader;
    }

    /// <summary>Owns <paramref name="message"/>, also when it throws.</summary>
    public static async Task<Stream> OpenAsync(
        FloeMessage message,
        FloeLayout layout,
        long storedLength,
        long offset,
        long length,
        SealedRange source,
        CancellationToken cancel)
    {
        try
        {
            if (storedLength != layout.SealedLength)
            {
                throw storedLength < layout.SealedLength
                    ? new EnvelopeException(EnvelopeFault.Truncated, "The sealed content is shorter than was sealed.")
                    : new EnvelopeException(EnvelopeFault.Trailing, "The sealed content is longer than was sealed.");
            }

            var window = Window.Of(layout, offset, length);
            var (from, to) = window.Sealed(layout);
            var stream = await source(from, to - from, cancel);
            return new SegmentStream(new OpeningSegments(message, layout, window, stream));
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancel)
    {
        if (finished)
            return default;

        if (!headerRead)
        {
            var header = buffer.Memory[..FloeParameters.HeaderLength];
            await FillAsync(header, cancel);
            if (!layout.Parameters.Match(header.Span))
                throw new EnvelopeException(EnvelopeFault.BadHeader, "No header of this format.");
            if (!header.Span.SequenceEqual(message.Header.Span))
                throw new EnvelopeException(EnvelopeFault.Tampered, "The stored header is not the one that was sealed.");
            headerRead = true;
        }

        var segment = buffer.Memory[..layout.LengthOf(next)];
        await FillAsync(segment, cancel);
        var from = (int)(offset - (next * layout.Parameters.PlaintextLength));
        var plaintext = segment[message.Open(next, next == layout.Final, segment.Span)];
        finished = next == last;
        if (finished && await source.ReadAsync(buffer.Memory[^1..], cancel) != 0)
            throw new EnvelopeException(EnvelopeFault.Trailing, "The store gave more than was asked for.");

        var count = (int)Math.Min(plaintext.Length - from, end - offset);
        next++;
        offset += count;
        return plaintext.Slice(from, count);
    }

    public ValueTask ReleaseAsync(bool clean)
    {
        finished = true;
        message.Dispose();
        buffer.Release(clean);
        return source.DisposeAsync();
    }

    private async ValueTask FillAsync(Memory<byte> room, CancellationToken cancel)
    {
        if (await source.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancel) < room.Length)
            throw new EnvelopeException(EnvelopeFault.Truncated, "The sealed content ends before it should.");
    }

    /// <summary>A plaintext range and the segments that hold it; a range of no bytes still has one, which is verified.</summary>
    private readonly record struct Window(long Offset, long Length, long First, long Last)
    {
        /// <summary>Whoever reads the first segment reads the header on the way.</summary>
        public bool WithHeader => First == 0;

        public static Window Of(FloeLayout layout, long offset, long length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, layout.PlaintextLength);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, layout.PlaintextLength - offset);
            var size = layout.Parameters.PlaintextLength;
            var first = Math.Min(offset / size, layout.Final);
            var last = offset + length == layout.PlaintextLength
                ? layout.Final
                : Math.Max(first, (offset + length - 1) / size);
            return new(offset, length, first, last);
        }

        public (long From, long To) Sealed(FloeLayout layout) =>
            (WithHeader ? 0 : layout.OffsetOf(First), layout.OffsetOf(Last) + layout.LengthOf(Last));
    }
}
