using System.Text.Json.Serialization;

namespace RecordsGuard.Retention.Schedules;

/// <summary>Where a period ends that would end on a day its month does not have: 29 February and N years.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissingDay>))]
public enum MissingDay
{
    /// <summary>On the first day of the next month: the safe default for a minimum.</summary>
    [JsonStringEnumMemberName("forward")]
    Forward,

    /// <summary>On the month's last day, as BGB § 188(3) has it.</summary>
    [JsonStringEnumMemberName("back")]
    Back,
}

/// <param name="Unit">One of <c>y m w d</c>.</param>
public readonly record struct Period(int Number, char Unit)
{
    /// <summary>No law counts further, and no arithmetic can overflow below it.</summary>
    public const int MaxNumber = 1000;

    public override string ToString() => $"{Number}{Unit}";

    /// <summary>For people: <c>7 years</c>.</summary>
    public string Words
    {
        get
        {
            var unit = Unit switch { 'y' => "year", 'm' => "month", 'w' => "week", _ => "day" };
            return Number == 1 ? $"1 {unit}" : $"{Number} {unit}s";
        }
    }
}

/// <summary>Calendar arithmetic that cannot throw: what lies beyond year 9999 is the last day there is, which never comes.</summary>
public static class Calendar
{
    /// <summary>The period's last day. The day of the event is not counted, so a year ends on the day of the same date.</summary>
    public static DateOnly Add(DateOnly day, Period period, MissingDay missing) => period.Unit switch
    {
        'y' => AddMonths(day, (long)period.Number * 12, missing),
        'm' => AddMonths(day, period.Number, missing),
        'w' => AddDays(day, period.Number * 7L),
        _ => AddDays(day, period.Number),
    };

    /// <param name="months">May be negative; what lies before year 1 is its first day.</param>
    public static DateOnly AddMonths(DateOnly day, long months, MissingDay missing)
    {
        var count = (day.Year * 12L) + day.Month - 1 + months;
        if (count < 12)
        {
            return DateOnly.MinValue;
        }

        if (count / 12 > DateOnly.MaxValue.Year)
        {
            return DateOnly.MaxValue;
        }

        var (year, month) = ((int)(count / 12), (int)(count % 12) + 1);
        var last = DateTime.DaysInMonth(year, month);
        return day.Day <= last ? new(year, month, day.Day)
            : missing == MissingDay.Back ? new(year, month, last)
            : new DateOnly(year, month, last).AddDays(1); // never December: it has 31 days
    }

    public static DateOnly AddDays(DateOnly day, long days)
    {
        var number = day.DayNumber + days;
        return number < 0 ? DateOnly.MinValue
            : number > DateOnly.MaxValue.DayNumber ? DateOnly.MaxValue
            : DateOnly.FromDayNumber((int)number);
    }

    public static DateOnly DayAfter(DateOnly day) => AddDays(day, 1);
}
