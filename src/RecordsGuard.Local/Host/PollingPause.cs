using System.Security.Cryptography;

namespace RecordsGuard.Local.Host;

/// <summary>How long to leave an empty queue alone: from 100 ms, doubling with a fifth of chance, up to the maximum.</summary>
internal sealed class PollingPause(TimeSpan max)
{
    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100);

    private TimeSpan last;

    public void AfterSomething() => last = default;

    public TimeSpan AfterNothing()
    {
        var next = last == default ? Min : last * 2 * (RandomNumberGenerator.GetInt32(800, 1201) / 1000.0);
        last = next < Min ? Min : next > max ? max : next;
        return last;
    }
}
