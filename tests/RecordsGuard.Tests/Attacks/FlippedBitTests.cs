using System.Security.Cryptography;
using CsCheck;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Attacks;

/// <summary>One bit is another, in the blob or in the row, and the row names the blob as it is now.</summary>
public sealed class FlippedBitTests
{
    [Fact]
    public async Task No_bit_of_a_header_or_a_segment_is_flipped_unnoticed()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(41));
        for (var bit = 0; bit < victim.Blob.Length * 8; bit++)
        {
            app.PutBlob(victim, Flip(victim.Blob, bit));
            await app.RefusesAsync(victim, because: $"bit {bit}");
        }

        app.Restore(victim);
        await app.OpensAsync(victim);
    }

    [Fact]
    public async Task A_flipped_bit_is_noticed_however_a_long_record_is_read()
    {
        await using var app = await AttackedApp.StartAsync();
        var size = FloeParameters.Product.PlaintextLength;
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes((2 * size) + 1000));
        await Gen.Int[FloeParameters.HeaderLength * 8, (victim.Blob.Length * 8) - 1].SampleAsync(
            async bit =>
            {
                app.PutBlob(victim, Flip(victim.Blob, bit));
                await app.RefusesAsync(victim, because: $"bit {bit}");
                var first = (long)((bit / 8) - FloeParameters.HeaderLength) / FloeParameters.Product.SegmentLength * size;
                await app.RefusesAsync(victim, $"bytes={first}-{first}", $"bit {bit}, one byte of its segment");
                await app.RefusesAsync(victim, $"bytes={first + 1}-", $"bit {bit}, from its segment on");
            },
            iter: 25, threads: 1);
    }

    /// <summary>Of the wrapped key every seventh, because each costs the vault an RSA operation; the eight of a byte take turns.</summary>
    [Fact]
    public Task No_bit_of_a_slip_is_flipped_unnoticed() => EachBitOfAsync(
        f => f.Slip, (f, text) => f with { Slip = text }, (slip, bit) => bit / 8 <= slip.LastIndexOf('.') || bit % 7 == 0);

    [Fact]
    public Task No_bit_of_a_descriptor_is_flipped_unnoticed() => EachBitOfAsync(
        f => f.Descriptor, (f, text) => f with { Descriptor = text }, (_, _) => true);

    /// <summary>First as the table has it, quotation marks and line ends included; then as a text that is well-formed JSON.</summary>
    private static async Task EachBitOfAsync(
        Func<RecordFacts, string> part, Func<RecordFacts, string, RecordFacts> put, Func<string, int, bool> chosen)
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(41));
        var text = part(victim.Facts);
        foreach (var bit in Enumerable.Range(0, text.Length * 8).Where(b => chosen(text, b)))
        {
            var changed = text.ToCharArray();
            changed[bit / 8] ^= (char)(1 << (bit % 8));
            app.PutBody(victim, _ => victim.Row.Body.Replace(text, new string(changed), StringComparison.Ordinal));
            await app.RefusesAsync(victim, because: $"bit {bit} in the row");
            if (!char.IsAsciiLetterOrDigit(changed[bit / 8]))
            {
                app.PutBody(victim, _ => victim.Row.Body);
                app.PutFacts(victim, f => put(f, new string(changed)));
                await app.RefusesAsync(victim, because: $"bit {bit} in the text");
            }
        }

        app.Restore(victim);
        await app.OpensAsync(victim);
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var changed = (byte[])bytes.Clone();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
