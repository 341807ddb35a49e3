using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>One of Azure's logs.</summary>
/// <param name="Log">Category and resource.</param>
/// <param name="LastHour">The beginning of the last hour in which it had a line.</param>
/// <param name="Silent">Against its own rhythm.</param>
public sealed record WatchedLog(string Log, DateTimeOffset LastHour, bool Silent);

/// <summary>What security staff may rely on: which of Azure's logs are heard, and how many reads they did not tell of.</summary>
public sealed class WatchStatus(IRecordStore store, TimeProvider time)
{
    /// <summary>In order of their names; those that speak, and those that did in the last weeks.</summary>
    public async Task<IReadOnlyList<WatchedLog>> LogsAsync(CancellationToken cancel)
    {
        var rhythm = new LogRhythm(store);
        var silent = (await rhythm.SilentAsync(time.GetUtcNow(), cancel)).Select(s => s.Log).ToHashSet(StringComparer.Ordinal);
        return [.. (await rhythm.AllAsync(cancel)).Select(l => new WatchedLog(l.Log, l.LastHour, silent.Contains(l.Log)))];
    }

    /// <summary>The newest day first.</summary>
    public Task<IReadOnlyList<EvidenceDay>> EvidenceAsync(CancellationToken cancel) => EvidenceCount.ReadAsync(store, cancel);
}
