using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Alerts.ResourceLogs;
using RecordsGuard.Audit;

namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// Runs every detection over Azure's logs, in whatever order their files and lines come, duplicates included. The core is
/// the allow-list: what the policy does not allow is told, even once. Feed it all files, then the audit log if there is
/// one, then finish.
/// </summary>
/// <param name="policy">Without one nobody is authorised.</param>
/// <param name="joins">Whether the audit log follows.</param>
/// <param name="tell">Told as soon as it is sure; changes of resources and the join only at the end.</param>
public sealed class LogEvaluation(LogPolicy policy, bool joins, Action<LogAlert> tell)
{
    private const int ManyBroken = 10;
    private const double BrokenShare = 0.01;

    /// <summary>Reader and Monitoring Reader: nothing that is stored, no key.</summary>
    private static readonly HashSet<string> HarmlessRoles =
        ["acdd72a7-3385-48ef-bd42-f606fba81ae7", "43d0d8ad-25c7-4714-9337-8ba259a9fe05"];

    private readonly ChangeLedger changes = new();
    private readonly AuditJoin join = new();
    private readonly HashSet<UInt128> seen = [];
    private readonly Runs reads = new(50);
    private readonly Runs deletes = new(15);
    private string source = "";
    private bool? isNew;

    /// <summary>Reads of one log, of whatever kind and shape, all there is. May be called for as many as there are.</summary>
    /// <param name="name">What alerts call it.</param>
    public async Task<LogCounts> ReadAsync(string name, Stream log, Action<BrokenLine> broken, CancellationToken cancel)
    {
        source = name;
        var counts = await new LogEntries(Add, broken).ReadAsync(log, cancel);
        if (counts.Broken >= Math.Max(ManyBroken, BrokenShare * counts.Entries) || (counts.Broken > 0 && counts.Entries == 0))
        {
            var detection = LogDetections.LinesUnreadable;
            tell(new(detection, "unknown", "", name, null, null, new(
                $"{counts.Broken} lines cannot be read, {counts.Entries} entries can.", detection.FirstAction, name, 1, "")));
        }

        return counts;
    }

    /// <summary>Every entry of the audit log, once all logs of Azure's are read.</summary>
    public void Match(AuditEntry entry) => join.Match(entry);

    /// <summary>The log that the join rests on is not whole.</summary>
    public void TellBrokenLog(string sentence) => tell(new(
        LogDetections.LogBroken, "unknown", "", "audit log", null, null,
        new(sentence, LogDetections.LogBroken.FirstAction, "audit log", 0, "")));

    public void Finish()
    {
        foreach (var alert in changes.Close().Concat(join.Close()))
        {
            tell(alert);
        }
    }

    internal void Add(LogEntry entry)
    {
        isNew = null;
        switch (Touch.Plane(entry))
        {
            case LogPlane.Storage:
                StorageRules.Judge(this, entry);
                break;
            case LogPlane.Vault:
                VaultRules.Judge(this, entry);
                break;
            case LogPlane.Control:
                Change(entry, Encoding.UTF8.GetString(entry[LogField.Operation]));
                break;
            case LogPlane.Other:
                break;
        }
    }

    /// <summary>
    /// The allow-list. Null if the policy does not know who it was; else whether there is nothing to say of it, after
    /// having said what there is.
    /// </summary>
    internal LogLeave? Allow(LogEntry entry, ReadOnlySpan<byte> what, out bool known)
    {
        var identity = policy.Find(entry);
        known = identity is not null;
        if (identity is null)
        {
            return null;
        }

        var leave = identity.LeaveFor(entry[LogField.Operation], what);
        if (leave is null)
        {
            Tell(LogDetections.BeyondDuty, entry, what, $"{identity.Name} may not do this there.");
        }
        else if (!identity.IsAt(entry[LogField.CallerAddress]))
        {
            Tell(LogDetections.OutsideNetwork, entry, what, $"{identity.Name} is not where the app runs.");
            return null;
        }

        return leave;
    }

    /// <summary>What our identity did with leave has to be explained by the audit log.</summary>
    internal void Audit(LogEntry entry, ReadOnlySpan<byte> what, LogLeave leave, bool isKey)
    {
        if (!joins || leave.Audited == false || !IsNew(entry))
        {
            return;
        }

        var name = Encoding.UTF8.GetString(what);
        var parts = name.Split('/');
        var id = entry.Text(isKey ? LogField.CorrelationId : LogField.ClientRequestId);
        var (practice, record, key) = (isKey, parts) switch
        {
            (true, [_, "keys", var kek, ..]) => (kek.LastIndexOf('-') is var dash and > 0 ? kek[..dash] : "", "", kek),
            (false, [_, "records" or "quarantine", var owner, _, var blob]) => (owner, blob, name),
            _ => ("", "", name),
        };
        if (isKey && !(key.EndsWith("-content", StringComparison.Ordinal) || key.EndsWith("-index", StringComparison.Ordinal)))
        {
            practice = "";
        }

        if (!isKey && entry.Has(LogField.StatusText) && !entry.Text(LogField.StatusText)!.Contains("Success", StringComparison.OrdinalIgnoreCase))
        {
            // A connection broke: the rest is asked for under the same entry.
            key = $"{key}#{entry.Offset}";
        }

        join.Add(new AuditedTouch(
            AuditEntryId.TryParse(id, out var parsed) ? parsed : null, entry.Time, isKey, practice, record,
            isKey ? $"{entry.Text(LogField.Operation)} {key}" : key, Alert(LogDetections.EntryMissing, entry, what, "")));
    }

