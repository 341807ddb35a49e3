namespace RecordsGuard.Envelopes;

/// <summary>Where the segments of one sealed content lie; fixed by either of its two lengths.</summary>
/// <param name="Segments">At least 1: the final one always exists.</param>
/// <param name="FinalLength">Of the encrypted final segment.</param>
internal sealed record FloeLayout(FloeParameters Parameters, long Segments, int FinalLength)
{
    public long Final => Segments - 1;

    public long PlaintextLength => (Final * Parameters.PlaintextLength) + FinalLength - FloeParameters.SegmentOverhead;

    public long SealedLength => FloeParameters.HeaderLength + (Final * Parameters.SegmentLength) + FinalLength;

    /// <summary>The layout our writer chooses: the final segment is empty only if there is no plaintext at all.</summary>
    public static FloeLayout OfPlaintext(FloeParameters parameters, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var final = length == 0 ? 0 : (length - 1) / parameters.PlaintextLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(final, FloeParameters.MaxSegments, nameof(length));
        var rest = (int)(length - (final * parameters.PlaintextLength));
        return new(parameters, final + 1, rest + FloeParameters.SegmentOverhead);
    }

    /// <summary>The layout that any writer must have chosen for this many sealed bytes.</summary>
    /// <exception cref="EnvelopeException">No sealed content has this length.</exception>
    public static FloeLayout OfSealed(FloeParameters parameters, long length)
    {
        var body = length - FloeParameters.HeaderLength;
        var final = body <= 0 ? 0 : (body - 1) / parameters.SegmentLength;
        var rest = body - (final * parameters.SegmentLength);
        return rest >= FloeParameters.SegmentOverhead && final < FloeParameters.MaxSegments
            ? new(parameters, final + 1, (int)rest)
            : throw new EnvelopeException(EnvelopeFault.Truncated, "No sealed content has this length.");
    }

    public long OffsetOf(long segment) => FloeParameters.HeaderLength + (segment * Parameters.SegmentLength);

    public int LengthOf(long segment) => segment == Final ? FinalLength : Parameters.SegmentLength;
}
