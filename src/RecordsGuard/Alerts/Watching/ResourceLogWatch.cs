using RecordsGuard.Alerts.Detections;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// Looks at what is new in Azure's own logs, again and again: the allow-list at once, changes of resources when both their
/// entries had time to come, reads and unwraps of ours when their audit entries are in the log. Nothing is given up: what
/// cannot be judged yet stays where it is and is looked at next time.
/// </summary>
/// <param name="policy">Null if the deployment does not say who its identities are: then nothing is judged, and that is told.</param>
public sealed class ResourceLogWatch(
    IResourceLogs logs, IRecordStore store, LogReader log, AlertDesk desk, LogPolicy? policy, TimeProvider time) : IDisposable
{
    /// <summary>Data planes, and the Activity log. Files of the last hours are looked at again: lines come late.</summary>
    private static readonly string[] Categories = ["storageread", "storagewrite", "storagedelete", "auditevent", Activity];
    private const string Activity = "activity";
    private static readonly TimeSpan Back = TimeSpan.FromHours(4);

    /// <summary>Entries of one change come apart by minutes.</summary>
    private static readonly TimeSpan ChangeWindow = TimeSpan.FromMinutes(5);

    /// <summary>An entry is durable before its act and in the log within seconds; after this nobody waits for it.</summary>
    private static readonly TimeSpan EntryWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Sequenced = TimeSpan.FromSeconds(30);

    /// <summary>Lines come within ten minutes, sometimes later; within this they have come, or nobody sees.</summary>
    private static readonly TimeSpan CanaryWindow = TimeSpan.FromHours(1);

    private readonly RecentEntries entries = new(log, time);
    private readonly Explained explained = new();
    private readonly SemaphoreSlim one = new(1);

    /// <summary>May be called by several at once, and again after whatever exception.</summary>
    /// <exception cref="StoreUnavailableException">Storage did not answer; what was found before is stored.</exception>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (policy is null)
        {
            await desk.ReportOnceAsync(
                new Finding(
                    PracticeId.None.ToString(), "log-policy-missing", Severity.High, null, null, null,
                    "Nobody looks at Azure's own logs: the app is not told which identities are ours.",
                    "Set RecordsGuard__Alerts__Identities__{duty} to the object id of the identity that has the duty.", null),
                cancel);
            return;
        }

        await one.WaitAsync(cancel);
        try
        {
            try
            {
                await entries.RefreshAsync(cancel);
            }
            catch (LogBrokenException)
            {
                // The sequencer tells of it. What the allow-list says does not depend on the log.
            }

            foreach (var category in Categories)
            {
                await LookAsync(category, policy, cancel);
            }

            await ListenAsync("auditevent", e => $"KeyUnwrap {e.Event.Practice}-content ", cancel);
            await ListenAsync("storageread", e => $"records {e.Event.Record}", cancel);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>A canary of which a log says nothing: from its last line on nobody knows what happened.</summary>
    private async Task ListenAsync(string category, Func<AuditEntry, string> act, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var silent = entries.All.Where(e => e.Event.Operation == Canary.Operation && e.Time < now - CanaryWindow && e.Time > now - RecentEntries.Kept + CanaryWindow
            && !explained.Has(e.Id, act(e))).MinBy(e => e.Time);
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

    private async Task LookAsync(string category, LogPolicy known, CancellationToken cancel)
    {
        var cursors = await LogCursors.ReadAsync(store, category, cancel);
        var now = time.GetUtcNow();
        var files = new List<ResourceLogFile>();
        await foreach (var file in logs.ListAsync(category, now - Back, cancel))
        {
            files.Add(file);
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var alerts = new List<LogAlert>();
        var telling = new LogEvaluation(known, joins: false, alerts.Add)
        {
            Touched = (_, _) => { },
            Granted = _ => { },
            Now = line =>
            {
                var when = line.Time;
                cursors.LastLine = when > (cursors.LastLine ?? DateTimeOffset.MinValue) ? when : cursors.LastLine;
                return category != Activity || !(when > now - ChangeWindow);
            },
        };
        foreach (var file in files)
        {
            var cursor = cursors.Of(file.Name);
            if (file.Length > cursor.Told)
            {
                var broken = 0;
                await using var stream = await logs.OpenAsync(file.Name, cursor.Told, cancel);
                cursors.Move(file.Name, cursor with { Told = await telling.ReadOnAsync(file.Name, stream, cursor.Told, _ => broken++, cancel) });
                if (broken > 0)
                {
                    alerts.Add(LogEvaluation.About(LogDetections.LinesUnreadable, file.Name, $"{broken} lines from {cursor.Told} on cannot be read."));
                }
            }
        }

        await telling.FinishAsync((_, _) => throw new InvalidOperationException("Nothing was kept for the end."), cancel);
        if (category != Activity)
        {
            await JoinAsync(files, cursors, known, alerts, now, cancel);
        }

        foreach (var alert in alerts)
        {
            await desk.ReportAsync(alert, cancel);
        }

        await cursors.SaveAsync(store, files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal), cancel);
    }

    private async Task JoinAsync(
        List<ResourceLogFile> files, LogCursors cursors, LogPolicy known, List<LogAlert> alerts, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var file in files)
        {
            // A process that has just begun learns first what was explained before it.
            var cursor = cursors.Of(file.Name);
            var from = explained.Knows(file.Name) ? cursor.Joined : 0;
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
                Now = line => line.Time is not { } when || when + Sequenced < entries.Newest || when + EntryWindow < now,
            };
            await using var stream = await logs.OpenAsync(file.Name, from, cancel);
            var joined = await joining.ReadOnAsync(file.Name, stream, from, _ => { }, cancel);
            foreach (var (touch, alert) in touches)
            {
                var isNew = touch.Place.Offset >= cursor.Joined;
                if (await JudgeAsync(touch, alert, isNew, cancel) is { } told)
                {
                    alerts.Add(told);
                }
            }

            alerts.AddRange(grants.Where(g => !entries.All.Any(e => AuditJoin.Fits(g, e.Event))).Select(g => g.Alert));
            explained.Know(file.Name);
            cursors.Move(file.Name, cursors.Of(file.Name) with { Joined = Math.Max(joined, cursor.Joined) });
        }
    }

    private async Task<LogAlert?> JudgeAsync(AuditedTouch touch, LogAlert alert, bool isNew, CancellationToken cancel)
    {
        var entry = touch.Entry is { } id ? await entries.FindAsync(id, cancel) : null;
        if (entry is null)
        {
            return isNew ? AuditJoin.Say(alert, LogDetections.EntryMissing, touch.Entry is null ? "It names no audit entry." : "The audit entry it names is not in the log.", null) : null;
        }

        var again = !touch.Broken && !explained.Add(entry.Id, $"{touch.Act} {touch.Record}", alert.Evidence.Sha256, touch.Time);
        return !isNew ? null
            : AuditJoin.Unfit(touch, entry) is { } because ? AuditJoin.Say(alert, LogDetections.EntryUnfit, because, entry.Id)
            : again ? AuditJoin.Say(alert, LogDetections.EntryRepeated, "Its audit entry explains one such act, and there was one already.", entry.Id)
            : null;
    }
}

/// <summary>Which acts of which entries have been seen, for as long as lines come late, and in which files.</summary>
internal sealed class Explained
{
    private readonly Dictionary<(AuditEntryId Entry, string Act), string> acts = [];
    private readonly Queue<(DateTimeOffset Time, (AuditEntryId, string) Act)> old = [];
    private readonly HashSet<string> files = new(StringComparer.Ordinal);

    public bool Knows(string file) => files.Contains(file);

    public bool Has(AuditEntryId entry, string act) => acts.ContainsKey((entry, act));

    public void Know(string file) => files.Add(file);

    /// <summary>False if another line told of this act before. The same line again is no other.</summary>
    public bool Add(AuditEntryId entry, string act, string line, DateTimeOffset? time)
    {
        var key = (entry, act);
        if (!acts.TryAdd(key, line))
        {
            return acts[key] == line;
        }

        var at = time ?? DateTimeOffset.MinValue;
        old.Enqueue((at, key));
        while (old.TryPeek(out var oldest) && oldest.Time < at - (2 * RecentEntries.Kept))
        {
            acts.Remove(old.Dequeue().Act);
        }

        return true;
    }
}
