namespace RecordsGuard.Alerts;

/// <summary>When security staff are told what. Alerts are stored at once whatever it says.</summary>
public sealed record DeliveryTerms
{
    /// <summary>What happens again within it waits for its end: thirty refusals in a minute are two messages.</summary>
    public TimeSpan Together { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A critical alert that nobody acknowledged for so long goes to the second contact.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>From then on people are told of critical alerts only; nobody is spared those.</summary>
    public TimeOnly QuietFrom { get; init; } = new(20, 0);

    /// <summary>Until then; and then comes the digest of the low ones.</summary>
    public TimeOnly QuietUntil { get; init; } = new(7, 0);

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>A route that is down is tried again after so long each; then it is given up, which is an alert itself.</summary>
    public IReadOnlyList<TimeSpan> Retries { get; init; } =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(8), TimeSpan.FromHours(12),
    ];

    /// <summary>When a person may be told: critical at once, low with the digest of the next morning, the others by day.</summary>
    /// <param name="since">When there was something to tell.</param>
    public DateTimeOffset ForPeople(Severity severity, DateTimeOffset since, DateTimeOffset now) => severity switch
    {
        Severity.Critical => now,
        Severity.Low => Morning(since),
        _ => IsQuiet(now) ? Morning(now) : now,
    };

    private bool IsQuiet(DateTimeOffset at)
    {
        var hour = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        return QuietFrom <= QuietUntil ? hour >= QuietFrom && hour < QuietUntil : hour >= QuietFrom || hour < QuietUntil;
    }

    /// <summary>The next end of the night.</summary>
    private DateTimeOffset Morning(DateTimeOffset after)
    {
        var local = TimeZoneInfo.ConvertTime(after, Zone).DateTime;
        var morning = local.Date.AddDays(TimeOnly.FromDateTime(local) < QuietUntil ? 0 : 1) + QuietUntil.ToTimeSpan();
        return new DateTimeOffset(morning, Zone.GetUtcOffset(morning)).ToUniversalTime();
    }
}
