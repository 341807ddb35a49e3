namespace RecordsGuard.App;

/// <summary>The system's clock, moved by a fixed offset: for trying schedules on one machine.</summary>
internal sealed class MovedClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
