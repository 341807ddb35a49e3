using System.Diagnostics;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>
/// Waiting for something that another process does: asked again and again, within a bound, and the longer it takes the less
/// often, because who asks takes the processor from who is at work.
/// </summary>
internal static class Until
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task TrueAsync(Func<Task<bool>> happened, string what, TimeSpan? bound = null, TimeSpan? pause = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await happened())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < (bound ?? Bound), $"Not within {bound ?? Bound}: {what}.");
            await Task.Delay((pause ?? Pause) + (Stopwatch.GetElapsedTime(start) / 10), TestContext.Current.CancellationToken);
        }
    }
}
