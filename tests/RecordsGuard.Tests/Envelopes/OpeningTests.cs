using System.Security.Cryptography;
using CsCheck;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

public sealed class OpeningTests
{
    private static readonly FloeParameters Small = SealedSample.Small;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static readonly byte[] Aad = AssociatedDataTests.Example.ToBytes();

    [Fact]
    public void Every_range_is_that_of_the_plaintext() =>
        (from length in Gen.Int[0, 400]
         from plaintext in Gen.Byte.Array[length]
         from offset in Gen.Int[0, length]
         from count in Gen.Int[0, length - offset]
         from chunk in Gen.OneOf(1, 7, 64, 1000)
         from readSize in Gen.OneOf(1, 5, 31, 32, 33, 500)
         select (plaintext, offset, count, chunk, readSize))
        .Sample(t =>
        {
            var sample = SealedSample.SealAsync(Small, Key, Aad, t.plaintext).GetAwaiter().GetResult();
            using var got = new MemoryStream();
            Reader.RangeAsync(sample, (_, bytes) => got.Write(bytes.Span), t.offset, t.count, t.chunk, t.readSize).GetAwaiter().GetResult();
            return t.plaintext.AsSpan(t.offset, t.count).SequenceEqual(got.ToArray());
        });

    [Fact]
    public void Lengths_and_layouts_give_each_other() =>
        (from segment in Gen.Int[33, 5000] from length in Gen.Long[0, 1L << 50] select (segment, length))
        .Sample(t =>
        {
            var parameters = new FloeParameters(t.segment);
            if (t.length / parameters.PlaintextLength >= FloeParameters.MaxSegments)
                return true;

            var layout = FloeLayout.OfPlaintext(parameters, t.length);
            return layout.PlaintextLength == t.length && layout == FloeLayout.OfSealed(parameters, layout.SealedLength);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(73)]
    [InlineData(74)]
    [InlineData(105)]
    [InlineData(74 + 64 + 31)]
    public void No_sealed_content_has_an_impossible_length(long length) => Assert.Equal(
        EnvelopeFault.Truncated, Assert.Throws<EnvelopeException>(() => FloeLayout.OfSealed(Small, length)).Fault);

    [Fact]
    public void More_than_two_to_the_fortieth_segments_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => FloeLayout.OfPlaintext(new(33), (1L << 40) + 1));

    [Theory]
    [InlineData(0, 160, 0, 74 + 320)]
    [InlineData(0, 1, 0, 74 + 64)]
    [InlineData(32, 1, 74 + 64, 64)]
    [InlineData(31, 2, 0, 74 + 128)]
    [InlineData(64, 64, 74 + 128, 128)]
    [InlineData(159, 1, 74 + 256, 64)]
    [InlineData(160, 0, 74 + 256, 64)]
    public async Task Every_range_costs_one_request_for_whole_segments(long offset, long length, long from, long count)
    {
        List<(long, long)> requests = [];
        var sample = await SealedSample.SealAsync(Small, Key, Aad, new byte[160]);
        await using var stream = await OpenAsync(sample, offset, length, sample.Bytes.Length, requests: requests);
        await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal([(from, count)], requests);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 161)]
    [InlineData(160, 1)]
    [InlineData(161, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public async Task A_range_outside_the_plaintext_is_refused_without_a_request(long offset, long length)
    {
        List<(long, long)> requests = [];
        var sample = await SealedSample.SealAsync(Small, Key, Aad, new byte[160]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => OpenAsync(sample, offset, length, sample.Bytes.Length, requests: requests));
        Assert.Empty(requests);
    }

    [Theory]
    [InlineData(-1, EnvelopeFault.Truncated)]
    [InlineData(1, EnvelopeFault.Trailing)]
    public async Task A_blob_of_another_length_is_refused_without_a_request(int difference, EnvelopeFault expected)
    {
        List<(long, long)> requests = [];
        var sample = await SealedSample.SealAsync(Small, Key, Aad, new byte[160]);
        var fault = await Assert.ThrowsAsync<EnvelopeException>(
            () => OpenAsync(sample, 0, 1, sample.Bytes.Length + difference, requests: requests));
        Assert.Equal(expected, fault.Fault);
        Assert.Empty(requests);
    }

    [Fact]
    public async Task A_store_that_gives_more_than_was_asked_for_is_refused_before_the_last_segment()
    {
        var sample = await SealedSample.SealAsync(Small, Key, Aad, new byte[160]);
        await using var stream = await OpenAsync(sample, 32, 64, sample.Bytes.Length, tail: 1);
        await stream.ReadExactlyAsync(new byte[32], TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<EnvelopeException>(
            () => ReadOneAsync(stream));
        Assert.Equal(EnvelopeFault.Trailing, fault.Fault);
    }

    [Fact]
    public async Task What_failed_once_goes_on_failing()
    {
        var sample = await SealedSample.SealAsync(Small, Key, Aad, new byte[160]);
        sample.Bytes[74 + 64 + 20] ^= 1;
        await using var stream = await OpenAsync(sample, 0, 160, sample.Bytes.Length);
        await stream.ReadExactlyAsync(new byte[32], TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            var fault = await Assert.ThrowsAsync<EnvelopeException>(
                () => ReadOneAsync(stream));
            Assert.Equal(EnvelopeFault.Tampered, fault.Fault);
        }
    }

    [Fact]
    public async Task The_store_s_stream_is_disposed_with_ours()
    {
        var sample = await SealedSample.SealAsync(Small, Key, Aad, new byte[160]);
        var source = new ChunkedStream(sample.Bytes);
        var message = FloeMessage.Resume(Small, Key, Aad, sample.Header);
        var stream = await OpeningSegments.OpenAsync(
            message, sample.Layout, sample.Bytes.Length, 0, 160, (_, _, _) => Task.FromResult<Stream>(source), TestContext.Current.CancellationToken);
        await stream.DisposeAsync();
        Assert.True(source.Disposed);
    }

    private static Task<Stream> OpenAsync(
        SealedSample sample, long offset, long length, long storedLength, List<(long, long)>? requests = null, int tail = 0)
    {
        var message = FloeMessage.Resume(sample.Parameters, sample.Key, sample.Aad, sample.Header);
        return OpeningSegments.OpenAsync(message, sample.Layout, storedLength, offset, length, Source, default);

        Task<Stream> Source(long from, long count, CancellationToken cancel)
        {
            requests?.Add((from, count));
            return Task.FromResult<Stream>(new ChunkedStream(sample.Bytes.AsMemory((int)from, (int)count + tail)));
        }
    }

    private static Task ReadOneAsync(Stream stream) =>
        stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();
}
