using Microsoft.Extensions.Logging;
using RecordsGuard.Records;

namespace RecordsGuard.App;

/// <summary>
/// Wakes the sequencer when something was appended: at once, and then once a second at most for as long as appends go
/// on. If a wake-up is lost, a timer wakes it within minutes.
/// </summary>
internal sealed partial class LogWake(IWorkQueue queue, TimeProvider time, ILogger<LogWake> log)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(1);

    private int rung;
    private int running;

    public void Ring()
    {
        Volatile.Write(ref rung, 1);
        if (Interlocked.CompareExchange(ref running, 1, 0) == 0)
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>Who rings after the last look finds nobody running, or is seen by the look after that.</summary>
    private async Task RunAsync()
    {
        do
        {
            while (Interlocked.Exchange(ref rung, 0) == 1)
            {
                await SendAsync();
                await Task.Delay(AtMostEvery, time);
            }

            Volatile.Write(ref running, 0);
        }
        while (Volatile.Read(ref rung) == 1 && Interlocked.CompareExchange(ref running, 1, 0) == 0);
    }

    private async Task SendAsync()
    {
        try
        {
            await queue.SendAsync(WorkQueues.Sequence, "appended", TimeSpan.Zero, CancellationToken.None);
        }
        catch (Exception e)
        {
            LeftToTimer(log, e.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sequencer was not woken ({Reason}); the timer will.")]
    private static partial void LeftToTimer(ILogger log, string reason);
}
