using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>Plaintext of unknown length in; header and sealed segments out, sealed in place in one buffer.</summary>
internal sealed class SealingSegments : ISegments
{
    private readonly FloeParameters parameters;
    private readonly FloeMessage message;
    private readonly SegmentBuffer buffer;
    private readonly Stream plaintext;
    private readonly IncrementalHash? digest;
    private long position = -1;
    private long length;
    private bool finalSealed;
    private byte ahead;
    private bool hasAhead;

    /// <param name="withDigest">False only to measure what the digest costs.</param>
    public SealingSegments(
        FloeParameters parameters, Stream plaintext, ReadOnlySpan<byte> key, ReadOnlySpan<byte> aad, bool withDigest = true)
    {
        this.parameters = parameters;
        this.plaintext = plaintext;
        message = FloeMessage.Begin(parameters, key, aad);
        buffer = new(parameters);
        digest = withDigest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Null until the end has been read.</summary>
    public SealedContent? Content { get; private set; }

    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancel)
    {
        if (finalSealed)
        {
            Content ??= new(length, message.Header, digest?.GetHashAndReset() ?? []);
            return default;
        }

        if (position < 0)
        {
            position = 0;
            return message.Header;
        }

        // One byte more than a segment's plaintext tells whether this is the final one. It lies where the tag will be,
        // and is put aside before that.
        var room = buffer.Memory.Slice(FloeParameters.SegmentPrefix, parameters.PlaintextLength + 1);
        var filled = 0;
        if (hasAhead)
        {
            room.Span[0] = ahead;
            filled = 1;
        }

        filled += await plaintext.ReadAtLeastAsync(room[filled..], room.Length - filled, throwOnEndOfStream: false, cancel);
        hasAhead = filled == room.Length;
        if (hasAhead)
            ahead = room.Span[^1];

        return Seal(hasAhead ? filled - 1 : filled, final: !hasAhead);
    }

    public ValueTask ReleaseAsync(bool clean)
    {
        ahead = 0;
        message.Dispose();
        digest?.Dispose();
        buffer.Release(clean);
        return default;
    }

    private Memory<byte> Seal(int count, bool final)
    {
        if (!final && position == FloeParameters.MaxSegments - 1)
            throw new InvalidOperationException("FLOE has at most 2^40 segments.");

        var segment = buffer.Memory[..(count + FloeParameters.SegmentOverhead)];
        digest?.AppendData(segment.Span.Slice(FloeParameters.SegmentPrefix, count));
        message.Seal(position, final, segment.Span);
        position++;
        length += count;
        finalSealed = final;
        return segment;
    }
}
