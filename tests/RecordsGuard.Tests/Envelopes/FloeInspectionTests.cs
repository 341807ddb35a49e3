using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

public sealed class FloeInspectionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(96)]
    [InlineData(1000)]
    public async Task Lengths_that_agree_tell_the_plaintexts_and_every_cut_or_appended_byte_shows(int length)
    {
        var sample = await SealedSample.SealAsync(SealedSample.Small, new byte[32], [], RandomNumberGenerator.GetBytes(length));
        var whole = await InspectAsync(sample.Bytes);

        Assert.Null(whole.Fault);
        Assert.Equal(length, whole.PlaintextLength);
        Assert.Equal(sample.Layout.Segments, whole.Segments);
        Assert.Equal(sample.Layout.FinalLength, whole.FinalLength);
        Assert.Equal(64, whole.SegmentLength);
        Assert.Equal(sample.Header, [0, 0, 0, 0, 0, 64, 0, 0, 0, 32, .. whole.Iv.Span, .. whole.HeaderTag.Span]);
        for (var cut = 74; cut < sample.Bytes.Length; cut++)
        {
            var found = await InspectAsync(sample.Bytes[..cut]);
            Assert.Equal((EnvelopeFault.Truncated, null), (found.Fault, found.PlaintextLength));
            Assert.NotNull(found.Problem);
        }

        for (var cut = 0; cut < 74; cut++)
        {
            await FaultAsync(EnvelopeFault.Truncated, sample.Bytes[..cut]);
        }

        Assert.Equal(EnvelopeFault.Trailing, (await InspectAsync([.. sample.Bytes, 0])).Fault);
    }

    [Fact]
    public async Task What_is_no_header_of_ours_is_said_to_be_none()
    {
        var sample = await SealedSample.SealAsync(SealedSample.Small, new byte[32], [], [1]);
        foreach (var at in new[] { 0, 1, 2, 6, 7, 8, 9 }) // 3 to 5: another segment length, as good as this one
        {
            var bytes = sample.Bytes.ToArray();
            bytes[at] ^= 0x80;
            await FaultAsync(EnvelopeFault.BadHeader, bytes);
        }

        await FaultAsync(EnvelopeFault.BadHeader, new byte[100]);
    }

    [Fact]
    public async Task An_impossible_length_of_a_segment_is_told()
    {
        var sample = await SealedSample.SealAsync(SealedSample.Small, new byte[32], [], new byte[100]);
        sample.Bytes[74] = 0;
        Assert.Equal(EnvelopeFault.Tampered, (await InspectAsync(sample.Bytes)).Fault);
    }

    [Fact]
    public async Task Only_one_mebibyte_segments_with_a_final_one_that_is_not_empty_are_as_records_are()
    {
        var small = await SealedSample.SealAsync(SealedSample.Small, new byte[32], [], [1]);
        var record = await SealedSample.SealAsync(FloeParameters.Product, new byte[32], [], []);
        Assert.False((await InspectAsync(small.Bytes)).IsAsRecordsAre);
        Assert.True((await InspectAsync(record.Bytes)).IsAsRecordsAre);
    }

    private static Task<FloeInspection> InspectAsync(byte[] bytes) => FloeInspection.OfAsync(new MemoryStream(bytes), Stop);

    private static async Task FaultAsync(EnvelopeFault fault, byte[] bytes) =>
        Assert.Equal(fault, (await Assert.ThrowsAsync<EnvelopeException>(() => InspectAsync(bytes))).Fault);
}
