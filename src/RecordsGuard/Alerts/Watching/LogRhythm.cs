using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>A log that is silent against its own rhythm.</summary>
/// <param name="Log">Category and resource.</param>
/// <param name="Since">The end of the last hour in which it had a line.</param>
internal sealed record SilentLog(string Log, DateTimeOffset Since);

/// <summary>
/// The rhythm of each log, by category and resource, learnt from its own last weeks and kept in one row. Who closes at
/// night, on Sundays or for a holiday is not silent: only hours of the week count in which there always were lines, and of
/// a log that keeps people's hours only those in which others that keep hours had some.
/// </summary>
internal sealed class LogRhythm(IRecordStore store)
{
    /// <summary>A row holds so many; more are not learnt.</summary>
    public const int MostLogs = 80;

    /// <summary>Hours missed by a log that speaks day and night.</summary>
    private const int Missed = 3;

    /// <summary>Hours missed by one that keeps people's hours: more than a day of theirs.</summary>
    private const int MissedOfWork = 12;

    /// <summary>Lines come within an hour, or nobody sees.</summary>
    private const int Late = 1;

    private const int Week = 7 * 24;
    private const string Key = "rhythm";

    private Row? row;
    private SortedDictionary<string, HeardHours> logs = new(StringComparer.Ordinal);

    /// <summary>Category and resource of a file; hours and accounts of whoever has the same names are one.</summary>
    public static string LogOf(string category, string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var lower = file.ToLowerInvariant();
        var end = lower.IndexOf("/y=", StringComparison.Ordinal);
        var path = end < 0 ? lower : lower[..end];
        var start = path.IndexOf("/providers/", StringComparison.Ordinal);
        return $"{category} {(start < 0 ? path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..] : path[(start + "/providers/".Length)..])}";
    }

    /// <summary>Durable when it returns. Two who hear at once both count; the same again changes nothing.</summary>
    public async Task HearAsync(IReadOnlySet<(string Log, long Hour)> heard, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(heard);
        while (heard.Any(h => !logs.TryGetValue(h.Log, out var known) || known.With(h.Hour) != known))
        {
            await ReadAsync(cancel);
            foreach (var (log, hour) in heard)
            {
                if (logs.TryGetValue(log, out var known))
                {
                    logs[log] = known.With(hour);
                }
                else if (logs.Count < MostLogs)
                {
                    logs.Add(log, HeardHours.Begin(hour));
                }
            }

            var body = JsonSerializer.Serialize(logs, LogRhythmJson.Default.SortedDictionaryStringHeardHours);
            if (row?.Body == body)
            {
                return; // there are too many
            }

            RowChange change = row is null
                ? new RowChange.Insert(Row.New(LogCursors.Partition, Key, RowKinds.LogRhythm, body))
                : new RowChange.Replace(row.Next(body));
            if (await store.CommitAsync(Table.Alerts, LogCursors.Partition, [change], cancel) == Commit.Done)
            {
                return;
            }

            logs.Clear(); // somebody else heard something too
        }
    }

    /// <summary>All logs, and when each was last heard.</summary>
    public async Task<IReadOnlyList<(string Log, DateTimeOffset LastHour)>> AllAsync(CancellationToken cancel)
    {
        await ReadAsync(cancel);
        return [.. logs.Select(l => (l.Key, HeardHours.TimeOf(l.Value.Last)))];
    }

    /// <summary>Those that are silent now, in order of their names. For a week; after that nobody expects them.</summary>
    public async Task<IReadOnlyList<SilentLog>> SilentAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await ReadAsync(cancel);
        var until = HeardHours.HourOf(now) - 1 - Late;
        return
        [
            .. logs.Where(l => l.Value.Last >= until - Week && IsSilent(l.Key, l.Value, until))
                .Select(l => new SilentLog(l.Key, HeardHours.TimeOf(l.Value.Last + 1))),
        ];
    }

    private bool IsSilent(string name, HeardHours log, long until)
    {
        var missed = Hours(log.Last + 1, until).Where(log.Expects).ToList();
        if (missed.Count < Missed)
        {
            return false;
        }

        return log.IsRoundTheClock(log.Last) || missed.Count(h => AreOthersAtWork(name, h)) >= MissedOfWork;
    }

    /// <summary>Whether half of the other logs that keep people's hours, and always speak in this one, did; true if there is none.</summary>
    private bool AreOthersAtWork(string name, long hour)
    {
        var others = logs.Where(l => l.Key != name && l.Value.Expects(hour) && !l.Value.IsRoundTheClock(l.Value.Last)).ToList();
        return others.Count == 0 || others.Count(o => o.Value.Was(hour)) * 2 >= others.Count;
    }

    private static IEnumerable<long> Hours(long from, long to)
    {
        for (var hour = from; hour <= to; hour++)
        {
            yield return hour;
        }
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        row = await store.ReadAsync(Table.Alerts, LogCursors.Partition, Key, cancel);
        logs = row is null
            ? new(StringComparer.Ordinal)
            : new(JsonSerializer.Deserialize(row.Body, LogRhythmJson.Default.SortedDictionaryStringHeardHours)!, StringComparer.Ordinal);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SortedDictionary<string, HeardHours>))]
internal sealed partial class LogRhythmJson : JsonSerializerContext;
