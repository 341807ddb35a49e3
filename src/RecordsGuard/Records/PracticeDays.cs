namespace RecordsGuard.Records;

/// <summary>Days begin where the practice is.</summary>
public static class PracticeDays
{
    /// <exception cref="TimeZoneNotFoundException">The practice's zone is not one this machine knows.</exception>
    public static DateOnly Today(this PracticeFacts practice, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(practice);
        ArgumentNullException.ThrowIfNull(time);
        return DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(practice.Zone)).DateTime);
    }

    /// <summary>The practice's row, or null: there is no such practice.</summary>
    public static async Task<PracticeFacts?> ReadPracticeAsync(
        this IRecordStore store, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Practice, cancel))?.As<PracticeFacts>();
    }

    /// <summary>Holds on the whole practice. Read after the client row they are to be weighed with.</summary>
    public static async Task<IReadOnlyList<Row>> ReadSpanningHoldsAsync(
        this IRecordStore store, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        var holds = new List<Row>();
        await foreach (var row in store.ListAsync(Table.Practices, practice.ToString(), Keys.Holds, cancel))
        {
            holds.Add(row);
        }

        return holds;
    }
}
