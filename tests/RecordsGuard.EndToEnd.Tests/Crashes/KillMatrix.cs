using System.Diagnostics;
using RecordsGuard.Local;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// Runs an operation undisturbed and counts the points at which the app can die, then dies at each with a kill -9.
/// A kill costs a start of the app, so several runs of the operation are held, each at a point of its own, and one kill
/// ends them all. Where a point cannot be told from others' the app dies for it alone. Points that only a fresh process
/// passes (the vault's challenge, a first look at a key) have a second round, in which the app is fresh when the operation
/// begins.
/// </summary>
internal static class KillMatrix
{
    /// <summary>Fewer than an app's lanes of the audit log: one that is held while it appends keeps its lane.</summary>
    private const int AtOnce = 13;

    /// <summary>Nothing of an operation waits so long between two of its calls, on however busy a machine.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <param name="atLeast">The number of points when this was written: it may not shrink.</param>
    /// <param name="onlyWarm">What a fresh process asks beside is what another operation's fresh process was killed at.</param>
    public static async Task RunAsync(
        StackUnderTest stack, string operation, int atLeast, Func<CrashRun> fresh, bool onlyWarm = false)
    {
        var clock = Stopwatch.StartNew();
        await CountAsync(stack, fresh(), coldStart: false); // the first of all runs is neither warm nor cold
        var (points, halts) = await CountAsync(stack, fresh(), coldStart: false);
        var cold = onlyWarm ? [] : (await CountAsync(stack, fresh(), coldStart: true)).Points;
        var together = await KillTogetherAsync(stack, operation, fresh, [.. halts.OfType<Halt>()]);
        var alone = Enumerable.Range(1, points.Count).Where(n => halts[n - 1] is null).ToList();
        foreach (var n in alone)
        {
            var run = fresh();
            await run.PrepareAsync();
            await KillAsync(stack, operation, run, n, points[n - 1]);
            await FinishAsync([run]);
        }

        var once = OnlyIn(cold, points);
        await KillFreshAsync(stack, operation, [.. once.Select(n => (fresh(), n, cold[n - 1]))]);
        Print($"{operation}: killed at {points.Count} points ({points.Count - alone.Count} of them by {together} kills), and at {once.Count} of a fresh process ({string.Join("; ", once.Select(n => cold[n - 1]))}) in {clock.Elapsed.TotalSeconds:F0} s.");
        Assert.True(points.Count >= atLeast, $"{operation} has {points.Count} points and had {atLeast}: {string.Join("; ", points)}");
    }

    private static async Task<(List<string> Points, List<Halt?> Halts)> CountAsync(StackUnderTest stack, CrashRun run, bool coldStart)
    {
        await run.PrepareAsync();
        await (coldStart ? RestartAsync(stack) : Task.CompletedTask);
        await stack.ArmAsync(0);
        await run.ActAsync(() => Task.FromResult(false));
        var points = await stack.DisarmAsync();
        await FinishAsync([run]);
        var passed = new Dictionary<string, int>();
        return ([.. points.Select(p => p.Point)], [.. points.Select(HaltAt)]);

        Halt? HaltAt(FaultPoint point) =>
            run.LegOf(point) is { } leg ? new(leg, passed[leg] = passed.GetValueOrDefault(leg) + 1) : null;
    }

