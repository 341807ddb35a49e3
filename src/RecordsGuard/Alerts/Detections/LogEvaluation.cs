using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Alerts.ResourceLogs;
using RecordsGuard.Audit;

namespace RecordsGuard.Alerts.Detections;

/// <summary>The bytes of an entry that was read before.</summary>
public delegate Task<ReadOnlyMemory<byte>> LogLine(LogPlace place, CancellationToken cancel);

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

    private readonly ChangeLedger changes = new();
    private readonly AuditJoin join = new();
    private readonly HashSet<UInt128> seen = [];
    private readonly Runs reads = new(50);
    private readonly Runs deletes = new(15);
    private readonly byte[] room = new byte[4096];
    private readonly AuditedTouches touches = new();
    private readonly Remembered<LogIdentity?> lastIdentity = new();
    private readonly Remembered<(LogIdentity Who, bool IsAt)> lastCaller = new();
    private LogEntries? reading;
    private long? begun;
    private string source = "";
    private bool? isNew;
    private DateTimeOffset? latest;

    /// <summary>Reads all of one log, of whatever kind and shape. May be called for as many as there are.</summary>
    /// <param name="name">What alerts call it.</param>
    public async Task<LogCounts> ReadAsync(string name, Stream log, Action<BrokenLine> broken, CancellationToken cancel)
    {
        source = name;
        var counts = await new LogEntries(Add, broken).ReadAsync(log, cancel);
        if (counts.Broken >= Math.Max(ManyBroken, BrokenShare * counts.Entries) || (counts.Broken > 0 && counts.Entries == 0))
        {
            tell(About(LogDetections.LinesUnreadable, name, $"{counts.Broken} lines cannot be read, {counts.Entries} entries can."));
        }

        return counts;
    }

    /// <summary>Every entry of the audit log, once all logs of Azure's are read.</summary>
    public void Match(AuditEntry entry) => join.Match(entry);

    /// <summary>The log that the join rests on is not whole.</summary>
    public void TellBrokenLog(string sentence) => tell(About(LogDetections.LogBroken, "audit log", sentence));

    /// <param name="line">Only asked for what is to be told.</param>
    public async Task FinishAsync(LogLine line, CancellationToken cancel)
    {
        foreach (var alert in changes.Close().Concat(join.Grants()))
        {
            tell(alert);
        }

        var entry = new LogEntry();
        foreach (var misfit in join.Misfits())
        {
            var place = misfit.Touch.Place;
            var bytes = await line(place, cancel);
            if (misfit.First is { } first && (await line(first, cancel)).Span.SequenceEqual(bytes.Span))
            {
                continue;
            }

            source = place.Source;
            isNew = null;
            LogEntryParser.ReadOne(bytes.ToArray(), place, entry);
            if (IsNew(entry))
            {
                tell(Alert(
                    misfit.Detection, entry, Touch.Object(entry, misfit.Touch.IsKey ? LogPlane.Vault : LogPlane.Storage, room),
                    misfit.Because, misfit.Entry));
            }
        }
    }

    private void Add(LogEntry entry)
    {
        IsCut = entry.Offset - (begun ??= entry.Offset) >= MostAtOnce;
        if (IsCut || Now?.Invoke(entry) == false)
        {
            reading!.StopHere();
            return;
        }

        isNew = null;
        var plane = Touch.Plane(entry);
        var what = Touch.Object(entry, plane, room);
        if (latest is { } until && entry.Time > until)
        {
            latest = null; // one of a reading is enough
            Tell(LogDetections.ClockSkew, entry, what, $"It says that it happened at {entry.Time:O}, and it came before {until:O}.");
        }

        switch (plane)
        {
            case LogPlane.Storage:
                StorageRules.Judge(this, entry, what);
                break;
            case LogPlane.Vault:
                VaultRules.Judge(this, entry, what);
                break;
            case LogPlane.Control:
                Change(entry, what);
                break;
            case LogPlane.Other:
                break;
        }
    }

    /// <summary>
    /// The allow-list: the leave under which it was done, or null, and then it has been said what there is to say, unless
    /// the policy does not know who it was.
    /// </summary>
    internal LogLeave? Allow(LogEntry entry, ReadOnlySpan<byte> what, out bool known)
    {
        var identity = Who(entry);
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
        else if (!IsAt(identity, entry[LogField.CallerAddress]))
        {
            Tell(LogDetections.OutsideNetwork, entry, what, $"{identity.Name} is not where the app runs.");
            return null;
        }

        return leave;
    }

    /// <summary>What our identity did with leave has to be explained by the audit log.</summary>
    internal void Audit(LogEntry entry, ReadOnlySpan<byte> what, bool isKey)
    {
        if (Touched is not null)
        {
            Touched(touches.Of(entry, what, isKey, source), Alert(LogDetections.EntryMissing, entry, what));
        }
        else if (joins)
        {
            join.Add(touches.Of(entry, what, isKey, source));
        }
    }

    /// <summary>For who joins as lines come, and not at the end: given each instead.</summary>
    internal Action<AuditedTouch, LogAlert>? Touched { get; init; }

    /// <summary>Likewise.</summary>
    internal Action<GrantedTouch>? Granted { get; init; }

    /// <summary>Before anything else of a line. False: it and all after it are left for later.</summary>
    internal Func<LogEntry, bool>? Now { get; init; }

    /// <summary>In bytes: what begins later is left for another reading.</summary>
    internal long MostAtOnce { get; init; } = long.MaxValue;

    /// <summary>The last reading left something because it was enough.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>What is new in a log that grows.</summary>
    /// <param name="before">No line of it can be of a later time; null: nobody knows.</param>
    /// <returns>Where to go on.</returns>
    internal async Task<long> ReadOnAsync(
        string name, Stream log, long from, Action<BrokenLine> broken, CancellationToken cancel, DateTimeOffset? before = null)
    {
        (source, latest, begun, IsCut) = (name, before, null, false);
        reading = new LogEntries(Add, broken, from, grows: true);
        await reading.ReadAsync(log, cancel);
        return reading.Done;
    }

    /// <summary>A signature that the app may have issued: the audit log knows.</summary>
    internal bool Defer(LogEntry entry, ReadOnlySpan<byte> what, Detection detection)
    {
        const string Mark = "SasSignature(";
        var hash = entry.Text(LogField.TokenHash) ?? "";
        var from = hash.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        if (!(joins || Granted is not null) || from < 0)
        {
            return false;
        }

        if (IsNew(entry))
        {
            (Granted ?? join.Add)(new GrantedTouch(
                hash[(from + Mark.Length)..].TrimEnd(')'), Encoding.UTF8.GetString(what), entry.Time, Alert(detection, entry, what)));
        }

        return true;
    }

    internal void Tell(Detection detection, LogEntry entry, ReadOnlySpan<byte> what, string? because = null)
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

    private void Change(LogEntry entry, ReadOnlySpan<byte> what)
    {
        var operation = entry.Text(LogField.Operation)!;
        var resource = Encoding.UTF8.GetString(what).ToLowerInvariant();
        if (ChangeRules.For(operation, resource) is not { } rule)
        {
            return;
        }

        var allowed = policy.Find(entry) is { } identity && identity.LeaveFor(entry[LogField.Operation], what) is not null
            && identity.IsAt(entry[LogField.CallerAddress]);
        var found = new List<LogAlert>();
        var shown = ChangeRules.Shown(rule, entry, operation);
        foreach (var detection in shown ?? [])
        {
            if (detection.Always || !allowed)
            {
                found.Add(Alert(detection, entry, what));
            }
        }

        changes.Add(
            entry.Has(LogField.CorrelationId)
                ? $"{entry.Text(LogField.CorrelationId)}\n{operation.ToLowerInvariant()}\n{resource}"
                : $"{source}\n{entry.Offset}",
            Touch.ChangeOutcome(entry), shown is null ? null : found,
            rule.Unknown is { } unknown && !allowed ? Alert(unknown, entry, what) : null);
    }

    private LogIdentity? Who(LogEntry entry) =>
        entry[LogField.ObjectId] is { IsEmpty: false } id
            ? lastIdentity.Knows(id, out var identity) ? identity : lastIdentity.Keep(id, policy.Find(entry))
            : policy.Find(entry);

    private bool IsAt(LogIdentity identity, ReadOnlySpan<byte> caller) =>
        lastCaller.Knows(caller, out var last) && last.Who == identity
            ? last.IsAt
            : lastCaller.Keep(caller, (identity, identity.IsAt(caller))).IsAt;

    internal static LogAlert About(Detection detection, string name, string because) =>
        new(detection, "unknown", "", name, null, null, new(because, detection.FirstAction, name, 1, ""));

    private LogAlert Alert(
        Detection detection, LogEntry entry, ReadOnlySpan<byte> what, string? because = null, AuditEntryId? audit = null) => new(
            detection, Touch.Principal(entry), entry.Text(LogField.Operation) ?? "", Encoding.UTF8.GetString(what), entry.Time,
            entry.Text(LogField.CorrelationId),
            new(
                because ?? detection.Rationale, detection.FirstAction, source, entry.Line,
                Convert.ToHexStringLower(SHA256.HashData(entry.Raw)), entry.Status, entry.Text(LogField.IdentityType),
                entry.Text(LogField.Upn), entry.Text(LogField.AppId), entry.Text(LogField.TokenHash), entry.Text(LogField.CallerAddress),
                entry.Text(LogField.ClientRequestId), entry.Text(LogField.UserAgent), entry.Text(LogField.ResourceId), audit?.ToString()));

    /// <summary>Azure delivers some lines twice; only the line itself tells, since one request may make several.</summary>
    private bool IsNew(LogEntry entry)
    {
        if (isNew is not { } known)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(entry.Raw, hash);
            isNew = known = seen.Add(BinaryPrimitives.ReadUInt128BigEndian(hash));
        }

        return known;
    }
}
