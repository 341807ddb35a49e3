using System.Collections.Concurrent;
using RecordsGuard.Audit;

namespace RecordsGuard.Tests.Attacks;

/// <summary>A log whose entries are found by id at once.</summary>
internal sealed class RememberedLog(ILogStore inner) : ILogStore
{
    public ConcurrentDictionary<string, AuditEntry> Entries { get; } = new(StringComparer.Ordinal);

    public async Task AppendAsync(PendingEntry entry, CancellationToken cancel)
    {
        await inner.AppendAsync(entry, cancel);
        var parsed = AuditEntry.Parse(entry.Bytes);
        Entries[parsed.Id.ToString()] = parsed;
    }

    public IAsyncEnumerable<PendingEntry> ReadAsync(int shard, CancellationToken cancel) => inner.ReadAsync(shard, cancel);

    public Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel) => inner.RemoveAsync(entries, cancel);
}
