using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>What becomes of one row.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The log knows nothing newer: it comes back as it was, at the version that it had.</summary>
    public sealed record Whole(Row Row) : Verdict;

    /// <summary>It comes back as a version that the log has not seen yet, and is announced first.</summary>
    /// <param name="Report">Null: nobody has to see to it.</param>
    public sealed record Next(Row Row, ReportLine? Report) : Verdict;

    /// <summary>It does not come back.</summary>
    /// <param name="Lost">What the log has last: told as removed, so that the log and the rows agree. Null: the log has nothing, or said so.</param>
    public sealed record Gone(ReportLine? Report, LoggedChange? Lost) : Verdict;

    /// <summary>The log has another row at this version.</summary>
    public sealed record Refused(ReportLine Report) : Verdict;
}

/// <summary>
/// What the log makes of a backup: what grants comes back only if it is the log's last word; what protects always comes
/// back; what the log says was destroyed never does. Pure.
/// </summary>
/// <param name="log">The practice's changes since before the backup began, up to the beginning of the restore.</param>
/// <param name="asOf">The restore's own time: the same rows each time it is begun again.</param>
internal sealed class RestoreRules(LoggedChanges log, DateTimeOffset asOf)
{
    /// <summary>They bump the client row and leave its facts as they were.</summary>
    private static readonly string[] Bumps =
        ["place-hold", "release-hold", "approve-disposition", "automatic-disposition", "settle", "purge", "unlink-client"];

    /// <param name="backed">Null: no backup has it, only the log.</param>
    /// <param name="beside">The backed rows of the same partition, by their keys.</param>
    public Verdict Of(Table table, string partition, string key, Row? backed, IReadOnlyDictionary<string, Row> beside)
    {
        var name = BackedRow.NameOf(table, partition, key);
        var changes = log.Of(name).Where(c => log.Outcome(c) != false && !(backed is not null && IsNew(c))).ToList();
        var same = changes.Where(c => !c.Removes && c.Version == backed?.Version).ToList();
        if (backed is not null && same.Count > 0 && same.TrueForAll(c => c.Hash != Convert.ToHexStringLower(backed.Hash())))
        {
            return new Verdict.Refused(Line(name, ReportWords.Refused, same[^1]));
        }

        var last = changes.LastOrDefault(c => c.Removes || c.Version > (backed?.Version ?? 0));
        var kind = backed?.Kind ?? KindOf(table, partition, key);
        if (last is { Removes: true } || (backed is null && last is null))
        {
            return new Verdict.Gone(null, null); // it was removed, or never came to be
        }

        if (backed is not null && last is null)
        {
            return kind switch
            {
                RowKinds.Approval => Withdrawn(name, backed, null, beside),
                RowKinds.Restore when !backed.As<RestoreFacts>().IsDone => new Verdict.Gone(null, null),
                _ => new Verdict.Whole(backed),
            };
        }

        var next = new Row(partition, key, kind, Math.Max(changes.Max(c => c.Version), backed?.Version ?? 0) + 1, "", "");
        return backed is null ? OfLog(name, next, last!) : OfBoth(name, next, backed, last!, beside);
    }

    /// <summary>Whether the log says that this row became a version with this hash.</summary>
    public bool Announced(BackedRow row) => log.Of(row.Name)
        .Any(c => !c.Removes && c.Version == row.Row.Version && log.Outcome(c) != false && c.Hash == Convert.ToHexStringLower(row.Row.Hash()));

    /// <summary>Whether the log ever had a row like this one, at any version, but for what the app makes where there is none.</summary>
    public bool Knows(string name, Row row) => log.Of(name).Any(c => c.Hash == Convert.ToHexStringLower(row.Hash()) && !IsNew(c));

    /// <summary>A person came who had no row, or had lost it: that says nothing of the one that was backed up.</summary>
    private static bool IsNew(LoggedChange change) => change.Operation == LoggedChange.FirstSight;

