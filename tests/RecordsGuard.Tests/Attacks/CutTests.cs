using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Attacks;

/// <summary>
/// The blob is shorter or longer than it was. The row may still name the old version, or name the new one with its
/// length, or name the new one with the length of the old.
/// </summary>
public sealed class CutTests
{
    private static readonly FloeParameters Product = FloeParameters.Product;

    [Theory]
    [InlineData(2, 1000)]
    [InlineData(2, 0)]
    public async Task A_cut_at_a_segment_or_a_byte_around_it_is_refused_and_told(int segments, int more)
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes((segments * Product.PlaintextLength) + more));
        var boundaries = Enumerable.Range(0, segments + 1).Select(i => FloeParameters.HeaderLength + (i * Product.SegmentLength))
            .Append(0).Append(FloeParameters.EncodedLength).Append(victim.Blob.Length);
        foreach (var length in boundaries.SelectMany(b => new[] { b - 1, b, b + 1 }).Where(l => l >= 0 && l < victim.Blob.Length))
        {
            await RefusesAsync(app, victim, victim.Blob[..length]);
        }

        app.Restore(victim);
        await app.OpensAsync(victim);
        await app.OpensAsync(victim, "bytes=1048540-1048550");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task What_is_appended_is_refused_and_told(int more)
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(Product.PlaintextLength + more));
        var final = victim.Blob[^(more == 0 ? Product.SegmentLength : more + FloeParameters.SegmentOverhead)..];
        foreach (var tail in (byte[][])[[0], new byte[32], final, victim.Blob])
        {
            await RefusesAsync(app, victim, [.. victim.Blob, .. tail]);
        }
    }

    /// <summary>Ranges of what is left, of what is gone, and across the cut: each is refused, the first included.</summary>
    private static async Task RefusesAsync(AttackedApp app, Victim victim, byte[] bytes)
    {
        var put = app.OverwriteBlob(victim, bytes);
        foreach (var row in (RecordsGuard.Records.RecordFacts[])[
            victim.Facts,
            victim.Facts with { BlobETag = put.ETag, BlobVersionId = put.VersionId, BlobLength = put.Length },
            victim.Facts with { BlobETag = put.ETag, BlobVersionId = put.VersionId }])
        {
            app.PutFacts(victim, _ => row);
            foreach (var range in (string?[])[null, "bytes=0-0", "bytes=1048000-1049000", "bytes=-1"])
            {
                await app.RefusesAsync(victim, range, $"{victim.Blob.Length} bytes are {bytes.Length}, {row.BlobLength} in the row, {range}");
            }
        }
    }
}
