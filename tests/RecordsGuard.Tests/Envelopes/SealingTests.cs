using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

public sealed class SealingTests
{
    private static readonly AssociatedData Record = AssociatedDataTests.Example;

    public static TheoryData<int> Lengths { get; } = [0, 1, 1_048_543, 1_048_544, 1_048_545, 2 * 1_048_544, (3 * 1_048_544) + 17];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Content_of_any_length_opens_whole(int length)
    {
        using var key = DataKey.New();
        var plaintext = RandomNumberGenerator.GetBytes(length);
        await using var sealing = Sealing.Begin(new ChunkedStream(plaintext, 100_003, later: true), key, Record);
        using var stored = new MemoryStream();
        await sealing.Stream.CopyToAsync(stored, TestContext.Current.CancellationToken);

        Assert.Equal(length, sealing.Content.PlaintextLength);
        Assert.Equal(stored.Length, sealing.Content.SealedLength);
        Assert.Equal(SHA256.HashData(plaintext), sealing.Content.Digest.ToArray());
        Assert.Equal(stored.ToArray()[..74], sealing.Content.Header.ToArray());
        Assert.Equal(stored.ToArray()[42..74], sealing.Content.HeaderTag.ToArray());
        Assert.Equal(74 + (32 * Math.Max(1, Math.Ceiling(length / 1_048_544.0))) + length, stored.Length);

        await using var opened = await sealing.Content.OpenAsync(
            key, Record, stored.Length,
            (offset, count, _) => Task.FromResult<Stream>(new ChunkedStream(stored.ToArray().AsMemory((int)offset, (int)count), 77_777, later: true)),
            TestContext.Current.CancellationToken);
        using var result = new MemoryStream();
        await opened.CopyToAsync(result, TestContext.Current.CancellationToken);
        Assert.True(plaintext.AsSpan().SequenceEqual(result.ToArray()));
    }

    [Fact]
    public async Task Sealing_the_same_twice_gives_nothing_in_common()
    {
        using var key = DataKey.New();
        var (first, _) = await SealAsync(key, new byte[4096]);
        var (second, _) = await SealAsync(key, new byte[4096]);
        Assert.Equal(first[..10], second[..10]);
        Assert.True(first.AsSpan(10).CommonPrefixLength(second.AsSpan(10)) < 8);
        Assert.True(first.AsSpan(^64..).CommonPrefixLength(second.AsSpan(^64..)) < 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1_048_544)]
    [InlineData(1_500_000)]
    public async Task Plaintext_that_fails_never_gets_a_final_segment(int length)
    {
        using var key = DataKey.New();
        var source = new ChunkedStream(new byte[length], 99_999, later: true, new IOException("The client went away."));
        await using var sealing = Sealing.Begin(source, key, Record);
        using var stored = new MemoryStream();
        await Assert.ThrowsAsync<IOException>(() => sealing.Stream.CopyToAsync(stored, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<IOException>(() => ReadOneAsync(sealing.Stream));
        Assert.Throws<InvalidOperationException>(() => sealing.Content);
        await AssertTruncatedAsync(key, stored.ToArray());
    }

    [Fact]
    public async Task A_cancelled_upload_stays_cancelled()
    {
        using var key = DataKey.New();
        using var cancel = new CancellationTokenSource();
        await using var sealing = Sealing.Begin(new ChunkedStream(new byte[3_000_000], 50_000), key, Record);
        using var stored = new MemoryStream();
        var buffer = new byte[1_100_000];
        await stored.WriteAsync(buffer.AsMemory(0, await sealing.Stream.ReadAsync(buffer, cancel.Token)), TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => ReadOneAsync(sealing.Stream, cancel.Token));
        await Assert.ThrowsAsync<OperationCanceledException>(() => ReadOneAsync(sealing.Stream));
        await AssertTruncatedAsync(key, stored.ToArray());
    }

    [Fact]
    public async Task There_is_no_answer_before_the_end()
    {
        using var key = DataKey.New();
        await using var sealing = Sealing.Begin(new ChunkedStream(new byte[10]), key, Record);
        Assert.Throws<InvalidOperationException>(() => sealing.Content);
        var buffer = new byte[200];
        await sealing.Stream.ReadExactlyAsync(buffer.AsMemory(0, 74 + 42), TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => sealing.Content);
        Assert.Equal(0, await sealing.Stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal(10, sealing.Content.PlaintextLength);
    }

    [Fact]
    public async Task The_key_may_be_disposed_once_sealing_has_begun()
    {
        var key = DataKey.New();
        using var copy = DataKey.From(key.Bytes);
        await using var sealing = Sealing.Begin(new ChunkedStream(new byte[10]), key, Record);
        key.Dispose();
        await sealing.Stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal(10, sealing.Content.PlaintextLength);
        Assert.Throws<ObjectDisposedException>(() => key.Matches(copy));
    }

    [Fact]
    public async Task Two_readers_at_once_are_refused_and_disposing_under_a_reader_leaves_the_buffer_to_it()
    {
        using var key = DataKey.New();
        var source = new HeldStream();
        var sealing = Sealing.Begin(source, key, Record);
        await sealing.Stream.ReadExactlyAsync(new byte[74], TestContext.Current.CancellationToken);
        var reading = sealing.Stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => ReadOneAsync(sealing.Stream));
        await sealing.DisposeAsync();
        source.Release.SetResult(0);
        Assert.Equal(32, await reading);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => ReadOneAsync(sealing.Stream));
    }

    private static async Task AssertTruncatedAsync(DataKey key, byte[] stored)
    {
        var fault = await Assert.ThrowsAsync<EnvelopeException>(async () =>
        {
            await using var opened = await RawFloe.OpenAsync(new ChunkedStream(stored), key, Record.ToBytes(), default);
            await opened.CopyToAsync(Stream.Null);
        });
        Assert.Equal(EnvelopeFault.Truncated, fault.Fault);
    }

    private static async Task<(byte[] Bytes, SealedContent Content)> SealAsync(DataKey key, byte[] plaintext)
    {
        await using var sealing = Sealing.Begin(new ChunkedStream(plaintext), key, Record);
        using var stored = new MemoryStream();
        await sealing.Stream.CopyToAsync(stored);
        return (stored.ToArray(), sealing.Content);
    }

    private static Task ReadOneAsync(Stream stream, CancellationToken? cancel = null) =>
        stream.ReadExactlyAsync(new byte[1], cancel ?? TestContext.Current.CancellationToken).AsTask();

    private sealed class HeldStream : MemoryStream
    {
        public TaskCompletionSource<int> Release { get; } = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Release.Task);
    }
}