    private Verdict OfBoth(string name, Row next, Row backed, LoggedChange last, IReadOnlyDictionary<string, Row> beside)
    {
        switch (backed.Kind)
        {
            case RowKinds.Record:
                return Purged(name, next) is { } purge
                    ? new Verdict.Next(next with { Kind = RowKinds.Tombstone, Body = Tombstone(backed, purge, beside) }, null)
                    : new Verdict.Next(next with { Body = backed.Body }, null);
            case RowKinds.Client when IsErased(next.Partition):
                var facts = backed.As<ClientFacts>();
                return new Verdict.Next(
                    next with { Body = RowBody.Write(new ClientFacts("", facts.Jurisdiction, facts.Profession, null, null, ClosingSince: last.At, UnlinkedAt: last.At)) },
                    null);
            case RowKinds.Directory when IsErased($"{next.Partition}|{next.Key}"):
                return new Verdict.Next(next with { Kind = RowKinds.Unlinked, Body = "{}" }, null);
            case RowKinds.Client when log.Of(name).Where(c => c.Version > backed.Version).All(c => Bumps.Contains(c.Operation)):
                return new Verdict.Next(next with { Body = backed.Body }, null);
            case RowKinds.Approval:
                return Withdrawn(name, backed with { Version = next.Version - 1 }, last, beside);
            case RowKinds.Relationship or RowKinds.Grant or RowKinds.Consent:
                return new Verdict.Gone(Line(name, ReportWords.NotRestored, last), last);
            case RowKinds.Never:
                return Changed(next, ReportWords.StandIn, RowBody.Write(backed.As<RelationshipFacts>() with { Until = null }));
            case RowKinds.Disclosure:
                var disclosure = backed.As<DisclosureFacts>();
                return Changed(next, ReportWords.Older, RowBody.Write(disclosure with { Until = disclosure.Until < asOf ? disclosure.Until : asOf }));
            case RowKinds.Person:
                return Changed(next, ReportWords.Suspended, RowBody.Write(Suspended(backed.As<PersonFacts>(), last)));
            case RowKinds.Keks:
                return new Verdict.Next(next with { Body = Keks(name, backed) }, null);
            case RowKinds.Quarantined when log.Of(name).Any(c => c.Version > backed.Version && c.Operation != "rotate-keys" && log.Outcome(c) != false):
                return new Verdict.Gone(Line(name, ReportWords.NotRestored, last), null); // filed, or about to be: its slip was destroyed then
            case RowKinds.Practice or RowKinds.Quarantined or RowKinds.Tombstone:
                return new Verdict.Next(next with { Body = backed.Body }, null); // re-wrapped, or certified
            default:
                return Changed(next, ReportWords.Older, backed.Body);
        }

        Verdict Changed(Row row, string what, string body) => new Verdict.Next(row with { Body = body }, Line(name, what, last));
    }

    /// <summary>What protects is put there without its words; whatever else it was is lost.</summary>
    private Verdict OfLog(string name, Row next, LoggedChange last)
    {
        switch (next.Kind)
        {
            case RowKinds.Hold:
                return Made(ReportWords.StandIn, RowBody.Write(new HoldFacts("", "", null, last.Person, last.At, null, null)));
            case RowKinds.Never:
                return Made(ReportWords.StandIn, RowBody.Write(new RelationshipFacts(RowKinds.Never, last.At, null)));
            case RowKinds.Person when IsNew(last):
                return new Verdict.Gone(null, last); // made anew when they come again
            case RowKinds.Person:
                var person = new PersonFacts(next.Key[Keys.Persons.Length..], Pseudonym(name), Suspended: true);
                return Made(ReportWords.Suspended, RowBody.Write(Suspended(person, last)));
            case RowKinds.Approval:
                return Made(ReportWords.Withdrawn, RowBody.Write(new ApprovalFacts(
                    last.Person, last.At, DateOnly.MaxValue, "", DateOnly.MaxValue, WithdrawnBy: "", WithdrawnAt: asOf)));
            case RowKinds.Keks when log.Of(name).Any(c => c.Keys.Count == 2):
                return new Verdict.Next(next with { Body = Keks(name, null) }, null);
            case RowKinds.Record when log.Outcome(last) is null:
                return new Verdict.Gone(null, null); // an upload that never was
            case RowKinds.Deadline or RowKinds.Idempotency:
                return new Verdict.Gone(null, last); // hints
            default:
                return new Verdict.Gone(Line(name, ReportWords.NotRestored, last), last);
        }

        Verdict.Next Made(string what, string body) => new(next with { Body = body }, Line(name, what, last));
    }

    /// <summary>
    /// The purge that happened, or null. An intent without an outcome counts, unless the log shows somebody else who made the
    /// same version of the client row: then the purge may have lost its commit.
    /// </summary>
    private LoggedChange? Purged(string name, Row record) => log.Of(name).FirstOrDefault(c => c.Operation == "purge" && Happened(c, record.Partition));

    private bool IsErased(string partition) =>
        log.Of(ClientRow(partition)).Any(c => c.Erases && Happened(c, partition));

