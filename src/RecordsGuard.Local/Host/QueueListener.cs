using System.Text.Json.Nodes;

namespace RecordsGuard.Local.Host;

/// <summary>
/// Feeds one queue function. At most <c>batchSize + newBatchThreshold</c> messages run at a time; each is hidden for ten
/// minutes, renewed at half; a failed one comes back after <c>visibilityTimeout</c>, and after <c>maxDequeueCount</c>
/// tries it goes to the poison queue.
/// </summary>
internal sealed class QueueListener(
    FunctionDefinition function, QueueSettings settings, ITriggerQueue queue, Invoke invoke, AppOutput output, TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly FunctionTrigger.Queue trigger = (FunctionTrigger.Queue)function.Trigger;

    public async Task RunAsync(CancellationToken stop)
    {
        var running = new List<Task>();
        var pause = new PollingPause(settings.MaxPollingInterval);
        while (!stop.IsCancellationRequested)
        {
            var items = await ReceiveAsync(stop);
            if (items.Count == 0)
            {
                await Task.Delay(pause.AfterNothing(), time, stop).ContinueWith(_ => { }, TaskScheduler.Default);
                continue;
            }

            pause.AfterSomething();
            running.AddRange(items.Select(RunAsync));
            running.RemoveAll(t => t.IsCompleted);
            while (running.Count > settings.NewBatchThreshold)
            {
                await Task.WhenAny(running);
                running.RemoveAll(t => t.IsCompleted);
            }
        }

        await Task.WhenAll(running);
    }

    /// <summary>One run out of turn with a message of its own.</summary>
    public Task<bool> RunNowAsync(string text) =>
        invoke(function, QueueMessageJson.Data(System.Text.Encoding.UTF8.GetBytes(text), trigger.Binary), new JsonObject());

    private async Task<IReadOnlyList<QueueItem>> ReceiveAsync(CancellationToken stop)
    {
        try
        {
            return await queue.ReceiveAsync(settings.BatchSize, Lease, stop);
        }
        catch (LocalFailure e)
        {
            output.Host(OutputLevel.Warning, $"Queue {trigger.QueueName}: {e.Message}");
            return [];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    private async Task RunAsync(QueueItem item)
    {
        try
        {
            // Its last run was cut off before anybody could say that it failed, or it holds what nobody can read.
            if (item.DequeueCount > settings.MaxDequeueCount || QueueMessageJson.Bytes(item.Text, settings.Base64) is not { } bytes)
            {
                await PoisonAsync(item);
                return;
            }

            using var done = new CancellationTokenSource();
            var lease = KeepAsync(item, done.Token);
            var succeeded = await invoke(
                function, QueueMessageJson.Data(bytes, trigger.Binary), QueueMessageJson.Metadata(item, bytes));
            await done.CancelAsync();
            item = await lease;
            if (succeeded)
            {
                await queue.DeleteAsync(item);
            }
            else if (item.DequeueCount >= settings.MaxDequeueCount)
            {
                await PoisonAsync(item);
            }
            else
            {
                await queue.HideAsync(item, settings.VisibilityTimeout);
            }
        }
        catch (LocalFailure e)
        {
            // The message comes back when its lease has run out.
            output.Host(OutputLevel.Warning, $"Queue {trigger.QueueName}, message {item.Id}: {e.Message}");
        }
    }

    private async Task PoisonAsync(QueueItem item)
    {
        output.Host(OutputLevel.Warning, $"Queue {trigger.QueueName}: message {item.Id} goes to {trigger.QueueName}-poison.");
        await queue.PoisonAsync(item);
    }

    private async Task<QueueItem> KeepAsync(QueueItem item, CancellationToken done)
    {
        while (true)
        {
            try
            {
                await Task.Delay(Lease / 2, time, done);
                item = await queue.HideAsync(item, Lease);
            }
            catch (OperationCanceledException)
            {
                return item;
            }
            catch (LocalFailure e)
            {
                output.Host(OutputLevel.Warning, $"Queue {trigger.QueueName}, message {item.Id}: not renewed: {e.Message}");
            }
        }
    }
}
