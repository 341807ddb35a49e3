using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IWorkQueue"/> does. Each test starts with empty queues.</summary>
public abstract class WorkQueueContract
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<IWorkQueue> QueueAsync();

    /// <summary>The next visible message, taken out of the queue; null if there is none.</summary>
    protected abstract Task<string?> ReceiveAsync(string queue);

    protected abstract Task PassAsync(TimeSpan time);

    [Theory]
    [InlineData("practice|c-1")]
    [InlineData("{\"a\":1}")]
    [InlineData("")]
    [InlineData("漢 🧠")]
    public async Task A_message_arrives_as_it_was_sent(string message)
    {
        var queue = await QueueAsync();
        await queue.SendAsync(WorkQueues.Sweep, message, TimeSpan.Zero, Cancel);
        Assert.Equal(1, await queue.CountAsync(WorkQueues.Sweep, Cancel));
        Assert.Equal(0, await queue.CountAsync(WorkQueues.Purge, Cancel));
        Assert.Equal(message, await ReceiveAsync(WorkQueues.Sweep));
        Assert.Equal(0, await queue.CountAsync(WorkQueues.Sweep, Cancel));
    }

    [Fact]
    public async Task A_delayed_message_is_counted_and_not_received_before_its_time()
    {
        var queue = await QueueAsync();
        await queue.SendAsync(WorkQueues.Purge, "later", TimeSpan.FromSeconds(1.5), Cancel);
        Assert.Equal(1, await queue.CountAsync(WorkQueues.Purge, Cancel));
        Assert.Null(await ReceiveAsync(WorkQueues.Purge));
        await PassAsync(TimeSpan.FromSeconds(2.5));
        Assert.Equal("later", await ReceiveAsync(WorkQueues.Purge));
    }

    [Fact]
    public async Task Many_messages_sent_at_once_all_arrive()
    {
        var queue = await QueueAsync();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => queue.SendAsync(WorkQueues.Alerts, $"{i}", TimeSpan.Zero, Cancel)));
        Assert.Equal(50, await queue.CountAsync(WorkQueues.Alerts, Cancel));
    }

    [Fact]
    public async Task A_message_or_a_delay_over_the_limit_is_refused()
    {
        var queue = await QueueAsync();
        await queue.SendAsync(WorkQueues.Sweep, new string('x', WorkQueues.MaxBytes), WorkQueues.MaxDelay, Cancel);
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            queue.SendAsync(WorkQueues.Sweep, new string('x', WorkQueues.MaxBytes + 1), TimeSpan.Zero, Cancel));
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            queue.SendAsync(WorkQueues.Sweep, "x", WorkQueues.MaxDelay + TimeSpan.FromTicks(1), Cancel));
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            queue.SendAsync(WorkQueues.Sweep, "x", TimeSpan.FromTicks(-1), Cancel));
        Assert.Equal(1, await queue.CountAsync(WorkQueues.Sweep, Cancel));
    }

    [Fact]
    public async Task A_queue_that_is_not_there_counts_nothing_and_takes_nothing()
    {
        var queue = await QueueAsync();
        Assert.Equal(0, await queue.CountAsync("no-such-queue", Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.SendAsync("no-such-queue", "x", TimeSpan.Zero, Cancel));
        Assert.Equal(0, await queue.CountAsync("sweep-poison", Cancel));
    }

    [Fact]
    public async Task A_cancelled_call_says_so()
    {
        var queue = await QueueAsync();
        var gone = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.SendAsync(WorkQueues.Sweep, "x", TimeSpan.Zero, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.CountAsync(WorkQueues.Sweep, gone));
    }
}
