using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>What an attacker can do to sealed bytes; every reader must refuse, and give out nothing it has not verified.</summary>
public sealed class TamperingTests
{
    private const int Segments = 5;

    private static readonly FloeParameters Small = SealedSample.Small;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static readonly byte[] Aad = AssociatedDataTests.Example.ToBytes();

    private static readonly byte[] Plaintext = RandomNumberGenerator.GetBytes((Segments * Small.PlaintextLength) - 7);

    [Fact]
    public async Task No_bit_can_be_flipped_anywhere()
    {
        var sample = await SealAsync();
        for (var bit = 0; bit < sample.Bytes.Length * 8; bit++)
        {
            var changed = (byte[])sample.Bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await RefusesAsync(sample with { Bytes = changed }, Reader.Quick);
        }
    }

    [Fact]
    public async Task No_bit_of_the_descriptors_header_can_be_flipped()
    {
        var sample = await SealAsync();
        for (var bit = 0; bit < FloeParameters.HeaderLength * 8; bit++)
        {
            var header = (byte[])sample.Header.Clone();
            header[bit / 8] ^= (byte)(1 << (bit % 8));
            await RefusesAsync(
                sample with { Header = header }, Reader.Quick.Skip(1), bit < 80 ? EnvelopeFault.BadHeader : EnvelopeFault.WrongKey);
        }
    }

    [Fact]
    public async Task A_cut_at_and_around_every_boundary_is_noticed()
    {
        var sample = await SealAsync();
        var boundaries = Enumerable.Range(0, Segments + 1)
            .Select(i => FloeParameters.HeaderLength + (i * Small.SegmentLength))
            .Append(0).Append(FloeParameters.EncodedLength).Append(sample.Bytes.Length);
        foreach (var length in boundaries.SelectMany(b => new[] { b - 1, b, b + 1 }).Where(l => l >= 0 && l < sample.Bytes.Length))
            await RefusesAsync(sample with { Bytes = sample.Bytes[..length] }, Reader.All, EnvelopeFault.Truncated);
    }

