using RecordsGuard.Alerts.Detections;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// Joins what our identities read, unwrapped and removed with the audit log, as lines come: each when its entry is in the
/// log, or when that log has gone on without it, or when nobody waits for it any longer.
/// </summary>
internal sealed class LogJoin(IResourceLogs logs, LogReader log, TimeProvider time)
{
    /// <summary>An entry is durable before its act and in the log within seconds; after this nobody waits for it.</summary>
    private static readonly TimeSpan EntryWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Sequenced = TimeSpan.FromSeconds(30);

    private readonly EntryLags lags = new();

    public RecentEntries Entries { get; } = new(log, time);

    public Explained Explained { get; } = new();

    /// <summary>Tells of what is new in the files of one category and can be judged by now; moves how far they were joined.</summary>
    /// <param name="most">Of one file, in bytes.</param>
    /// <returns>Whether there may be more that can be judged by now.</returns>
    public async Task<bool> LookAsync(
        IReadOnlyList<ResourceLogFile> files, LogCursors cursors, LogPolicy known, DateTimeOffset now, long most, Action<LogAlert> tell, CancellationToken cancel)
    {
        var more = false;
        foreach (var file in files)
        {
            // A process that has just begun, or behind another, learns first what was explained before it.
            var cursor = cursors.Of(file.Name);
            var from = Math.Min(Explained.Of(file.Name), cursor.Joined);
            if (file.Length <= from)
            {
                continue;
            }

            var touches = new List<(AuditedTouch Touch, LogAlert Alert)>();
            var grants = new List<GrantedTouch>();
            var joining = new LogEvaluation(known, joins: false, _ => { })
            {
                Touched = (touch, alert) => touches.Add((touch, alert)),
                Granted = grants.Add,
                Now = line => line.Time is not { } when || when + Sequenced < Entries.Newest || when + EntryWindow < now || when > now + ResourceLogWatch.Skew,
                MostAtOnce = most,
            };
            await using var stream = await logs.OpenAsync(file.Name, from, cancel);
            var joined = await joining.ReadOnAsync(file.Name, stream, from, _ => { }, cancel);
            more |= joining.IsCut;
            foreach (var (touch, alert) in touches)
            {
                var isNew = touch.Place.Offset >= cursor.Joined;
                foreach (var found in await JudgeAsync(touch, alert, isNew, now, cancel))
                {
                    tell(found);
                }
            }

            foreach (var grant in grants.Where(g => !Entries.All.Any(e => AuditJoin.Fits(g, e.Event))))
            {
                tell(grant.Alert);
            }

            Explained.Move(file.Name, joined);
            cursors.Move(file.Name, cursors.Of(file.Name) with { Joined = Math.Max(joined, cursor.Joined) });
        }

        return more;
    }

    private async Task<IReadOnlyList<LogAlert>> JudgeAsync(AuditedTouch touch, LogAlert alert, bool isNew, DateTimeOffset now, CancellationToken cancel)
    {
        var entry = touch.Entry is { } id ? await Entries.FindAsync(id, cancel) : null;
        if (entry is null)
        {
            return isNew ? [AuditJoin.Say(alert, LogDetections.EntryMissing, touch.Entry is null ? "It names no audit entry." : "The audit entry it names is not in the log.", null)] : [];
        }

        var again = !Explained.Add(
            entry.Id, $"{touch.Act} {touch.Record}", touch.Broken, alert.Evidence.Sha256, touch.Time is { } at && at < now ? at : now);
        if (!isNew)
        {
            return [];
        }

        return
        [
            .. AuditJoin.Unfit(touch, entry) is { } because ? [AuditJoin.Say(alert, LogDetections.EntryUnfit, because, entry.Id)]
                : again ? [AuditJoin.Say(alert, LogDetections.EntryRepeated, "Its audit entry explains one such act, and there was one already.", entry.Id)]
                : (IEnumerable<LogAlert>)[],
            .. Lag(touch, entry) is { } lag
                ? [AuditJoin.Say(
                    alert, LogDetections.ClockSkew,
                    $"By their clocks this unwrap came {lag.Duration():c} {(lag < TimeSpan.Zero ? "before" : "after")} its audit entry, which it follows at once.", entry.Id)]
                : (IEnumerable<LogAlert>)[],
        ];
    }

    /// <summary>Only of what is opened for a reading or a listing: for these the unwrap is the next thing that happens.</summary>
    private TimeSpan? Lag(AuditedTouch touch, AuditEntry entry) =>
        touch is { IsKey: true, Time: { } unwrapped } && touch.Act.StartsWith("KeyUnwrap", StringComparison.Ordinal)
        && entry.Event.Kind is AuditKind.Read or AuditKind.Listed
            ? lags.Add(unwrapped - entry.Time)
            : null;
}
