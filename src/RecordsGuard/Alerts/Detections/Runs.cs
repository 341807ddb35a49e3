namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// Counts different objects by identity and quarter of an hour, in steps of five minutes, so that the order in which
/// entries come does not matter. Told once an identity and day.
/// </summary>
internal sealed class Runs(int limit)
{
    private const int Step = 5 * 60;
    private const int Steps = 3;

    private readonly Dictionary<(string Who, long Step), HashSet<string>> seen = [];
    private readonly HashSet<(string Who, long Day)> told = [];

    /// <summary>True when this one makes it a run.</summary>
    public bool Add(string who, string what, DateTimeOffset? time)
    {
        if (time is not { } at || told.Contains((who, at.ToUnixTimeSeconds() / 86_400)))
        {
            return false;
        }

        var step = at.ToUnixTimeSeconds() / Step;
        if (!seen.TryGetValue((who, step), out var here))
        {
            seen[(who, step)] = here = new(StringComparer.Ordinal);
        }

        if (here.Count < limit)
        {
            here.Add(what);
        }

        return Enumerable.Range(0, Steps).Any(i => Count(who, step - i) >= limit)
            && told.Add((who, at.ToUnixTimeSeconds() / 86_400));
    }

    private int Count(string who, long first) => Enumerable.Range(0, Steps)
        .Sum(i => seen.TryGetValue((who, first + i), out var some) ? some.Count : 0);
}
