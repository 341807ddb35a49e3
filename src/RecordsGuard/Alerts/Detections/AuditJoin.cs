using RecordsGuard.Audit;

namespace RecordsGuard.Alerts.Detections;

/// <summary>One read or unwrap of ours that an audit entry has to explain.</summary>
/// <param name="Entry">What it names as its entry; null if that is none.</param>
/// <param name="Practice">Whose blob or key it was; empty if the object's name does not tell.</param>
/// <param name="Record">Of a blob.</param>
/// <param name="Key">Which of an entry's acts this is: each comes once.</param>
/// <param name="Alert">What to say of it; its detection is decided here.</param>
internal sealed record AuditedTouch(
    AuditEntryId? Entry, DateTimeOffset? Time, bool IsKey, string Practice, string Record, string Key, LogAlert Alert);

/// <summary>A write through a signature that the app may have issued.</summary>
internal sealed record GrantedTouch(string TokenHash, string Object, DateTimeOffset? Time, LogAlert Alert);

/// <summary>
/// Joins what our identities read and unwrapped with the audit log. The touches come first and are kept; the log goes by
/// once, however long it is. The verdict is final when both are whole.
/// </summary>
internal sealed class AuditJoin
{
    /// <summary>An entry is durable before its act; clocks differ a little.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnwrapAfter = TimeSpan.FromMinutes(15);

    /// <summary>A long download that was broken off goes on under the same entry, until the host would end it.</summary>
    private static readonly TimeSpan ReadAfter = TimeSpan.FromHours(2.25);

    private readonly Dictionary<AuditEntryId, List<AuditedTouch>> waiting = [];
    private readonly Dictionary<string, List<GrantedTouch>> granted = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<LogAlert> alerts = [];
    private DateTimeOffset last;

    public void Add(AuditedTouch touch)
    {
        if (touch.Entry is not { } entry)
        {
            alerts.Add(Say(touch.Alert, LogDetections.EntryMissing, "It names no audit entry."));
            return;
        }

        if (!waiting.TryGetValue(entry, out var touches))
        {
            waiting[entry] = touches = [];
        }

        touches.Add(touch);
    }

    /// <param name="touch">Its signature's hash in upper-case hex, as the audit log has it.</param>
    public void Add(GrantedTouch touch)
    {
        if (!granted.TryGetValue(touch.TokenHash, out var touches))
        {
            granted[touch.TokenHash] = touches = [];
        }

        touches.Add(touch);
    }

    /// <summary>Every entry of the log, in any order, each once.</summary>
    public void Match(AuditEntry entry)
    {
        last = entry.Time > last ? entry.Time : last;
        var happened = entry.Event;
        if (granted.Count > 0 && Detail(happened, "sas") is { } sas && granted.TryGetValue(sas, out var uses))
        {
            uses.RemoveAll(u => Fits(u, happened));
        }

        if (!waiting.Remove(entry.Id, out var touches))
        {
            return;
        }

        foreach (var same in touches.GroupBy(t => t.Key))
        {
            foreach (var again in same.OrderBy(t => t.Time).Skip(1))
            {
                alerts.Add(Say(again.Alert, LogDetections.EntryRepeated, "Its audit entry explains one such act, and there was one already.", entry));
            }
        }

        foreach (var touch in touches)
        {
            if (Misfit(touch, entry) is { } misfit)
            {
                alerts.Add(Say(touch.Alert, LogDetections.EntryUnfit, misfit, entry));
            }
        }
    }

    /// <summary>Once the whole log went by.</summary>
    public IReadOnlyList<LogAlert> Close()
    {
        foreach (var touch in waiting.Values.SelectMany(t => t))
        {
            alerts.Add(Say(
                touch.Alert, LogDetections.EntryMissing,
                touch.Time > last
                    ? $"The audit entry it names is not in the log, whose last entry is older ({last:O}): copy the log again and look once more."
                    : "The audit entry it names is not in the log."));
        }

        alerts.AddRange(granted.Values.SelectMany(g => g).Select(g => g.Alert));
        return alerts;
    }

    private static string? Misfit(AuditedTouch touch, AuditEntry entry)
    {
        var happened = entry.Event;
        return touch switch
        {
            _ when touch.Practice.Length > 0 && happened.Practice != touch.Practice => "Its audit entry is another practice's.",
            _ when touch.Record.Length > 0 && happened.Record != touch.Record => "Its audit entry is about another record.",
            _ when !MayExplain(touch, happened.Kind) => $"Its audit entry says something else ({happened.Kind}).",
            { Time: { } time } when time < entry.Time - Skew => "It happened before its audit entry.",
            { Time: { } time } when time > entry.Time + (touch.IsKey ? UnwrapAfter : ReadAfter) => "It happened long after its audit entry.",
            { Time: null } => "The log does not say when it happened.",
            _ => null,
        };
    }

    /// <summary>Content and the key to it are for reading; the index key is also for listing and for changing what is sealed with it.</summary>
    private static bool MayExplain(AuditedTouch touch, AuditKind kind) => kind switch
    {
        AuditKind.Read or AuditKind.HouseKeeping => true,
        AuditKind.Listed or AuditKind.ChangeIntended => touch.IsKey && touch.Key.EndsWith("-index", StringComparison.Ordinal),
        _ => false,
    };

    private static bool Fits(GrantedTouch use, AuditEvent grant) =>
        Detail(grant, "inbox") is { } name && use.Object.EndsWith($"/{name}", StringComparison.Ordinal)
        && DateTimeOffset.TryParse(Detail(grant, "from"), null, out var from)
        && DateTimeOffset.TryParse(Detail(grant, "until"), null, out var until)
        && use.Time >= from - Skew && use.Time <= until + Skew;

    private static string? Detail(AuditEvent happened, string name)
    {
        foreach (var (known, value) in happened.Details)
        {
            if (known == name)
            {
                return value;
            }
        }

        return null;
    }

    private static LogAlert Say(LogAlert alert, Detection detection, string because, AuditEntry? entry = null) => alert with
    {
        Detection = detection,
        Evidence = alert.Evidence with { Because = because, FirstAction = detection.FirstAction, AuditEntry = entry?.Id.ToString() },
    };
}
