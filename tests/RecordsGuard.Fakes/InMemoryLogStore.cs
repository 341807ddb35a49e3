using System.Runtime.CompilerServices;
using RecordsGuard.Audit;

namespace RecordsGuard.Fakes;

/// <summary>Pending audit entries in memory: 16 shards.</summary>
public sealed class InMemoryLogStore : ILogStore
{
    private readonly Lock[] gates = [.. Enumerable.Range(0, PendingEntry.Shards).Select(_ => new Lock())];

    private readonly SortedDictionary<string, byte[]>[] shards =
        [.. Enumerable.Range(0, PendingEntry.Shards).Select(_ => new SortedDictionary<string, byte[]>(StringComparer.Ordinal))];

    /// <summary>While set, every call throws <see cref="AuditUnavailableException"/> and does nothing.</summary>
    public bool Down { get; set; }

    /// <summary>Every entry, in order of shard and key.</summary>
    public IReadOnlyList<PendingEntry> All =>
        [.. Enumerable.Range(0, PendingEntry.Shards).SelectMany(Snapshot)];

    public Task AppendAsync(PendingEntry entry, CancellationToken cancel) => Answer.Of(() =>
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Check();
        Enter(cancel);
        lock (gates[entry.Shard])
        {
            var entries = shards[entry.Shard];
            if (!entries.TryGetValue(entry.Key, out var stored))
            {
                entries.Add(entry.Key, entry.Bytes.ToArray());
            }
            else if (!entry.Bytes.Span.SequenceEqual(stored))
            {
                throw new InvalidOperationException($"The pending entry {entry.Key} exists with other bytes.");
            }
        }
    });

    public async IAsyncEnumerable<PendingEntry> ReadAsync(int shard, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)shard, (uint)PendingEntry.Shards);
        await Task.Yield();
        Enter(cancel);
        foreach (var entry in Snapshot(shard))
        {
            cancel.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    public Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel) => Answer.Of(() =>
    {
        ArgumentNullException.ThrowIfNull(entries);
        Enter(cancel);
        foreach (var entry in entries)
        {
            lock (gates[entry.Shard])
            {
                shards[entry.Shard].Remove(entry.Key);
            }
        }
    });

    private List<PendingEntry> Snapshot(int shard)
    {
        lock (gates[shard])
        {
            return [.. shards[shard].Select(e => new PendingEntry(shard, e.Key, e.Value))];
        }
    }

    private void Enter(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (Down)
        {
            throw new AuditUnavailableException();
        }
    }
}
