using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

public sealed class AllocationTests
{
    private const int Segment = 1024 * 1024;

    /// <summary>In a debug build the compiler makes every state machine an object: then the room is for those.</summary>
#if DEBUG
    private const int AllowedPerSegment = 4096;
#else
    private const int AllowedPerSegment = 0;
#endif

    [Fact]
    public async Task Sealing_allocates_nothing_per_segment()
    {
        using var key = DataKey.New();
        var plaintext = new byte[24 * Segment];
        await using var sealing = Sealing.Begin(new MemoryStream(plaintext), key, AssociatedDataTests.Example);
        await AssertSteadyAsync(sealing.Stream, warmUp: 4, measured: 16);
    }

    [Fact]
    public async Task Opening_allocates_nothing_per_segment()
    {
        using var key = DataKey.New();
        await using var sealing = Sealing.Begin(new MemoryStream(new byte[24 * Segment]), key, AssociatedDataTests.Example);
        using var stored = new MemoryStream();
        await sealing.Stream.CopyToAsync(stored, TestContext.Current.CancellationToken);
        await using var opened = await sealing.Content.OpenAsync(
            key, AssociatedDataTests.Example, stored.Length,
            (offset, count, _) => Task.FromResult<Stream>(new MemoryStream(stored.GetBuffer(), (int)offset, (int)count)),
            TestContext.Current.CancellationToken);
        await AssertSteadyAsync(opened, warmUp: 4, measured: 16);
    }

    [Fact]
    public async Task Uploads_one_after_another_share_their_buffer()
    {
        using var key = DataKey.New();
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 100; i++)
            {
                await using var sealing = Sealing.Begin(
                    new ChunkedStream(new byte[10], later: true), key, AssociatedDataTests.Example);
                await sealing.Stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            }

            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            if (allocated < 20 * Segment)
                return;
        }

        Assert.Fail("Each upload takes a new buffer.");
    }

    private static async Task AssertSteadyAsync(Stream stream, int warmUp, int measured)
    {
        var buffer = new byte[256 * 1024];
        await ReadAsync(stream, buffer, warmUp * Segment);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thread = Environment.CurrentManagedThreadId;
        await ReadAsync(stream, buffer, measured * Segment);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.True(allocated <= 256 + (measured * AllowedPerSegment), $"{allocated} bytes in {measured} segments.");
    }

    private static async Task ReadAsync(Stream stream, byte[] buffer, int count)
    {
        while (count > 0)
            count -= await stream.ReadAsync(buffer);
    }
}
