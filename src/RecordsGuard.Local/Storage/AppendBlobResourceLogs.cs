using System.Threading.Channels;
using Azure.Storage.Blobs;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Resource logs into append blobs of the logs account, straight to Azurite and so unlogged themselves, as the
/// platform's writes are. A line is appended within about half a second; while storage does not answer, lines wait in
/// memory. A line may be written twice (an append that failed after it persisted), never lost while this process lives.
/// </summary>
internal sealed class AppendBlobResourceLogs : ResourceLogWriter, IAsyncDisposable
{
    private const int BatchBytes = 1 << 20;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Channel<Item> items = Channel.CreateUnbounded<Item>(new() { SingleReader = true });
    private readonly CancellationTokenSource giveUp = new();
    private readonly ResourceLogBlobs blobs;
    private readonly TimeProvider time;
    private readonly Action<string> report;
    private readonly Task writing;

    /// <param name="logs">The logs account at Azurite itself, with its key.</param>
    /// <param name="report">Told in one sentence when lines wait because storage fails, and when they are lost for good.</param>
    public AppendBlobResourceLogs(BlobServiceClient logs, TimeProvider time, Action<string> report)
    {
        blobs = new(logs);
        this.time = time;
        this.report = report;
        writing = Task.Run(WriteAsync);
    }

    public override void Write(string category, string resourceId, ReadOnlyMemory<byte> json) =>
        items.Writer.TryWrite(new(ResourceLogBlobs.Address(category, resourceId, time.GetUtcNow()), json, null));

    /// <summary>Returns when every line that was written before is in its blob. Does not wait for a batch to fill.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (items.Writer.TryWrite(new(default, default, done)))
        {
            await done.Task.WaitAsync(cancellationToken);
        }
        else
        {
            await writing.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes what waits, for a limited time. Azurite must still run.</summary>
    public async ValueTask DisposeAsync()
    {
        items.Writer.TryComplete();
        giveUp.CancelAfter(StopLimit);
        await writing;
        giveUp.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await items.Reader.WaitToReadAsync(giveUp.Token))
            {
                var (lines, flushed) = await TakeBatchAsync();
                foreach (var file in lines.GroupBy(l => l.To, l => l.Json))
                {
                    await AppendAsync(file.Key, [.. file]);
                }

                flushed.ForEach(f => f.TrySetResult());
            }
        }
        catch (OperationCanceledException)
        {
            report("Storage did not take the last resource log lines before it was time to stop; they are lost.");
        }
    }

    private async Task<(List<Item> Lines, List<TaskCompletionSource> Flushed)> TakeBatchAsync()
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(giveUp.Token);
        var lines = new List<Item>();
        var flushed = new List<TaskCompletionSource>();
        var deadline = Task.Delay(BatchTime, time, wait.Token);
        for (var bytes = 0; bytes < BatchBytes;)
        {
            if (items.Reader.TryRead(out var item))
            {
                if (item.Flushed is { } flush)
                {
                    flushed.Add(flush);
                    break;
                }

                lines.Add(item);
                bytes += item.Json.Length;
            }
            else if (deadline.IsCompleted || items.Reader.Completion.IsCompleted
                || await Task.WhenAny(deadline, items.Reader.WaitToReadAsync(CancellationToken.None).AsTask()) == deadline)
            {
                break;
            }
        }

        await wait.CancelAsync();
        return (lines, flushed);
    }

    private async Task AppendAsync(ResourceLogBlobs.To to, List<ReadOnlyMemory<byte>> lines)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await blobs.AppendAsync(to, lines, giveUp.Token);
                return;
            }
            catch (Exception e) when (!giveUp.IsCancellationRequested)
            {
                if (attempt == 3)
                {
                    report($"Resource logs wait: storage does not take them ({e.GetType().Name}).");
                }

                await Task.Delay(RetryAfter, time, giveUp.Token);
            }
        }
    }

    private sealed record Item(ResourceLogBlobs.To To, ReadOnlyMemory<byte> Json, TaskCompletionSource? Flushed);
}
