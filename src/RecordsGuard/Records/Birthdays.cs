namespace RecordsGuard.Records;

/// <summary>Calendar arithmetic on the safe side: what would end on a 29 February that is not there ends on 1 March.</summary>
public static class Birthdays
{
    /// <summary>
    /// No rule keeps a record for its client's age alone beyond the 28th birthday; where one counts longer from 18, it
    /// counts as long from the end of care, which is later for whoever was an adult then. A test asks the catalogue.
    /// </summary>
    public const int YearsThatMatter = 10;

    public static DateOnly AddYearsRollingForward(this DateOnly day, int years)
    {
        var moved = day.AddYears(years);
        return moved.Day == day.Day ? moved : moved.AddDays(1);
    }

    /// <summary>
    /// The 18th birthday, if a retention rule can need it: the last service is unknown or no more than
    /// <see cref="YearsThatMatter"/> years after it. Else null, and the date of birth is kept nowhere but in sealed text.
    /// </summary>
    public static DateOnly? EighteenthIfNeeded(DateOnly born, DateOnly? lastService)
    {
        var eighteenth = born.AddYearsRollingForward(18);
        return lastService is { } last && eighteenth.AddYearsRollingForward(YearsThatMatter) <= last ? null : eighteenth;
    }
}
