using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

/// <summary>The queues of <see cref="WorkQueues"/> and their poison queues, in memory.</summary>
public sealed class InMemoryWorkQueue(TimeProvider? time = null) : IWorkQueue
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<QueuedMessage>> queues =
        WorkQueues.All.SelectMany(q => new[] { q, q + "-poison" }).ToDictionary(q => q, _ => new List<QueuedMessage>());

    /// <summary>While set, every call throws <see cref="StoreUnavailableException"/> and does nothing.</summary>
    public bool Down { get; set; }

    public Task SendAsync(string queue, string message, TimeSpan delay, CancellationToken cancel) => Answer.Of(() =>
    {
        WorkQueues.Check(message, delay);
        Enter(cancel);
        lock (gate)
        {
            if (!queues.TryGetValue(queue, out var messages))
            {
                throw new StoreUnavailableException($"There is no queue {queue}.");
            }

            messages.Add(new(message, time.GetUtcNow() + TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds))));
        }
    });

    public Task<int> CountAsync(string queue, CancellationToken cancel) => Answer.Of<int>(() =>
    {
        Enter(cancel);
        lock (gate)
        {
            return queues.TryGetValue(queue, out var messages) ? messages.Count : 0;
        }
    });

    /// <summary>All messages of a queue, hidden ones included, in the order they were sent.</summary>
    public IReadOnlyList<QueuedMessage> Messages(string queue)
    {
        lock (gate)
        {
            return [.. queues[queue]];
        }
    }

    /// <summary>Takes the next visible message out of the queue, as a function that succeeds does; null if there is none.</summary>
    public string? Take(string queue)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var messages = queues[queue];
            var index = messages.FindIndex(m => m.VisibleAt <= now);
            if (index < 0)
            {
                return null;
            }

            var text = messages[index].Text;
            messages.RemoveAt(index);
            return text;
        }
    }

    private void Enter(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (Down)
        {
            throw new StoreUnavailableException("The fake queue is down.");
        }
    }
}

/// <summary>A message and when it may be received.</summary>
public sealed record QueuedMessage(string Text, DateTimeOffset VisibleAt);
