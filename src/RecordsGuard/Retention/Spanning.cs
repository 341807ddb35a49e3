using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>What decides about a client's records and spans the practice. Read after the client row it is weighed with.</summary>
/// <param name="Holds">The practice's own hold rows, settled or not.</param>
/// <param name="Schedule">Under the rules in force.</param>
public sealed record Spanning(IReadOnlyList<Row> Holds, RetentionSchedule Schedule)
{
    public static async Task<Spanning> ReadAsync(IRecordStore store, PracticeId practice, CancellationToken cancel) =>
        new(await store.ReadSpanningHoldsAsync(practice, cancel), await RulesInForce.ReadAsync(store, practice, cancel));
}