    private bool Happened(LoggedChange change, string partition)
    {
        if (log.Outcome(change) is { } known)
        {
            return known;
        }

        var client = log.Of(ClientRow(partition));
        var mine = client.FirstOrDefault(c => c.Intent == change.Intent);
        return mine is null || !client.Any(c => c.Version == mine.Version && c.Intent != mine.Intent && c.Operation != mine.Operation && log.Outcome(c) != false);
    }

    private static string ClientRow(string partition) => BackedRow.NameOf(Table.Clients, partition, Keys.Client);

    private static string Tombstone(Row record, LoggedChange purge, IReadOnlyDictionary<string, Row> beside)
    {
        const string Unknown = "not restored: see the audit entry of the purge";
        var facts = record.As<RecordFacts>();
        var approval = beside.GetValueOrDefault(Keys.Approvals + record.Key[Keys.Records.Length..])?.As<ApprovalFacts>();
        return RowBody.Write(new TombstoneFacts(
            facts.Class, facts.Created, approval?.Rule ?? Unknown, "", approval?.MayDestroyFrom ?? DateOnly.FromDateTime(purge.At.UtcDateTime),
            approval?.ApprovedBy ?? Unknown, purge.At, purge.Intent.ToString(), facts.BlobETag, facts.BlobVersionId, facts.BlobLength, Certificate: null));
    }

    /// <summary>Somebody approved once, so it never goes by itself; and nobody's approval outlives the loss of what it was given on.</summary>
    private Verdict Withdrawn(string name, Row approval, LoggedChange? last, IReadOnlyDictionary<string, Row> beside)
    {
        var facts = approval.As<ApprovalFacts>();
        var record = beside.GetValueOrDefault(Keys.Records + approval.Key[Keys.Approvals.Length..]);
        if (last is null && (facts.WithdrawnAt is not null || record?.Kind == RowKinds.Tombstone))
        {
            return new Verdict.Whole(approval); // it counts no more already
        }

        var purged = record is null || Purged(BackedRow.NameOf(Table.Clients, record.Partition, record.Key), record) is not null;
        return new Verdict.Next(
            approval.Next(RowBody.Write(facts with { WithdrawnBy = facts.WithdrawnBy ?? "", WithdrawnAt = facts.WithdrawnAt ?? asOf })),
            purged ? null : new(name, ReportWords.Withdrawn, last?.At ?? facts.ApprovedAt, last?.Person ?? facts.ApprovedBy, last?.Operation ?? ""));
    }

    private static PersonFacts Suspended(PersonFacts person, LoggedChange last) =>
        person with { Suspended = true, SuspendedBy = last.Person, SuspendedAt = last.At };

    /// <summary>The log names the versions that came into use last: under older ones nothing new may be wrapped.</summary>
    private string Keks(string name, Row? backed)
    {
        var rotated = log.Of(name).LastOrDefault(c => c.Keys.Count == 2 && c.Operation == "key-rotated" && log.Outcome(c) != false);
        return rotated is null
            ? backed!.Body
            : RowBody.Write(new KekFacts(Version(rotated.Keys[0]), Version(rotated.Keys[1]), rotated.At, RotationStep.Retiring));

        static string Version(string key) => key[(key.LastIndexOf('/') + 1)..];
    }

    /// <summary>Of somebody whose own is lost with their row; the same each time this restore is begun again.</summary>
    private string Pseudonym(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{asOf:O}\n{name}")).AsSpan(0, 16));

    private static ReportLine Line(string row, string what, LoggedChange last) => new(row, what, last.At, last.Person, last.Operation);

    private static string KindOf(Table table, string partition, string key) => table switch
    {
        Table.Clients => key.Split('|')[0] switch
        {
            Keys.Client => RowKinds.Client,
            "record" => RowKinds.Record,
            "hold" => RowKinds.Hold,
            "approval" => RowKinds.Approval,
            "extension" => RowKinds.Extension,
            _ => RowKinds.Idempotency,
        },
        Table.Directory => RowKinds.Directory,
        Table.Practices when key.StartsWith(Keys.Restores, StringComparison.Ordinal) => RowKinds.Restore,
        Table.Practices => key.Split('|')[0], // practice, keks, retention-rules, hold, person, relatives: kinds are keys there
        Table.Access when partition.Contains("|due|", StringComparison.Ordinal) => RowKinds.Deadline,
        Table.Access when ClientId.TryParse(partition.Split('|')[^1], out _) => key.Split('|')[0],
        Table.Access => key.EndsWith("|never", StringComparison.Ordinal) ? RowKinds.Never
            : key.Contains("|grant|", StringComparison.Ordinal) ? RowKinds.Grant : RowKinds.Relationship,
        Table.Quarantine => RowKinds.Quarantined,
        _ => RowKinds.Alert,
    };
}