    [Fact]
    public async Task Every_cut_is_noticed()
    {
        var sample = await SealAsync();
        for (var length = 0; length < sample.Bytes.Length; length++)
            await RefusesAsync(sample with { Bytes = sample.Bytes[..length] }, Reader.Quick, EnvelopeFault.Truncated);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    public async Task Nothing_can_be_appended(int count)
    {
        var sample = await SealAsync();
        await RefusesAsync(
            sample with { Bytes = [.. sample.Bytes, .. new byte[count]] }, Reader.Honest, EnvelopeFault.Trailing);
        var full = await SealedSample.SealAsync(Small, Key, Aad, new byte[3 * Small.PlaintextLength]);
        await RefusesAsync(
            full with { Bytes = [.. full.Bytes, .. RandomNumberGenerator.GetBytes(count)] }, Reader.Honest, EnvelopeFault.Trailing);
    }

    [Fact]
    public async Task Segments_cannot_be_swapped_dropped_or_repeated()
    {
        var sample = await SealAsync();
        for (var i = 1; i <= Segments; i++)
        {
            var dropped = sample.Parts();
            dropped.RemoveAt(i);
            await RefusesAsync(sample.With(dropped), Reader.All);

            var repeated = sample.Parts();
            repeated.Insert(i, repeated[i]);
            await RefusesAsync(sample.With(repeated), Reader.Honest);

            for (var j = i + 1; j <= Segments; j++)
            {
                var swapped = sample.Parts();
                (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                await RefusesAsync(sample.With(swapped), Reader.All);
            }
        }
    }

    [Fact]
    public async Task A_segment_of_another_message_does_not_fit()
    {
        var sample = await SealAsync();
        var record = AssociatedDataTests.Example;
        SealedSample[] others =
        [
            await SealAsync(),
            await SealAsync(aad: (record with { Record = Records.RecordId.New() }).ToBytes()),
            await SealAsync(aad: (record with { Practice = Records.PracticeId.Parse("elm") }).ToBytes()),
            await SealAsync(aad: (record with { ContentVersion = 2 }).ToBytes()),
            await SealAsync(key: RandomNumberGenerator.GetBytes(32)),
        ];
        foreach (var other in others)
        {
            for (var i = 0; i <= Segments; i++)
            {
                var spliced = sample.Parts();
                spliced[i] = other.Parts()[i];
                await RefusesAsync(sample.With(spliced), Reader.All);
            }
        }
    }

    [Fact]
    public async Task A_message_does_not_open_under_another_key_or_for_another_record()
    {
        var sample = await SealAsync();
        var other = (AssociatedDataTests.Example with { ContentVersion = 2 }).ToBytes();
        await RefusesAsync(sample with { Key = RandomNumberGenerator.GetBytes(32) }, Reader.All, EnvelopeFault.WrongKey);
        await RefusesAsync(sample with { Aad = other }, Reader.All, EnvelopeFault.WrongKey);
    }

    [Fact]
    public async Task A_final_segment_cannot_pass_for_another_nor_another_for_it()
    {
        var sample = await SealAsync();
        var parts = sample.Parts();
        parts.RemoveAt(Segments);
        parts[^1][0] = parts[^1][1] = parts[^1][2] = 0;
        parts[^1][3] = (byte)Small.SegmentLength;
        await RefusesAsync(sample.With(parts), Reader.All);

        var full = await SealedSample.SealAsync(Small, Key, Aad, new byte[3 * Small.PlaintextLength]);
        var open = full.Parts();
        open[^1].AsSpan(0, 4).Fill(0xFF);
        await RefusesAsync(full.With(open), Reader.All);
    }

    [Theory]
    [InlineData("01000010000000000020")]
    [InlineData("00010010000000000020")]
    [InlineData("00000000004000000020")]
    [InlineData("00000010000100000020")]
    [InlineData("00000020000000000020")]
    [InlineData("00000010000000000021")]
    [InlineData("00000010000000000010")]
    public async Task Another_algorithm_or_segment_length_is_refused(string parameters)
    {
        var sample = await SealedSample.SealAsync(FloeParameters.Product, Key, Aad, Plaintext);
        byte[] bytes = [.. Convert.FromHexString(parameters), .. sample.Bytes.AsSpan(FloeParameters.EncodedLength)];
        await RefusesAsync(sample with { Bytes = bytes }, Reader.Quick, EnvelopeFault.BadHeader);
        await RefusesAsync(
            sample with { Bytes = bytes, Header = bytes[..FloeParameters.HeaderLength] }, Reader.Quick, EnvelopeFault.BadHeader);
    }

    /// <summary>
    /// AES-GCM alone does not commit: one ciphertext can be made to open under two keys. FLOE's header tag is what stops
    /// that, so a header that was made for one key must fail under the other, whatever the segments are.
    /// </summary>
    [Fact]
    public async Task A_ciphertext_for_two_keys_opens_under_neither_with_the_others_header()
    {
        var sample = await SealAsync();
        var second = RandomNumberGenerator.GetBytes(32);
        var other = await SealAsync(key: second);
        byte[] body = sample.Bytes[FloeParameters.HeaderLength..];
        await RefusesAsync(sample with { Key = second }, Reader.All, EnvelopeFault.WrongKey);
        await RefusesAsync(other with { Bytes = [.. other.Header, .. body] }, Reader.All, EnvelopeFault.Tampered);

        byte[] mixed = [.. sample.Header[..42], .. other.Header[42..]];
        await RefusesAsync(sample with { Header = mixed, Bytes = [.. mixed, .. body] }, Reader.All, EnvelopeFault.WrongKey);
        await RefusesAsync(
            sample with { Header = mixed, Bytes = [.. mixed, .. body], Key = second }, Reader.All, EnvelopeFault.WrongKey);
    }

    private static Task<SealedSample> SealAsync(byte[]? key = null, byte[]? aad = null) =>
        SealedSample.SealAsync(Small, key ?? Key, aad ?? Aad, Plaintext);

    private static async Task RefusesAsync(SealedSample sample, IEnumerable<Reader> readers, params EnvelopeFault[] expected)
    {
        foreach (var reader in readers)
            await reader.RefusesAsync(sample, expected);
    }
}
