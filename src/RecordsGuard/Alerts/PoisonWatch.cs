using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>Work that failed too often lies in a poison queue: nobody does it until somebody looks. So somebody is told.</summary>
public sealed class PoisonWatch(IWorkQueue queue, AlertDesk desk, TimeProvider time)
{
    /// <summary>
    /// One alert a queue and day, while anything lies in its poison queue; raised again only when the number changes, not
    /// at every look.
    /// </summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var told = (await desk.ListAsync(PracticeId.None, cancel))
            .Where(a => DateOnly.FromDateTime(a.Last.UtcDateTime) == today)
            .Select(a => a.Because)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in WorkQueues.All)
        {
            var count = await queue.CountAsync($"{name}-poison", cancel);
            var because = $"{count} message(s) of the queue {name} failed too often and wait in {name}-poison.";
            if (count > 0 && !told.Contains(because))
            {
                await desk.ReportAsync(
                    new Finding(
                        PracticeId.None.ToString(), $"poison-{name}", Severity.High, null, null, null,
                        because,
                        "Look at the app's log for the cause; when it is mended, move the messages back to the queue.", null),
                    cancel);
            }
        }
    }
}
