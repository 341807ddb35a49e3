using System.Globalization;

namespace RecordsGuard.Local.Vault;

/// <summary>Throttling on request: the next so many calls are answered 429.</summary>
internal sealed class VaultThrottle
{
    private readonly Lock gate = new();
    private int left;
    private TimeSpan retryAfter;

    public void Set(int requests, TimeSpan after)
    {
        lock (gate)
        {
            left = requests;
            retryAfter = after;
        }
    }

    /// <summary>Null if the call may go on. Retry-After is in whole seconds, rounded up.</summary>
    public VaultAnswer? Take()
    {
        lock (gate)
        {
            if (left == 0)
            {
                return null;
            }

            left--;
            string seconds = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return VaultAnswer.Refuse(429, "Throttled", "The vault has had too many requests; try again later.") with
            {
                Header = ("Retry-After", seconds),
            };
        }
    }
}
