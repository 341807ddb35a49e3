using RecordsGuard.Local;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Local.Host;

/// <summary>A storage queue in memory: visibility, receipts that go stale, dequeue counts.</summary>
internal sealed class MemoryQueue(TimeProvider time) : ITriggerQueue
{
    private readonly Lock gate = new();
    private readonly List<QueueItem> items = [];

    public List<string> Poison { get; } = [];

    public int Count
    {
        get
        {
            lock (gate)
            {
                return items.Count;
            }
        }
    }

    public void Send(string text)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            items.Add(new(Guid.NewGuid().ToString(), text, "", 0, now, DateTimeOffset.MaxValue, now));
        }
    }

    public Task<IReadOnlyList<QueueItem>> ReceiveAsync(int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var taken = items.Where(i => i.NextVisible <= now).Take(most).ToList();
            return Task.FromResult<IReadOnlyList<QueueItem>>(
                [.. taken.Select(i => Replace(i, i with { DequeueCount = i.DequeueCount + 1, NextVisible = now + lease }))]);
        }
    }

    public Task<QueueItem> HideAsync(QueueItem item, TimeSpan time1)
    {
        lock (gate)
        {
            return Task.FromResult(Replace(Held(item), item with { NextVisible = time.GetUtcNow() + time1 }));
        }
    }

    public Task DeleteAsync(QueueItem item)
    {
        lock (gate)
        {
            items.Remove(Held(item));
            return Task.CompletedTask;
        }
    }

    public Task PoisonAsync(QueueItem item)
    {
        lock (gate)
        {
            Poison.Add(item.Text);
            items.Remove(Held(item));
            return Task.CompletedTask;
        }
    }

    private QueueItem Held(QueueItem item) =>
        items.Find(i => i.Id == item.Id && i.Receipt == item.Receipt) ?? throw new LocalFailure("MessageNotFound");

    private QueueItem Replace(QueueItem old, QueueItem changed)
    {
        items.Remove(old);
        var fresh = changed with { Receipt = Guid.NewGuid().ToString() };
        items.Add(fresh);
        return fresh;
    }
}