    /// <returns>How many kills it took.</returns>
    private static async Task<int> KillTogetherAsync(StackUnderTest stack, string operation, Func<CrashRun> fresh, List<Halt> halts)
    {
        List<(Halt Halt, int Tries)> left = [.. halts.Select(h => (h, 0))];
        var kills = 0;
        for (; left.Count > 0; kills++)
        {
            // Of one leg: who is held in an early one would be in the way of who is to come to a late one.
            var next = left.Where(l => l.Halt.Leg == left[0].Halt.Leg).Take(AtOnce).ToList();
            left.RemoveAll(next.Contains);
            var runs = next.ConvertAll(n =>
            {
                var run = fresh();
                run.Halt = n.Halt;
                return run;
            });
            try
            {
                foreach (var passed in await KillAsync(stack, runs))
                {
                    // Others were in its way and it took another turn, with fewer points: once more, with others.
                    var (halt, tries) = next[passed];
                    Assert.True(tries < 4, $"{halt} was never reached.");
                    left.Add((halt, tries + 1));
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{operation}, app killed while runs are held at {string.Join("; ", next.Select(n => n.Halt))}: {e.Message}", e);
            }
        }

        return kills;
    }

    /// <summary>Holds each run where it is to be held, kills the app, and lets each be finished.</summary>
    /// <returns>Those that ended without being held.</returns>
    private static async Task<List<int>> KillAsync(StackUnderTest stack, IReadOnlyList<CrashRun> runs)
    {
        await Task.WhenAll(runs.Select(r => r.PrepareAsync()));
        var restarts = await stack.RestartsAsync();
        await stack.ArmAsync(0);
        var acts = runs.Select(r => r.ActAsync(async () => await stack.RestartsAsync() > restarts)).ToList();
        var held = await HeldAsync(stack, acts);
        List<int> passed = [.. Enumerable.Range(0, runs.Count).Where(n => !held.Contains(runs[n].HeldAs ?? ""))];
        await stack.KillAppAsync();
        await stack.DisarmAsync();
        await Task.WhenAll(acts);
        foreach (var run in runs)
        {
            run.Halt = null;
        }

        await FinishAsync(runs);
        return passed;
    }

    private static async Task FinishAsync(IReadOnlyList<CrashRun> runs)
    {
        await runs[0].SettleAsync();
        await Task.WhenAll(runs.Select(r => r.FinishAsync()));
    }

    /// <summary>Each kill leaves the fresh process that the next one needs, if a run leaves nothing behind that goes on by itself.</summary>
    private static async Task KillFreshAsync(StackUnderTest stack, string operation, List<(CrashRun Run, int At, string Point)> points)
    {
        foreach (var some in points.Chunk(points.TrueForAll(p => p.Run.EndsWithItsRequest) ? AtOnce : 1))
        {
            await Task.WhenAll(some.Select(p => p.Run.PrepareAsync()));
            await RestartAsync(stack);
            foreach (var (run, at, point) in some)
            {
                await KillAsync(stack, operation, run, at, point);
            }

            await FinishAsync([.. some.Select(p => p.Run)]);
        }
    }

    /// <summary>Until each is held or has ended, or nothing moves any more: then the others are past their points.</summary>
    private static async Task<HashSet<string>> HeldAsync(StackUnderTest stack, IReadOnlyList<Task> acts)
    {
        var still = Stopwatch.StartNew();
        var last = 0;
        HashSet<string> held = [];
        await stack.UntilAsync("runs are held", async () =>
        {
            (var reached, held) = await stack.HeldAsync();
            if (reached != last || held.Count == 0)
            {
                still.Restart();
            }

            last = reached;
            return held.Count + acts.Count(a => a.IsCompleted) >= acts.Count || still.Elapsed > Quiet;
        });
        return held;
    }

    private static async Task KillAsync(StackUnderTest stack, string operation, CrashRun run, int at, string point)
    {
        try
        {
            var restarts = await stack.RestartsAsync();
            await stack.ArmAsync(at);
            await run.ActAsync(async () => await stack.RestartsAsync() > restarts);
            var reached = await stack.DisarmAsync();
            Assert.True(reached.Count == at, $"The app was not killed there; it reached {string.Join("; ", reached)}");
            await stack.UntilAsync("the app is started again", async () => await stack.RestartsAsync() > restarts);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{operation}, app killed at point {at} ({point}): {e.Message}", e);
        }
    }

    private static async Task RestartAsync(StackUnderTest stack)
    {
        var restarts = await stack.RestartsAsync();
        await stack.KillAppAsync();
        await stack.UntilAsync("the app is started again", async () => await stack.RestartsAsync() > restarts);
    }

    /// <summary>The places (from 1) in <paramref name="cold"/> of what it has more often than <paramref name="warm"/>.</summary>
    private static List<int> OnlyIn(List<string> cold, List<string> warm)
    {
        var left = warm.Select(Kind).CountBy(k => k).ToDictionary();
        return [.. Enumerable.Range(1, cold.Count).Where(n =>
            {
                var kind = Kind(cold[n - 1]);
                var known = left.GetValueOrDefault(kind);
                left[kind] = known - 1;
                return known <= 0;
            })];
    }

    /// <summary>The point without the ids of this run.</summary>
    private static string Kind(string point) => System.Text.RegularExpressions.Regex.Replace(point, "[0-9a-f]{24,64}|(?<=%7C)[0-9a-f](?=')", "*");

    private static void Print(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Console.WriteLine(line);
    }
}
