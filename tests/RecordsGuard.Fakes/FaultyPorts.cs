using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

internal sealed class FaultyRecordStore(Faults faults, IRecordStore inner) : IRecordStore
{
    public Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel) =>
        faults.CallAsync($"records.Read {table}", () => inner.ReadAsync(table, partition, key, cancel), Failure);

    public IAsyncEnumerable<Row> ListAsync(Table table, string partition, string prefix, CancellationToken cancel) =>
        faults.ListAsync($"records.List {table}", inner.ListAsync(table, partition, prefix, cancel), Failure);

    public IAsyncEnumerable<Row> ScanAsync(Table table, string from, string to, CancellationToken cancel) =>
        faults.ListAsync($"records.Scan {table}", inner.ScanAsync(table, from, to, cancel), Failure);

    public Task<Commit> CommitAsync(
        Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) => faults.CallAsync(
            $"records.Commit {table}", () => inner.CommitAsync(table, partition, changes, cancel), Failure);

    private static StoreUnavailableException Failure() => new("A planned fault of the record store.");
}

internal sealed class FaultyWorkQueue(Faults faults, IWorkQueue inner) : IWorkQueue
{
    public Task SendAsync(string queue, string message, TimeSpan delay, CancellationToken cancel) =>
        faults.CallAsync($"queue.Send {queue}", () => inner.SendAsync(queue, message, delay, cancel), Failure);

    public Task<int> CountAsync(string queue, CancellationToken cancel) =>
        faults.CallAsync($"queue.Count {queue}", () => inner.CountAsync(queue, cancel), Failure);

    private static StoreUnavailableException Failure() => new("A planned fault of the queue.");
}

internal sealed class FaultyLogStore(Faults faults, ILogStore inner) : ILogStore
{
    public Task AppendAsync(PendingEntry entry, CancellationToken cancel) =>
        faults.CallAsync("log.Append", () => inner.AppendAsync(entry, cancel), Failure);

    public IAsyncEnumerable<PendingEntry> ReadAsync(int shard, CancellationToken cancel) =>
        faults.ListAsync("log.Read", inner.ReadAsync(shard, cancel), Failure);

    public Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel) =>
        faults.CallAsync("log.Remove", () => inner.RemoveAsync(entries, cancel), Failure);

    private static AuditUnavailableException Failure() => new();
}

internal sealed class FaultyLogIndex(Faults faults, ILogIndex inner) : ILogIndex
{
    public Task AddAsync(IReadOnlyList<IndexRow> rows, CancellationToken cancel) =>
        faults.CallAsync("index.Add", () => inner.AddAsync(rows, cancel), Failure);

    public IAsyncEnumerable<IndexRow> ListAsync(string partition, string from, string to, int most, CancellationToken cancel) =>
        faults.ListAsync("index.List", inner.ListAsync(partition, from, to, most, cancel), Failure);

    private static AuditUnavailableException Failure() => new();
}

internal sealed class FaultyTreeStore(Faults faults, ITreeStore inner) : ITreeStore
{
    public Task<TreeBlob?> ReadAsync(TreePart part, string name, CancellationToken cancel) =>
        faults.CallAsync($"tree.Read {part}", () => inner.ReadAsync(part, name, cancel), Failure);

    public Task<bool> CreateAsync(TreePart part, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        faults.CallAsync($"tree.Create {part}", () => inner.CreateAsync(part, name, bytes, cancel), Failure);

    public Task<string?> SwapAsync(string name, ReadOnlyMemory<byte> bytes, string? etag, CancellationToken cancel) =>
        faults.CallAsync($"tree.Swap {name}", () => inner.SwapAsync(name, bytes, etag, cancel), Failure);

    public Task RemoveAsync(string name, CancellationToken cancel) =>
        faults.CallAsync("tree.Remove", () => inner.RemoveAsync(name, cancel), Failure);

    public IAsyncEnumerable<string> ListStagedAsync(CancellationToken cancel) =>
        faults.ListAsync("tree.ListStaged", inner.ListStagedAsync(cancel), Failure);

    public Task<string?> AcquireLeaseAsync(TimeSpan length, CancellationToken cancel) =>
        faults.CallAsync("tree.AcquireLease", () => inner.AcquireLeaseAsync(length, cancel), Failure);

    public Task<bool> RenewLeaseAsync(string lease, CancellationToken cancel) =>
        faults.CallAsync("tree.RenewLease", () => inner.RenewLeaseAsync(lease, cancel), Failure);

    public Task ReleaseLeaseAsync(string lease, CancellationToken cancel) =>
        faults.CallAsync("tree.ReleaseLease", () => inner.ReleaseLeaseAsync(lease, cancel), Failure);

    private static AuditUnavailableException Failure() => new();
}

internal sealed class FaultyAlertRoute(Faults faults, IAlertRoute inner) : IAlertRoute
{
    public string Name => inner.Name;

    public bool IsSecondContact => inner.IsSecondContact;

    public bool IsForPeople => inner.IsForPeople;

    public Task DeliverAsync(AlertNotice notice, CancellationToken cancel) => faults.CallAsync(
        $"route.Deliver {Name}",
        () => inner.DeliverAsync(notice, cancel),
        () => new AlertRouteException("A planned fault of the route."));
}

internal sealed class FaultyResourceLogs(Faults faults, IResourceLogs inner) : IResourceLogs
{
    public IAsyncEnumerable<ResourceLogFile> ListAsync(string category, DateTimeOffset from, CancellationToken cancel) =>
        faults.ListAsync($"logs.List {category}", inner.ListAsync(category, from, cancel), Failure);

    public Task<Stream> OpenAsync(string name, long offset, CancellationToken cancel) =>
        faults.CallAsync("logs.Open", () => inner.OpenAsync(name, offset, cancel), Failure);

    private static StoreUnavailableException Failure() => new("A planned fault of the resource logs.");
}
