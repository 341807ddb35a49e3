using System.Runtime.CompilerServices;
using RecordsGuard.Audit;

namespace RecordsGuard.Tests.Audit.Sequencing;

/// <summary>The log's ports, at one of whose calls everything stands still while others go on.</summary>
internal sealed class PausedPorts(LogUnderTest log, int at, bool after, Func<Task> meanwhile) : ILogStore, ITreeStore, ILogIndex
{
    private int calls;

    public int Calls => calls;

    public Task AppendAsync(PendingEntry entry, CancellationToken cancel) => CallAsync(() => log.Pending.AppendAsync(entry, cancel));

    public IAsyncEnumerable<PendingEntry> ReadAsync(int shard, CancellationToken cancel) => ListAsync(log.Pending.ReadAsync(shard, cancel), cancel);

    public Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel) => CallAsync(() => log.Pending.RemoveAsync(entries, cancel));

    public Task AddAsync(IReadOnlyList<IndexRow> rows, CancellationToken cancel) => CallAsync(() => log.Rows.AddAsync(rows, cancel));

    public IAsyncEnumerable<IndexRow> ListAsync(string partition, string from, string to, int most, CancellationToken cancel) =>
        ListAsync(log.Rows.ListAsync(partition, from, to, most, cancel), cancel);

    public Task<TreeBlob?> ReadAsync(TreePart part, string name, CancellationToken cancel) => CallAsync(() => log.Tree.ReadAsync(part, name, cancel));

    public Task<bool> CreateAsync(TreePart part, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        CallAsync(() => log.Tree.CreateAsync(part, name, bytes, cancel));

    public Task<string?> SwapAsync(string name, ReadOnlyMemory<byte> bytes, string? etag, CancellationToken cancel) =>
        CallAsync(() => log.Tree.SwapAsync(name, bytes, etag, cancel));

    public Task RemoveAsync(string name, CancellationToken cancel) => CallAsync(() => log.Tree.RemoveAsync(name, cancel));

    public IAsyncEnumerable<string> ListStagedAsync(CancellationToken cancel) => ListAsync(log.Tree.ListStagedAsync(cancel), cancel);

    public Task<string?> AcquireLeaseAsync(TimeSpan length, CancellationToken cancel) => CallAsync(() => log.Tree.AcquireLeaseAsync(length, cancel));

    public Task<bool> RenewLeaseAsync(string lease, CancellationToken cancel) => CallAsync(() => log.Tree.RenewLeaseAsync(lease, cancel));

    public Task ReleaseLeaseAsync(string lease, CancellationToken cancel) => CallAsync(() => log.Tree.ReleaseLeaseAsync(lease, cancel));

    private Task CallAsync(Func<Task> call) => CallAsync(async () =>
    {
        await call();
        return true;
    });

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        var mine = Interlocked.Increment(ref calls);
        if (mine == at && !after)
        {
            await meanwhile();
        }

        var answer = await call();
        if (mine == at && after)
        {
            await meanwhile();
        }

        return answer;
    }

    private async IAsyncEnumerable<T> ListAsync<T>(IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancel)
    {
        await CallAsync(() => Task.CompletedTask);
        await foreach (var item in items.WithCancellation(cancel))
        {
            yield return item;
        }
    }
}
