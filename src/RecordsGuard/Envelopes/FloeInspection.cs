using System.Buffers.Binary;

namespace RecordsGuard.Envelopes;

/// <summary>
/// What sealed content tells anybody, without its key: its parameters, and where its segments begin and end. Nothing of
/// it is authenticated; that the lengths agree proves only that nothing was cut off or appended by accident.
/// </summary>
/// <param name="SegmentLength">Of a whole sealed segment, in bytes.</param>
/// <param name="Iv">32 bytes.</param>
/// <param name="HeaderTag">32 bytes.</param>
/// <param name="SealedLength">Of the file.</param>
/// <param name="Segments">As many as begin in the file.</param>
/// <param name="FinalLength">Of the final segment as it says itself; null: there is none.</param>
/// <param name="PlaintextLength">Null if the file is not consistent.</param>
/// <param name="Fault">Null if the file is consistent.</param>
/// <param name="Problem">What is wrong, in words and offsets; null if nothing is.</param>
public sealed record FloeInspection(
    int SegmentLength, ReadOnlyMemory<byte> Iv, ReadOnlyMemory<byte> HeaderTag, long SealedLength, long Segments,
    int? FinalLength, long? PlaintextLength, EnvelopeFault? Fault, string? Problem)
{
    /// <summary>Whether records are sealed with these parameters, and end as our writer ends them.</summary>
    public bool IsAsRecordsAre =>
        SegmentLength == RawFloe.RecordSegmentLength && (Segments == 1 || FinalLength > FloeParameters.SegmentOverhead);

    /// <summary>Reads the header and the first four bytes of each segment.</summary>
    /// <exception cref="EnvelopeException"><c>Truncated</c> or <c>BadHeader</c>: not even a header.</exception>
    public static async Task<FloeInspection> OfAsync(Stream content, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(content);
        var header = new byte[FloeParameters.HeaderLength];
        if (await content.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel) < header.Length)
        {
            throw new EnvelopeException(EnvelopeFault.Truncated, "The file ends within its header.");
        }

        var segmentLength = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(2));
        if (segmentLength <= FloeParameters.SegmentOverhead || !new FloeParameters(segmentLength).Match(header))
        {
            throw new EnvelopeException(
                EnvelopeFault.BadHeader, "No FLOE header with AES-256-GCM, HKDF-Expand-SHA-384 and an IV of 32 bytes.");
        }

        var found = new FloeInspection(
            segmentLength, header.AsMemory(FloeParameters.EncodedLength, FloeParameters.IvLength),
            header.AsMemory(header.Length - FloeParameters.HeaderTagLength), content.Length, 0, null, null, null, null);
        return await WalkAsync(content, found, cancel);
    }

    private static async Task<FloeInspection> WalkAsync(Stream content, FloeInspection found, CancellationToken cancel)
    {
        var field = new byte[FloeParameters.LengthField];
        for (long number = 0, offset = FloeParameters.HeaderLength; ; number++, offset += found.SegmentLength)
        {
            var left = found.SealedLength - offset;
            if (left < field.Length)
            {
                return Wrong(EnvelopeFault.Truncated, number, $"The file ends where segment {number} begins (offset {offset}).");
            }

            content.Position = offset;
            await content.ReadExactlyAsync(field, cancel);
            var claimed = BinaryPrimitives.ReadUInt32BigEndian(field);
            if (claimed == uint.MaxValue)
            {
                if (left < found.SegmentLength)
                {
                    return Wrong(EnvelopeFault.Truncated, number + 1, $"The file ends within segment {number} (offset {offset}), which is not the final one.");
                }

                continue;
            }

            if (claimed < FloeParameters.SegmentOverhead || claimed > found.SegmentLength)
            {
                return Wrong(EnvelopeFault.Tampered, number + 1, $"Segment {number} (offset {offset}) says it has {claimed} bytes, which no segment has.");
            }

            found = found with { FinalLength = (int)claimed };
            return left == claimed
                ? found with
                {
                    Segments = number + 1,
                    PlaintextLength = FloeLayout.OfSealed(new(found.SegmentLength), found.SealedLength).PlaintextLength,
                }
                : left < claimed
                ? Wrong(EnvelopeFault.Truncated, number + 1, $"The final segment {number} (offset {offset}) lacks {claimed - left} of its {claimed} bytes.")
                : Wrong(EnvelopeFault.Trailing, number + 1, $"{left - claimed} bytes follow the final segment {number} (offset {offset + claimed}).");
        }

        FloeInspection Wrong(EnvelopeFault fault, long segments, string problem) =>
            found with { Segments = segments, Fault = fault, Problem = problem };
    }
}