    /// <summary>A signature that the app may have issued: the audit log knows.</summary>
    internal bool Defer(LogEntry entry, ReadOnlySpan<byte> what, Detection detection, string because)
    {
        const string Mark = "SasSignature(";
        var hash = entry.Text(LogField.TokenHash) ?? "";
        var from = hash.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        if (!joins || from < 0)
        {
            return false;
        }

        if (IsNew(entry))
        {
            join.Add(new GrantedTouch(
                hash[(from + Mark.Length)..].TrimEnd(')'), Encoding.UTF8.GetString(what), entry.Time, Alert(detection, entry, what, because)));
        }

        return true;
    }

    internal void Tell(Detection detection, LogEntry entry, ReadOnlySpan<byte> what, string because)
    {
        if (IsNew(entry))
        {
            tell(Alert(detection, entry, what, because));
        }
    }

    /// <summary>An identity outside the policy got something, or took something away.</summary>
    internal void Count(LogEntry entry, ReadOnlySpan<byte> what, bool isDelete)
    {
        var (run, detection) = isDelete ? (deletes, LogDetections.StorageMassDelete) : (reads, LogDetections.StorageMassRead);
        if (IsNew(entry) && run.Add(Touch.Principal(entry), Encoding.UTF8.GetString(what), entry.Time))
        {
            tell(Alert(detection, entry, what, "This is the one that makes it many."));
        }
    }

    /// <param name="operation">An ARM name.</param>
    internal void Change(LogEntry entry, string operation)
    {
        var what = Touch.Object(entry, LogPlane.Control);
        var resource = Encoding.UTF8.GetString(what).ToLowerInvariant();
        if (ChangeRules.For(operation, resource) is not { } rule)
        {
            return;
        }

        var found = rule.Always is { } always ? [always] : Weak(entry, operation);
        var allowed = IsAllowed(entry, what);
        var key = entry.Text(LogField.CorrelationId) is { Length: > 0 } correlation
            ? $"{correlation}\n{operation.ToLowerInvariant()}\n{resource}"
            : $"{source}\n{entry.Offset}";
        changes.Add(
            key, Touch.ChangeOutcome(entry),
            found?.Where(d => d.Always || !allowed).Select(d => Alert(d, entry, what, "")).ToList(),
            rule.Unknown is { } unknown && !allowed ? Alert(unknown, entry, what, "") : null);
    }

    private bool IsAllowed(LogEntry entry, ReadOnlySpan<byte> what) =>
        policy.Find(entry) is { } identity && identity.LeaveFor(entry[LogField.Operation], what) is not null
        && identity.IsAt(entry[LogField.CallerAddress]);

    /// <summary>Null if the entry does not show what was written.</summary>
    private static IReadOnlyList<Detection>? Weak(LogEntry entry, string operation)
    {
        var body = entry.Has(LogField.RequestBody) ? entry[LogField.RequestBody] : entry[LogField.ResponseBody];
        if (body.IsEmpty)
        {
            return null;
        }

        if (operation.EndsWith("diagnosticSettings/write", StringComparison.OrdinalIgnoreCase))
        {
            return WeakSettings.SwitchLogsOff(body) is { } off ? off ? [LogDetections.DiagnosticsWeakened] : [] : null;
        }

        if (operation.EndsWith("roleAssignments/write", StringComparison.OrdinalIgnoreCase))
        {
            return WeakSettings.RoleIn(body) is { } role ? HarmlessRoles.Contains(role) ? [] : [LogDetections.RoleAssigned] : null;
        }

        return WeakSettings.In(body);
    }

    private LogAlert Alert(Detection detection, LogEntry entry, ReadOnlySpan<byte> what, string because) => new(
        detection, Touch.Principal(entry), entry.Text(LogField.Operation) ?? "", Encoding.UTF8.GetString(what), entry.Time,
        entry.Text(LogField.CorrelationId),
        new(
            because.Length == 0 ? detection.Rationale : because, detection.FirstAction, source, entry.Line,
            Convert.ToHexStringLower(SHA256.HashData(entry.Raw)), entry.Status, entry.Text(LogField.IdentityType), entry.Text(LogField.Upn),
            entry.Text(LogField.AppId), entry.Text(LogField.TokenHash), entry.Text(LogField.CallerAddress),
            entry.Text(LogField.ClientRequestId), entry.Text(LogField.UserAgent), entry.Text(LogField.ResourceId)));

    /// <summary>Azure delivers some lines twice; only the line itself tells, since one request may make several.</summary>
    private bool IsNew(LogEntry entry)
    {
        if (isNew is { } known)
        {
            return known;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entry.Raw, hash);
        isNew = seen.Add(BinaryPrimitives.ReadUInt128BigEndian(hash));
        return isNew.Value;
    }
}
