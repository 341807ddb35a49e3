namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// How long after its entry each of the last unwraps was, by the clocks of app and vault. It follows at once: one that
/// comes before it, or many that all come late, are two clocks that differ.
/// </summary>
internal sealed class EntryLags
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private const int Many = 8;

    private readonly Queue<TimeSpan> last = [];

    /// <summary>By how much the vault's clock is ahead of the app's; null: nothing speaks for a difference.</summary>
    public TimeSpan? Add(TimeSpan lag)
    {
        last.Enqueue(lag);
        if (last.Count > Many)
        {
            last.Dequeue();
        }

        return lag < -Tolerance ? lag
            : last.Count == Many && last.Min() is var least && least > Tolerance ? least
            : null;
    }
}
