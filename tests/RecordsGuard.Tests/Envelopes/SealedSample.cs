using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>Sealed bytes as a store has them, and what the descriptor says they should be.</summary>
internal sealed record SealedSample(
    FloeParameters Parameters, byte[] Key, byte[] Aad, byte[] Bytes, byte[] Header, FloeLayout Layout)
{
    public static FloeParameters Small { get; } = new(64, 2);

    /// <summary>An honest sample: header and layout are the bytes' own.</summary>
    public static SealedSample Of(FloeParameters parameters, byte[] key, byte[] aad, byte[] bytes) =>
        new(parameters, key, aad, bytes, bytes[..FloeParameters.HeaderLength], FloeLayout.OfSealed(parameters, bytes.Length));

    public static async Task<SealedSample> SealAsync(FloeParameters parameters, byte[] key, byte[] aad, byte[] plaintext)
    {
        await using var sealing = new SegmentStream(new SealingSegments(parameters, new ChunkedStream(plaintext), key, aad));
        var bytes = await Reader.DrainAsync(sealing);
        var layout = FloeLayout.OfPlaintext(parameters, plaintext.Length);
        return new(parameters, key, aad, bytes, bytes[..FloeParameters.HeaderLength], layout);
    }

    /// <summary>The header, then each segment.</summary>
    public List<byte[]> Parts()
    {
        List<byte[]> parts = [Bytes[..FloeParameters.HeaderLength]];
        parts.AddRange(Bytes.Skip(FloeParameters.HeaderLength).Chunk(Parameters.SegmentLength));
        return parts;
    }
}
