namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// One change of a resource is several entries: what it asked for stands in the first, how it ended in another, and they
/// come in any order, some twice, some never. What did not come to be is not told; of what nobody saw the end is.
/// </summary>
internal sealed class ChangeLedger
{
    private readonly Dictionary<string, Change> changes = new(StringComparer.Ordinal);

    /// <param name="key">The same for all entries of one change.</param>
    /// <param name="found">What the entry shows; null if it does not show what was asked for.</param>
    /// <param name="unknown">What it is if no entry shows it.</param>
    public void Add(string key, LogOutcome outcome, IReadOnlyList<LogAlert>? found, LogAlert? unknown)
    {
        if (!changes.TryGetValue(key, out var change))
        {
            changes[key] = change = new();
        }

        change.Done |= outcome == LogOutcome.Done;
        change.Refused |= outcome == LogOutcome.Refused;
        change.Seen |= found is not null;
        change.Unknown ??= unknown;
        foreach (var alert in found ?? [])
        {
            change.Found.TryAdd(alert.Id, alert);
        }
    }

    /// <summary>What there is to tell; the ledger is empty afterwards.</summary>
    public IReadOnlyList<LogAlert> Close()
    {
        var alerts = changes.Values.Where(c => c.Done || !c.Refused)
            .SelectMany(c => c.Seen || c.Unknown is null ? [.. c.Found.Values] : (IEnumerable<LogAlert>)[c.Unknown]).ToList();
        changes.Clear();
        return alerts;
    }

    private sealed class Change
    {
        public bool Done { get; set; }

        public bool Refused { get; set; }

        public bool Seen { get; set; }

        public LogAlert? Unknown { get; set; }

        public Dictionary<string, LogAlert> Found { get; } = [];
    }
}
