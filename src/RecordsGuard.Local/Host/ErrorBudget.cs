namespace RecordsGuard.Local.Host;

/// <summary>How often the app may crash: the third error ends the host, unless 30 quiet minutes lie before it.</summary>
internal sealed class ErrorBudget(TimeProvider time)
{
    private const int Most = 3;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(30);

    private int count;
    private DateTimeOffset last;

    /// <summary>Counts one error; false when it was one too many.</summary>
    public bool Spend()
    {
        var now = time.GetUtcNow();
        count = now - last > Quiet ? 1 : count + 1;
        last = now;
        return count < Most;
    }
}
