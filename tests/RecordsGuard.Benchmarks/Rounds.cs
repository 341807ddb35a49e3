using System.Diagnostics;
using System.Globalization;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Contestants take turns within one process, so that a busy machine slows all of them; a ratio is the median of the
/// rounds' own ratios, never a quotient of two times from different minutes.
/// </summary>
internal sealed class Rounds(long bytes, int warmUp, int rounds)
{
    private const double MiB = 1024 * 1024;

    private readonly List<Contestant> contestants = [];

    /// <param name="yardstick">Whom to compare with; itself if null.</param>
    /// <param name="prepare">Runs before each turn and is not measured.</param>
    public Contestant Add(string name, Func<Task> run, Contestant? yardstick = null, Action? prepare = null)
    {
        var added = new Contestant(name, run, yardstick, prepare);
        contestants.Add(added);
        return added;
    }

    public Contestant Add(string name, Action run, Contestant? yardstick = null, Action? prepare = null) =>
        Add(name, () => { run(); return Task.CompletedTask; }, yardstick, prepare);

    public async Task<IReadOnlyList<Result>> RunAsync()
    {
        for (var round = -warmUp; round < rounds; round++)
        {
            // Forwards and backwards, so that nobody always runs after the same neighbour.
            for (var turn = 0; turn < contestants.Count; turn++)
            {
                var who = contestants[round % 2 == 0 ? turn : contestants.Count - 1 - turn];
                who.Prepare?.Invoke();
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                await who.Run();
                var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (round < 0)
                    continue;

                who.Seconds.Add(elapsed);
                who.Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        return [.. contestants.Select(c => new Result(
            c.Name,
            bytes / MiB / Median(c.Seconds),
            Median(c.Seconds.Zip((c.Yardstick ?? c).Seconds, (mine, theirs) => theirs / mine)),
            c.Allocated / (bytes / MiB)))];
    }

    /// <param name="allocations">Whether the contestants work in this process, so that what it allocates says something.</param>
    public static void Print(IReadOnlyList<Result> results, string title, bool allocations = true)
    {
        Console.WriteLine();
        Console.WriteLine($"{title,-46}{"MiB/s",8}{"ratio",8}{(allocations ? "B/MiB" : ""),8}");
        foreach (var r in results)
        {
            var allocated = allocations ? r.AllocatedPerMiB.ToString("F0", CultureInfo.InvariantCulture) : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.Name,-46}{r.MiBPerSecond,8:F0}{r.Ratio,8:F2}{allocated,8}"));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    internal sealed record Contestant(string Name, Func<Task> Run, Contestant? Yardstick, Action? Prepare)
    {
        public List<double> Seconds { get; } = [];

        public long Allocated { get; set; }
    }

    /// <param name="Ratio">Speed, as a multiple of the yardstick's.</param>
    internal sealed record Result(string Name, double MiBPerSecond, double Ratio, double AllocatedPerMiB);
}
