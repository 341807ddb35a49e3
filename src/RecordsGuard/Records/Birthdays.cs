namespace RecordsGuard.Records;

/// <summary>Calendar arithmetic on the safe side: what would end on a 29 February that is not there ends on 1 March.</summary>
public static class Birthdays
{
    public static DateOnly AddYearsRollingForward(this DateOnly day, int years)
    {
        var moved = day.AddYears(years);
        return moved.Day == day.Day ? moved : moved.AddDays(1);
    }

    /// <summary>
    /// The 18th birthday, if a retention rule can need it: it lies after the last service, or that is unknown. Else
    /// null, and the date of birth is kept nowhere but in sealed text.
    /// </summary>
    public static DateOnly? EighteenthIfNeeded(DateOnly born, DateOnly? lastService)
    {
        var eighteenth = born.AddYearsRollingForward(18);
        return lastService is { } last && eighteenth <= last ? null : eighteenth;
    }
}
