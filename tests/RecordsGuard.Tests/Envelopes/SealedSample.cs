using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>Sealed bytes as a store has them, what the descriptor says of them, and what was truly sealed.</summary>
internal sealed record SealedSample(
    FloeParameters Parameters, byte[] Key, byte[] Aad, byte[] Bytes, byte[] Header, FloeLayout Layout, byte[] Plaintext)
{
    public static FloeParameters Small { get; } = new(64, 2);

    public static async Task<SealedSample> SealAsync(FloeParameters parameters, byte[] key, byte[] aad, byte[] plaintext)
    {
        await using var sealing = new SegmentStream(new SealingSegments(parameters, new ChunkedStream(plaintext), key, aad));
        using var all = new MemoryStream();
        await sealing.CopyToAsync(all);
        var bytes = all.ToArray();
        var layout = FloeLayout.OfPlaintext(parameters, plaintext.Length);
        return new(parameters, key, aad, bytes, bytes[..FloeParameters.HeaderLength], layout, plaintext);
    }

    /// <summary>The header, then each segment.</summary>
    public List<byte[]> Parts()
    {
        List<byte[]> parts = [Bytes[..FloeParameters.HeaderLength]];
        parts.AddRange(Bytes.Skip(FloeParameters.HeaderLength).Chunk(Parameters.SegmentLength));
        return parts;
    }

    public SealedSample With(IEnumerable<byte[]> parts) => this with { Bytes = [.. parts.SelectMany(p => p)] };
}
