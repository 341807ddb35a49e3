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

    private static AuditUnavailableException Failure() => new();
}

internal sealed class FaultyAlertRoute(Faults faults, IAlertRoute inner) : IAlertRoute
{
    public string Name => inner.Name;

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
