using RecordsGuard.Alerts.Detections;
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

    /// <summary>A clock may differ by so much; a line may come into the file of an hour that is over by so much.</summary>
    internal static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Of one file, in bytes, until what was found is told and noted how far it was looked at: a look that dies, or that a
    /// flood of lines keeps from coming to its end, has told what it found.
    /// </summary>
    internal long MostAtOnce { get; init; } = 16 * 1024 * 1024;

    private readonly LogJoin join = new(logs, log, time);
    private readonly EvidenceGaps gaps = new(store, desk, time);
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
                await join.Entries.RefreshAsync(cancel);
            }
            catch (LogBrokenException)
            {
                // The sequencer tells of it. What the allow-list says does not depend on the log.
            }

            foreach (var category in Categories)
            {
                while (await LookAsync(category, policy, cancel))
                {
                }
            }

            await gaps.LookAsync(join, cancel);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <returns>Whether there is more to look at now.</returns>
    private async Task<bool> LookAsync(string category, LogPolicy known, CancellationToken cancel)
    {
        var cursors = await LogCursors.ReadAsync(store, category, cancel);
        var now = time.GetUtcNow();
        var files = new List<ResourceLogFile>();
        await foreach (var file in logs.ListAsync(category, now - Back, cancel))
        {
            files.Add(file);
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var found = new LookFindings();
        var more = false;
        var heard = new HashSet<(string Log, long Hour)>();
        var current = "";
        var telling = new LogEvaluation(known, joins: false, found.Add)
        {
            Touched = (_, _) => { },
            Granted = _ => { },

            // Entries of one change are judged together; whoever manages resources writes no millions of lines.
            MostAtOnce = category == Activity ? long.MaxValue : MostAtOnce,
            Now = line =>
            {
                var when = line.Time;
                if (when is { } at && at <= now + Skew)
                {
                    cursors.LastLine = at > (cursors.LastLine ?? DateTimeOffset.MinValue) ? at : cursors.LastLine;
                    heard.Add((current, Math.Min(HeardHours.HourOf(at), HeardHours.HourOf(now))));
                }

                return category != Activity || !(when > now - ChangeWindow) || when > now + Skew;
            },
        };
        foreach (var file in files)
        {
            var cursor = cursors.Of(file.Name);
            if (file.Length > cursor.Told)
            {
                var broken = 0;
                current = LogRhythm.LogOf(category, file.Name);
                await using var stream = await logs.OpenAsync(file.Name, cursor.Told, cancel);
                var before = file.Until is { } end && end + Turn < now + Skew ? end + Turn : now + Skew;
                cursors.Move(file.Name, cursor with { Told = await telling.ReadOnAsync(file.Name, stream, cursor.Told, _ => broken++, cancel, before) });
                more |= telling.IsCut;
                if (broken > 0)
                {
                    found.Add(LogEvaluation.About(LogDetections.LinesUnreadable, file.Name, $"{broken} lines from {cursor.Told} on cannot be read."));
                }
            }
        }

        await telling.FinishAsync((_, _) => throw new InvalidOperationException("Nothing was kept for the end."), cancel);
        await TellAsync(found, cancel);
        if (category != Activity)
        {
            found = new();
            more |= await join.LookAsync(files, cursors, known, now, MostAtOnce, found.Add, cancel);
            await TellAsync(found, cancel);
        }

        await gaps.Rhythm.HearAsync(heard, cancel);
        await cursors.SaveAsync(store, files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal), cancel);
        return more;
    }

    private async Task TellAsync(LookFindings found, CancellationToken cancel)
    {
        foreach (var finding in found.All)
        {
            await desk.ReportOnceAsync(finding, cancel);
        }
    }
}
