namespace RecordsGuard.Records;

/// <summary>Days begin where the practice is.</summary>
public static class PracticeDays
{
    /// <exception cref="TimeZoneNotFoundException">The practice's zone is not one this machine knows.</exception>
    public static DateOnly Today(this PracticeFacts practice, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return practice.DayOf(time.GetUtcNow());
    }

    /// <inheritdoc cref="Today"/>
    public static DateOnly DayOf(this PracticeFacts practice, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(practice);
        return DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(practice.Zone)).DateTime);
    }
}
