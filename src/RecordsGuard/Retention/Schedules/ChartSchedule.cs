using RecordsGuard.Records;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// All that a chart's dates are computed from: the practice's rules, its own facts and, of a joint chart, those of its
/// members. Equal ones give equal dates.
/// </summary>
public sealed record ChartSchedule(RetentionSchedule Schedule, ClientFacts Facts, IReadOnlyList<ClientFacts> Members)
{
    /// <param name="facts">Of the chart's own row, read before.</param>
    public static async Task<ChartSchedule> ReadAsync(
        IRecordStore store, PracticeId practice, ClientFacts facts, CancellationToken cancel) =>
        new(
            await RulesInForce.ReadAsync(store, practice, cancel), facts,
            await store.ReadMembersAsync(practice, facts, cancel));

    /// <param name="created">When the record came in.</param>
    public RetentionAnswer Evaluate(string recordClass, DateTimeOffset created) =>
        Schedule.Evaluate(Facts, Members, recordClass, created);

    public bool Equals(ChartSchedule? other) => other is not null && Schedule == other.Schedule && Facts == other.Facts && Members.SequenceEqual(other.Members);

    public override int GetHashCode() => Facts.GetHashCode();
}
