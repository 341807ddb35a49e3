using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Attacks;

/// <summary>Whole segments are moved: within a record, between records of a client, of two clients, of two practices.</summary>
public sealed class SplicedTests
{
    private const int Segments = 3;

    private static readonly FloeParameters Product = FloeParameters.Product;

    private static readonly int Length = ((Segments - 1) * Product.PlaintextLength) + 1000;

    [Fact]
    public async Task Segments_swapped_dropped_or_repeated_are_refused_and_told()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(Length));
        for (var i = 0; i <= Segments; i++)
        {
            await RefusesAsync(app, victim, Changed(victim, parts => parts.RemoveAt(i)), $"{i} dropped");
            await RefusesAsync(app, victim, Changed(victim, parts => parts.Insert(i, parts[i])), $"{i} repeated");
            for (var j = 0; j <= Segments; j++)
            {
                if (i != j)
                {
                    await RefusesAsync(app, victim, Changed(victim, parts => parts[i] = parts[j]), $"{j} in the place of {i}");
                    await RefusesAsync(app, victim, Changed(victim, parts => (parts[i], parts[j]) = (parts[j], parts[i])), $"{i} and {j} swapped");
                }
            }
        }
    }

    [Fact]
    public async Task Segments_of_another_record_client_or_practice_are_refused_and_told()
    {
        await using var app = await AttackedApp.StartAsync();
        var same = RandomNumberGenerator.GetBytes(Length);
        var victim = await app.UploadAsync(same);
        Victim[] others =
        [
            await app.UploadAsync(same, client: victim.Client), await app.UploadAsync(same), await app.UploadAsync(same, AttackedApp.Elm),
        ];
        foreach (var other in others)
        {
            for (var i = 0; i <= Segments; i++)
            {
                await RefusesAsync(app, victim, Changed(victim, parts => parts[i] = Parts(other)[i]), $"{i} of {other.BlobName}");
            }

            await RefusesAsync(app, victim, other.Blob, $"the blob {other.BlobName}");
        }

        app.Restore(victim);
        await app.OpensAsync(victim);
    }

    private static async Task RefusesAsync(AttackedApp app, Victim victim, byte[] bytes, string because)
    {
        app.PutBlob(victim, bytes);
        await app.RefusesAsync(victim, because: because);
    }

    private static byte[] Changed(Victim victim, Action<List<byte[]>> change)
    {
        var parts = Parts(victim);
        change(parts);
        return [.. parts.SelectMany(p => p)];
    }

    /// <summary>The header, then each segment.</summary>
    private static List<byte[]> Parts(Victim victim) =>
    [
        victim.Blob[..FloeParameters.HeaderLength],
        .. victim.Blob.AsMemory(FloeParameters.HeaderLength).ToArray().Chunk(Product.SegmentLength),
    ];
}
