using System.Diagnostics;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// Runs an operation undisturbed and counts the points at which the app can die, then runs it once for each point with a
/// kill -9 there. Points that only a fresh process passes (the vault's challenge, a first look at a key) have a second
/// round, in which the app is fresh when the operation begins.
/// </summary>
internal static class KillMatrix
{
    /// <param name="atLeast">The number of points when this was written: it may not shrink.</param>
    /// <param name="step">2 leaves out the points before a request: what is stored there is what is stored after the one before.</param>
    public static async Task RunAsync(StackUnderTest stack, string operation, int atLeast, Func<CrashRun> fresh, int step = 1)
    {
        var clock = Stopwatch.StartNew();
        await CountAsync(stack, fresh(), coldStart: false); // the first of all runs is neither warm nor cold
        var warm = await CountAsync(stack, fresh(), coldStart: false);
        var cold = await CountAsync(stack, fresh(), coldStart: true);
        var once = OnlyIn(cold, warm);
        var points = Enumerable.Range(1, warm.Count).Where(n => n % step == 0).ToList();
        foreach (var n in points)
        {
            await KillAsync(stack, operation, fresh(), n, warm[n - 1], coldStart: false);
        }

        once.RemoveAll(n => n % step != 0);
        foreach (var n in once)
        {
            await KillAsync(stack, operation, fresh(), n, cold[n - 1], coldStart: true);
        }

        var killed = points.Count + once.Count;
        Print($"{operation}: killed at {killed} points ({points.Count}, and {once.Count} of a fresh process: {string.Join("; ", once.Select(n => cold[n - 1]))}) in {clock.Elapsed.TotalSeconds:F0} s.");
        Assert.True(killed >= atLeast, $"{operation} has {killed} points and had {atLeast}: {string.Join("; ", warm)}");
    }

    private static async Task<List<string>> CountAsync(StackUnderTest stack, CrashRun run, bool coldStart)
    {
        await BeginAsync(stack, run, coldStart, 0);
        await run.ActAsync(() => Task.FromResult(false));
        var points = await stack.DisarmAsync();
        await run.FinishAsync();
        return points;
    }

    private static async Task KillAsync(StackUnderTest stack, string operation, CrashRun run, int at, string point, bool coldStart)
    {
        try
        {
            var restarts = await BeginAsync(stack, run, coldStart, at);
            await run.ActAsync(async () => await stack.RestartsAsync() > restarts);
            var reached = await stack.DisarmAsync();
            Assert.True(reached.Count == at, $"The app was not killed there; it reached {string.Join("; ", reached)}");
            await run.FinishAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{operation}, app killed at point {at} ({point}): {e.Message}", e);
        }
    }

    private static async Task<int> BeginAsync(StackUnderTest stack, CrashRun run, bool coldStart, int killAt)
    {
        await run.PrepareAsync();
        if (coldStart)
        {
            var before = await stack.RestartsAsync();
            await stack.KillAppAsync();
            await stack.UntilAsync("the app is started again", async () => await stack.RestartsAsync() > before);
        }

        var restarts = await stack.RestartsAsync();
        await stack.ArmAsync(killAt);
        return restarts;
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
    private static string Kind(string point) => System.Text.RegularExpressions.Regex.Replace(point, "[0-9a-f]{24,64}", "*");

    private static void Print(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Console.WriteLine(line);
    }
}
