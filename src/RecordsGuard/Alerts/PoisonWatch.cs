using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>Work that failed too often lies in a poison queue: nobody does it until somebody looks. So somebody is told.</summary>
public sealed class PoisonWatch(IWorkQueue queue, AlertDesk desk)
{
    /// <summary>
    /// One alert a queue and day, while anything lies in its poison queue; raised again only when the number changes, not
    /// at every look.
    /// </summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        foreach (var name in WorkQueues.All)
        {
            var count = await queue.CountAsync($"{name}-poison", cancel);
            var because = $"{count} message(s) of the queue {name} failed too often and wait in {name}-poison.";
            if (count > 0)
            {
                await desk.ReportOnceAsync(
                    new Finding(
                        PracticeId.None.ToString(), $"poison-{name}", Severity.High, null, null, null,
                        because,
                        "Look at the app's log for the cause; when it is mended, move the messages back to the queue.", null),
                    cancel);
            }
        }
    }
}
