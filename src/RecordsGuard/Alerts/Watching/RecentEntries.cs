using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// The entries that came into the log in the last hours, kept by id: Azure's logs come minutes after what they tell, so
/// nearly every line finds its entry here. What is older is asked for one by one.
/// </summary>
internal sealed class RecentEntries(LogReader log, TimeProvider time)
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(4);

    private readonly Dictionary<AuditEntryId, AuditEntry> entries = [];
    private long next = -1;

    /// <summary>When the newest entry says it was; an act much older than that, which has none, will have none.</summary>
    public DateTimeOffset Newest { get; private set; }

    public IEnumerable<AuditEntry> All => entries.Values;

    /// <summary>Reads what the log has grown by; the first time as far back as entries are kept.</summary>
    /// <exception cref="AuditUnavailableException">Storage did not answer.</exception>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (await log.CheckpointAsync(cancel) is not { } bytes)
        {
            return;
        }

        var size = LogReader.ParseCheckpoint(bytes.Span).Size;
        var since = time.GetUtcNow() - Kept;
        if (next < 0)
        {
            next = await BeginningAsync(size, since, cancel);
        }

        while (next < size)
        {
            var bundle = next / TileId.FullWidth;
            foreach (var entry in (await log.EntriesAsync(size, bundle, cancel)).Skip((int)(next % TileId.FullWidth)))
            {
                Take(entry);
                next++;
            }
        }

        foreach (var old in entries.Values.Where(e => e.Time < since).Select(e => e.Id).ToList())
        {
            entries.Remove(old);
        }
    }

    /// <exception cref="LogBrokenException">The log does not lead to what it published.</exception>
    public async Task<AuditEntry?> FindAsync(AuditEntryId id, CancellationToken cancel) =>
        entries.TryGetValue(id, out var entry) ? entry
        : await log.ReceiptAsync(id, cancel) is { } receipt ? AuditEntry.Parse(receipt.Entry)
        : null;

    public bool Has(AuditEntryId id) => entries.ContainsKey(id);

    /// <summary>The bundle in which the time kept begins.</summary>
    private async Task<long> BeginningAsync(long size, DateTimeOffset since, CancellationToken cancel)
    {
        var bundle = Math.Max(0, size - 1) / TileId.FullWidth;
        while (bundle > 0 && (await log.EntriesAsync(size, bundle, cancel))[0].Time >= since)
        {
            bundle--;
        }

        return bundle * TileId.FullWidth;
    }

    private void Take(AuditEntry entry)
    {
        entries[entry.Id] = entry;
        Newest = entry.Time > Newest ? entry.Time : Newest;
    }
}
