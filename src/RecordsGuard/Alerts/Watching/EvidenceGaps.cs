using System.Numerics;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// What Azure's logs do not tell: a canary that no log saw, a log that is silent against its own rhythm, reads whose lines
/// never came. Silence is no all-clear.
/// </summary>
internal sealed class EvidenceGaps(IRecordStore store, AlertDesk desk, TimeProvider time)
{
    /// <summary>Lines come within ten minutes, sometimes later; within this they have come, or nobody sees.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>So many of a day, and one in twenty of its reads, without their lines are many.</summary>
    private const int Many = 10;

    /// <summary>How each log tells of a read of content.</summary>
    private static readonly Dictionary<string, Func<AuditEntry, string>> Acts = new()
    {
        ["auditevent"] = e => $"KeyUnwrap {e.Event.Practice}-content ",
        ["storageread"] = e => $"records {e.Event.Record}",
    };

    public LogRhythm Rhythm { get; } = new(store);

    /// <summary>Once all that is new was joined.</summary>
    public async Task LookAsync(LogJoin join, CancellationToken cancel)
    {
        foreach (var (category, act) in Acts)
        {
            await ListenAsync(join, category, act, cancel);
        }

        await TellSilentAsync(cancel);
        await CountAsync(join, cancel);
    }

    /// <summary>The logs that are silent against their own rhythm, all in one alert.</summary>
    private async Task TellSilentAsync(CancellationToken cancel)
    {
        var silent = await Rhythm.SilentAsync(time.GetUtcNow(), cancel);
        if (silent.Count > 0)
        {
            await TellAsync(
                LogDetections.LogSilent,
                $"Silent in hours in which they always spoke: {string.Join("; ", silent.Take(5).Select(s => $"{s.Log} since {s.Since:yyyy-MM-dd HH:mm} UTC"))}"
                + (silent.Count > 5 ? $"; and {silent.Count - 5} more." : "."), null, cancel);
        }
    }

    /// <summary>
    /// Reads whose lines never came. A read that asked for a part outside the content has none either, so a few mean
    /// nothing; the sentence changes only when there are twice as many, and each time that is told.
    /// </summary>
    private async Task CountAsync(LogJoin join, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var reads = join.Entries.All.Where(e => e.Event.Kind == AuditKind.Read && !e.Event.Details.Any(d => d.Key is "sealed" or "file"));
        var days = await new EvidenceCount(store).CountAsync(
            reads, now - RecentEntries.Kept + Window, now - Window,
            Acts.ToDictionary(a => a.Key, a => (Func<AuditEntry, bool>)(e => join.Explained.Has(e.Id, a.Value(e)))), cancel);
        var many = days.Where(d => d.Day >= DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1) && d.Unseen >= Many && d.Unseen * 20L >= d.Entries).ToList();
        if (many.Count > 0)
        {
            await TellAsync(
                LogDetections.EvidenceMissing,
                $"Without a line: {string.Join("; ", many.Select(d => $"{d.Log} of {d.Day:yyyy-MM-dd}, at least {Many << BitOperations.Log2((uint)(d.Unseen / Many))} reads"))}.",
                many[0].Last, cancel);
        }
    }

    private Task TellAsync(Detection detection, string because, string? evidence, CancellationToken cancel) => desk.ReportOnceAsync(
        new Finding(PracticeId.None.ToString(), detection.Id, detection.Severity, null, null, null, because, detection.FirstAction, evidence), cancel);

    /// <summary>A canary of which a log says nothing: from its last line on nobody knows what happened.</summary>
    private async Task ListenAsync(LogJoin join, string category, Func<AuditEntry, string> act, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var silent = join.Entries.All.Where(e => e.Event.Operation == Canary.Operation && e.Time < now - Window && e.Time > now - RecentEntries.Kept + Window
            && !join.Explained.Has(e.Id, act(e))).MinBy(e => e.Time);
        if (silent is not null)
        {
            var last = (await LogCursors.ReadAsync(store, category, cancel)).LastLine;
            await desk.ReportOnceAsync(
                new Finding(
                    PracticeId.None.ToString(), $"evidence-gap-{category}", Severity.Critical, null, null, null,
                    $"The log {category} says nothing of the canary of {silent.Time:yyyy-MM-dd HH:mm} UTC; "
                    + (last is { } at ? $"its last line is of {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC: nobody sees since then." : "it never had a line."),
                    "See whether its diagnostic settings still send it, and to where; take what happened since for unseen.", silent.Id.ToString()),
                cancel);
        }
    }
}
