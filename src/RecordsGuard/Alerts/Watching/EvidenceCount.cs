using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>Of one day and log: how many reads the audit log has, and of how many Azure's log has no line.</summary>
/// <param name="Log">Such as <c>auditevent</c>.</param>
/// <param name="Last">The audit entry of the last one without a line, or null.</param>
public sealed record EvidenceDay(DateOnly Day, string Log, int Entries, int Unseen, string? Last);

/// <summary>
/// Counts the entries whose evidence never came. Each is counted once, when its lines have had their time, whoever looks
/// and however often: one row says until when it was counted.
/// </summary>
internal sealed class EvidenceCount(IRecordStore store)
{
    private const int Days = 14;
    private const string Key = "evidence";

    /// <summary>What was counted before; nothing if nobody has looked yet.</summary>
    public static async Task<IReadOnlyList<EvidenceDay>> ReadAsync(IRecordStore store, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        return Body(await store.ReadAsync(Table.Alerts, LogCursors.Partition, Key, cancel))?.Days ?? [];
    }

    /// <param name="entries">All that are newer than <paramref name="from"/>, in any order.</param>
    /// <param name="from">Of what is older nobody knows any more whether it had its lines.</param>
    /// <param name="until">Lines of what is older have come, or never will.</param>
    /// <param name="logs">Each with whether it has the entry's line.</param>
    /// <returns>The days' counts, as they are now.</returns>
    public async Task<IReadOnlyList<EvidenceDay>> CountAsync(
        IEnumerable<AuditEntry> entries, DateTimeOffset from, DateTimeOffset until, IReadOnlyDictionary<string, Func<AuditEntry, bool>> logs,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(logs);
        var row = await store.ReadAsync(Table.Alerts, LogCursors.Partition, Key, cancel);
        var body = Body(row) ?? new(from, []);
        var since = body.Until > from ? body.Until : from;
        var fresh = entries.Where(e => e.Time > since && e.Time <= until).ToList();
        if (fresh.Count == 0)
        {
            return body.Days;
        }

        var days = body.Days.ToDictionary(d => (d.Day, d.Log));
        foreach (var entry in fresh.OrderBy(e => e.Time))
        {
            foreach (var (log, has) in logs)
            {
                var day = DateOnly.FromDateTime(entry.Time.UtcDateTime);
                var count = days.GetValueOrDefault((day, log)) ?? new(day, log, 0, 0, null);
                days[(day, log)] = has(entry)
                    ? count with { Entries = count.Entries + 1 }
                    : count with { Entries = count.Entries + 1, Unseen = count.Unseen + 1, Last = entry.Id.ToString() };
            }
        }

        body = new(until, [.. days.Values.OrderByDescending(d => d.Day).ThenBy(d => d.Log, StringComparer.Ordinal).Take(Days * logs.Count)]);
        var text = JsonSerializer.Serialize(body, EvidenceJson.Default.EvidenceBody);
        RowChange change = row is null
            ? new RowChange.Insert(Row.New(LogCursors.Partition, Key, RowKinds.LogEvidence, text))
            : new RowChange.Replace(row.Next(text));
        return await store.CommitAsync(Table.Alerts, LogCursors.Partition, [change], cancel) == Commit.Done
            ? body.Days
            : []; // somebody else counted them
    }

    private static EvidenceBody? Body(Row? row) => row is null ? null : JsonSerializer.Deserialize(row.Body, EvidenceJson.Default.EvidenceBody);
}

internal sealed record EvidenceBody(DateTimeOffset Until, IReadOnlyList<EvidenceDay> Days);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvidenceBody))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
