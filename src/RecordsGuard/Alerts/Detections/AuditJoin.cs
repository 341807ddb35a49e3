using RecordsGuard.Alerts.ResourceLogs;
using RecordsGuard.Audit;

namespace RecordsGuard.Alerts.Detections;

/// <summary>One read or unwrap of ours that an audit entry has to explain.</summary>
/// <param name="Entry">What it names as its entry; null if that is none.</param>
/// <param name="Practice">Whose blob or key it was; empty if the object's name does not tell.</param>
/// <param name="Record">Of a blob, or empty.</param>
/// <param name="Act">Operation and key, or container: which of an entry's acts this is.</param>
/// <param name="Broken">The connection broke: the rest is asked for under the same entry.</param>
internal readonly record struct AuditedTouch(
    AuditEntryId? Entry, DateTimeOffset? Time, bool IsKey, string Practice, string Record, string Act, bool Broken, LogPlace Place);

/// <summary>A write through a signature that the app may have issued.</summary>
internal sealed record GrantedTouch(string TokenHash, string Object, DateTimeOffset? Time, LogAlert Alert);

/// <param name="First">The touch that the entry explains already: if theirs are the same bytes, the line came twice.</param>
internal sealed record Misfit(AuditedTouch Touch, Detection Detection, string Because, AuditEntryId? Entry, LogPlace? First = null);

/// <summary>
/// Joins what our identities read and unwrapped with the audit log. The touches come first and are kept, as little of each
/// as will do; the log goes by once, however long it is. The verdict is final when both are whole.
/// </summary>
internal sealed class AuditJoin
{
    /// <summary>An entry is durable before its act; clocks differ a little.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnwrapAfter = TimeSpan.FromMinutes(15);

    /// <summary>A long download that was broken off goes on under the same entry, until the host would end it.</summary>
    private static readonly TimeSpan ReadAfter = TimeSpan.FromHours(2.25);

    /// <summary>A purge that broke off is repeated under the same entry, night after night.</summary>
    private static readonly TimeSpan DeleteAfter = TimeSpan.FromDays(35);

    /// <summary>The act of removing a record's blob.</summary>
    public const string Deletes = "DeleteBlob records";

    /// <summary>What the log calls the two that do: docs/formats/audit-entry.md.</summary>
    private static readonly string[] Destroying = ["purge", "remove-uncommitted-blob"];

    private const int PageSize = 1024;

    // Pages, because a list that doubles would copy them all again and again.
    private readonly List<AuditedTouch[]> pages = [];
    private int count;
    private Dictionary<AuditEntryId, List<AuditedTouch>>? waiting;
    private readonly Dictionary<string, List<GrantedTouch>> granted = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Misfit> misfits = [];
    private DateTimeOffset last;

    public void Add(in AuditedTouch touch)
    {
        if (count == pages.Count * PageSize)
        {
            pages.Add(new AuditedTouch[PageSize]);
        }

        pages[^1][count++ % PageSize] = touch;
    }

    /// <param name="touch">Its signature's hash in upper-case hex, as the audit log has it.</param>
    public void Add(GrantedTouch touch)
    {
        if (!granted.TryGetValue(touch.TokenHash, out var uses))
        {
            granted[touch.TokenHash] = uses = [];
        }

        uses.Add(touch);
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

        if (!Waiting().Remove(entry.Id, out var explained))
        {
            return;
        }

        foreach (var touch in explained)
        {
            if (Unfit(touch, entry) is { } because)
            {
                misfits.Add(new(touch, LogDetections.EntryUnfit, because, entry.Id));
            }
        }

        foreach (var same in explained.Where(t => !t.Broken).GroupBy(t => (t.Act, t.Record)))
        {
            var inOrder = same.OrderBy(t => t.Time).ToList();
            misfits.AddRange(inOrder.Skip(1).Select(again => new Misfit(
                again, LogDetections.EntryRepeated, "Its audit entry explains one such act, and there was one already.", entry.Id, inOrder[0].Place)));
        }
    }

    /// <summary>Once the whole log went by.</summary>
    public IReadOnlyList<Misfit> Misfits() =>
    [
        .. misfits,
        .. Touches().Where(t => t.Entry is null).Select(t => new Misfit(t, LogDetections.EntryMissing, "It names no audit entry.", null)),
        .. Waiting().Values.SelectMany(t => t).Select(t => new Misfit(t, LogDetections.EntryMissing, Missing(t), null)),
    ];

    /// <summary>Those that no entry explains.</summary>
    public IEnumerable<LogAlert> Grants() => granted.Values.SelectMany(g => g).Select(g => g.Alert);

    private IEnumerable<AuditedTouch> Touches() => pages.SelectMany(p => p).Take(count);

    private Dictionary<AuditEntryId, List<AuditedTouch>> Waiting()
    {
        if (waiting is null)
        {
            waiting = [];
            foreach (var touch in Touches())
            {
                if (touch.Entry is { } entry)
                {
                    (waiting.TryGetValue(entry, out var same) ? same : waiting[entry] = new(3)).Add(touch);
                }
            }
        }

        return waiting;
    }

    private string Missing(AuditedTouch touch) => touch.Time > last
        ? $"The audit entry it names is not in the log, whose last entry is older ({last:O}): copy the log again and look once more."
        : "The audit entry it names is not in the log.";

    /// <summary>Why the entry does not explain it; null if it does.</summary>
    public static string? Unfit(AuditedTouch touch, AuditEntry entry)
    {
        var happened = entry.Event;
        return touch switch
        {
            _ when touch.Practice.Length > 0 && happened.Practice != touch.Practice => "Its audit entry is another practice's.",
            _ when touch.Record.Length > 0 && happened.Record != touch.Record => "Its audit entry is about another record.",
            _ when !MayExplain(touch, happened) => $"Its audit entry says something else ({happened.Kind}).",
            { Time: { } time } when time < entry.Time - Skew => "It happened before its audit entry.",
            { Time: { } time } when time > entry.Time + (touch.IsKey ? UnwrapAfter : touch.Act == Deletes ? DeleteAfter : ReadAfter) => "It happened long after its audit entry.",
            { Time: null } => "The log does not say when it happened.",
            _ => null,
        };
    }

    /// <summary>
    /// Content and the key to it are for reading; other keys also for listing and for changing. A record's blob is removed
    /// for a purge, or because it never was a record.
    /// </summary>
    private static bool MayExplain(AuditedTouch touch, AuditEvent happened) => happened.Kind switch
    {
        AuditKind.ChangeIntended or AuditKind.HouseKeeping when touch.Act == Deletes => Destroying.Contains(happened.Operation),
        _ when touch.Act == Deletes => false,
        AuditKind.Read or AuditKind.HouseKeeping => true,
        AuditKind.Listed or AuditKind.ChangeIntended => touch.IsKey && !touch.Act.EndsWith("-content", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether this entry issued that signature, for that blob and time.</summary>
    public static bool Fits(GrantedTouch use, AuditEvent grant) =>
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

    public static LogAlert Say(LogAlert alert, Detection detection, string because, AuditEntryId? entry) => alert with
    {
        Detection = detection,
        Evidence = alert.Evidence with { Because = because, FirstAction = detection.FirstAction, AuditEntry = entry?.ToString() },
    };
}
