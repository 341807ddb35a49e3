using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>How far a restore is, as a custodian sees it.</summary>
/// <param name="State"><c>restoring</c>, <c>to-confirm</c>, <c>settling</c> or <c>done</c>.</param>
/// <param name="Reason">Why it was asked for; <paramref name="ConfirmedFor"/>, why it was confirmed, or null.</param>
/// <param name="Report">What a custodian has to see to; empty while rows are restored.</param>
public sealed record RestoreStatus(
    RestoreFacts Facts, string State, string Reason, string? ConfirmedFor, IReadOnlyList<ReportLine> Report);

/// <summary>What came of asking for a restore.</summary>
public abstract record RestoreAnswer
{
    private RestoreAnswer()
    {
    }

    /// <summary>From now on nothing of the practice is destroyed until it is confirmed. Or one was under way, and goes on.</summary>
    public sealed record Begun(RestoreFacts Facts) : RestoreAnswer;

    /// <summary>There is no backup of that night whose digest the log has.</summary>
    public sealed record NoSuchBackup : RestoreAnswer;
}

/// <summary>What came of confirming one.</summary>
public abstract record ConfirmAnswer
{
    private ConfirmAnswer()
    {
    }

    /// <summary>Every client row is bumped next; then nothing is held by it any more.</summary>
    public sealed record Confirmed(RestoreFacts Facts) : ConfirmAnswer;

    /// <summary>So many lines are in the report; nothing was changed.</summary>
    public sealed record OtherCount(int ToConfirm) : ConfirmAnswer;

    /// <summary>None is under way, or its rows are not all there yet.</summary>
    public sealed record NotYet : ConfirmAnswer;
}

/// <summary>What somebody is to be told of: an object or a row of a backup that is not what the log says.</summary>
public sealed record RestoreNotice(PracticeId Practice, string What, string Fault);

/// <summary>
/// Brings a practice's rows back from one night: asked for (<b>its row stands: the whole practice is held</b>) → the log
/// has reached that → rows, each inserted only where there is none, as <see cref="RestoreRules"/> has it → report →
/// confirmed by a custodian → every client row bumped, its records listed anew → <b>the row says done</b>. All state is in
/// that row: killed anywhere, the next message goes on; two at once do the same twice. docs/decisions/0014.
/// </summary>
public sealed class Restores(
    IRecordStore store, BackupStore backup, PublicKeys publicKeys, IKeyVault vault, LogReader log, ILogStore pending, AuditLog audit,
    Settling settling, IWorkQueue queue, TimeProvider time)
{
    /// <summary>Until the log is asked again whether it has what was said before.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>Longer than anything may take from its intent to its commit: the host ends all within two hours.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromHours(3);

    /// <summary>The nights that objects of a backup are there for, the newest first. Whether the log vouches for them is asked when one is restored.</summary>
    public async Task<IReadOnlyList<DateOnly>> NightsAsync(PracticeId practice, CancellationToken cancel)
    {
        var nights = new HashSet<DateOnly>();
        await foreach (var item in backup.ListAsync(BackupManifest.Prefix(practice), cancel))
        {
            if (BackupManifest.IsManifest(item.Name) && BackupManifest.NightOf(practice, item.Name) is { } night)
            {
                nights.Add(night);
            }
        }

        return [.. nights.OrderDescending()];
    }

    /// <summary>Durable when it returns. One that is under way is only woken, whatever its night.</summary>
    public async Task<RestoreAnswer> RequestAsync(
        AuditSubject who, PracticeId practice, DateOnly night, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await CurrentAsync(practice, cancel) is { } current && current.As<RestoreFacts>() is { IsDone: false } under)
        {
            await queue.SendAsync(WorkQueues.Restore, Message(current), TimeSpan.Zero, cancel);
            return new RestoreAnswer.Begun(under);
        }

        if (await FindAsync(who, practice, night, cancel) is not { } found)
        {
            return new RestoreAnswer.NoSuchBackup();
        }

        var key = Keys.Restores + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var facts = new RestoreFacts(
            "", await SealAsync(reason, practice, key, "reason", cancel), who.Person, time.GetUtcNow(), night, found.Name, found.Digest);
        var row = Row.New(practice.ToString(), key, RowKinds.Restore, RowBody.Write(facts));
        if (!await ChangeAsync(who, new RowChange.Insert(row), cancel))
        {
            throw new StoreUnavailableException("A fresh id was taken.");
        }

        await queue.SendAsync(WorkQueues.Restore, Message(row), TimeSpan.Zero, cancel);
        return new RestoreAnswer.Begun(facts);
    }

    /// <summary>The last one, under way or done, with what it came to; null: there was none.</summary>
    public async Task<RestoreStatus?> StatusAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await CurrentAsync(practice, cancel) is not { } row)
        {
            return null;
        }

        var facts = row.As<RestoreFacts>();
        return new(
            facts,
            facts.IsDone ? "done" : facts.ConfirmedAt is not null ? "settling" : facts.Report is not null ? "to-confirm" : "restoring",
            await OpenAsync(who, facts.Reason, row, "reason", cancel),
            facts.ConfirmedFor is { } why ? await OpenAsync(who, why, row, "confirmed-for", cancel) : null,
            facts.Report is { } digest ? await ReadReportAsync(who, row, digest, cancel) : []);
    }

    /// <summary>A custodian has seen to what the report says. Safe to repeat.</summary>
    /// <param name="count">How many lines the report has.</param>
    public async Task<ConfirmAnswer> ConfirmAsync(
        AuditSubject who, PracticeId practice, int count, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (await CurrentAsync(practice, cancel) is { } row && row.As<RestoreFacts>() is { Report: not null } facts)
        {
            if (facts.ConfirmedAt is not null)
            {
                await settling.WakeAsync(practice, row.Key, cancel);
                return new ConfirmAnswer.Confirmed(facts);
            }

            if (count != facts.ToConfirm)
            {
                return new ConfirmAnswer.OtherCount(facts.ToConfirm ?? 0);
            }

            await settling.AnnounceAsync(practice, row.Key, cancel);
            var confirmed = facts with
            {
                ConfirmedBy = who.Person,
                ConfirmedAt = time.GetUtcNow(),
                BumpedTo = "",
                ConfirmedFor = await SealAsync(reason, practice, row.Key, "confirmed-for", cancel),
            };
            if (await ChangeAsync(who, new RowChange.Replace(row.Next(RowBody.Write(confirmed))), cancel))
            {
                await settling.WakeAsync(practice, row.Key, cancel);
                return new ConfirmAnswer.Confirmed(confirmed);
            }
        }

        return new ConfirmAnswer.NotYet();
    }

    /// <summary>The message of <see cref="RequestAsync"/>. Safe to call any number of times, and at once.</summary>
    /// <param name="tell">Told of what is not what the log says it was; durable when it returns.</param>
    /// <exception cref="FormatException">The message is none.</exception>
    public async Task RunAsync(string message, Func<RestoreNotice, Task> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(tell);
        if (message.Split(' ') is not [var name, var id] || !PracticeId.TryParse(name, out var practice))
        {
            throw new FormatException("Not a message about a restore: it belongs in the poison queue.");
        }

        var who = new AuditSubject(LoggedChange.Restoring, name);
        while (await store.ReadAsync(Table.Practices, name, Keys.Restores + id, cancel) is { } row
            && row.As<RestoreFacts>() is { Report: null } facts)
        {
            var next = facts;
            if (facts.Begun is null)
            {
                // After the row: whatever was announced before this entry came to its commit before the practice was held, or sees that it is.
                next = facts with { Begun = (await audit.AppendAsync(who.Event(AuditKind.HouseKeeping))).ToString() };
            }
            else if (facts.LogSize is null)
            {
                if (await ReachedAsync(facts.Begun, cancel) is not { } size)
                {
                    await queue.SendAsync(WorkQueues.Restore, message, Soon, cancel);
                    return;
                }

                next = facts with { LogSize = size };
            }
            else
            {
                next = await RestoreAsync(practice, row, facts, tell, cancel);
            }

            await ChangeAsync(who, new RowChange.Replace(row.Next(RowBody.Write(next))), cancel); // done, or another was first
        }
    }

    private async Task<RestoreFacts> RestoreAsync(
        PracticeId practice, Row row, RestoreFacts facts, Func<RestoreNotice, Task> tell, CancellationToken cancel)
    {
        var who = new AuditSubject(LoggedChange.Restoring, practice.ToString());
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("manifest", facts.Manifest)));
        if (await backup.ReadAsync(facts.Manifest, entry.ToString(), cancel) is not { } bytes || BackupManifest.Digest(bytes) != facts.Sha256)
        {
            throw new StoreUnavailableException("The manifest is not the one that was asked for.");
        }

        var manifest = BackupManifest.Parse(bytes);
        var changes = await ReadLogAsync(practice, manifest, facts.LogSize!.Value, cancel);
        var run = new RestoreRun(store, backup, audit, practice, changes, facts.PlacedAt, tell);
        await run.RunAsync(manifest, cancel);
        var report = RestoreReport.ToBytes(run.Report);
        var digest = BackupManifest.Digest(report);
        await backup.WritePlainAsync(ReportName(row, digest), report, entry.ToString(), cancel);
        return facts with { Report = digest, Restored = run.Restored, ToConfirm = run.Report.Count };
    }

    /// <summary>What the log says of this practice's rows since the backup began, and of what was under way then.</summary>
    private async Task<LoggedChanges> ReadLogAsync(PracticeId practice, BackupManifest manifest, long size, CancellationToken cancel)
    {
        var began = AuditEntryId.TryParse(manifest.Began, out var id) ? await log.ReceiptAsync(id, cancel) : null;
        var first = began is null
            ? throw new StoreUnavailableException("The log does not have the entry with which the backup began.")
            : AuditEntry.Parse(began.Entry);
        var changes = new LoggedChanges(_ => true);
        await foreach (var entry in log.SinceAsync(size, began.Proof.Index, first.Time - UnderWay, cancel))
        {
            if (entry.Event.Practice == practice.ToString())
            {
                changes.Add(entry);
            }
        }

        return changes;
    }

    /// <summary>The size of a log that has the entry, and before which nothing older waits to be taken in; null: not yet.</summary>
    private async Task<long?> ReachedAsync(string entry, CancellationToken cancel)
    {
        if (!AuditEntryId.TryParse(entry, out var id) || await log.ReceiptAsync(id, cancel) is not { } receipt)
        {
            return null;
        }

        var begun = AuditEntry.Parse(receipt.Entry).Time;
        for (var shard = 0; shard < PendingEntry.Shards; shard++)
        {
            await foreach (var waiting in pending.ReadAsync(shard, cancel))
            {
                if (IsOlder(waiting, begun))
                {
                    return null;
                }
            }
        }

        return Checkpoint.Of(receipt.Checkpoint).Size;
    }

    private static bool IsOlder(PendingEntry waiting, DateTimeOffset than)
    {
        try
        {
            return AuditEntry.Parse(waiting.Bytes).Time <= than;
        }
        catch (FormatException)
        {
            return false; // it never will be taken in, and security staff have heard of it
        }
    }

    /// <summary>The manifest of that night whose digest the log has; of several, which a repeated message leaves, the last.</summary>
    private async Task<(string Name, string Digest)?> FindAsync(AuditSubject who, PracticeId practice, DateOnly night, CancellationToken cancel)
    {
        (string, string)? found = null;
        await foreach (var item in backup.ListAsync(string.Create(CultureInfo.InvariantCulture, $"{BackupManifest.Prefix(practice)}{night:yyyy-MM-dd}/"), cancel))
        {
            if (!BackupManifest.IsManifest(item.Name))
            {
                continue;
            }

            var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("manifest", item.Name)));
            if (await backup.ReadAsync(item.Name, entry.ToString(), cancel) is { } bytes && await IsLoggedAsync(practice, item.Name, bytes, cancel))
            {
                found = (item.Name, BackupManifest.Digest(bytes));
            }
        }

        return found;
    }

    private async Task<bool> IsLoggedAsync(PracticeId practice, string name, byte[] bytes, CancellationToken cancel)
    {
        try
        {
            var manifest = BackupManifest.Parse(bytes);
            if (!AuditEntryId.TryParse(manifest.Entry, out var id) || await log.ReceiptAsync(id, cancel) is not { } receipt)
            {
                return false;
            }

            var said = AuditEntry.Parse(receipt.Entry).Event;
            return said is { Kind: AuditKind.HouseKeeping, Operation: NightlyBackup.Operation } && said.Practice == practice.ToString()
                && said.Details.Contains(new("manifest", name)) && said.Details.Contains(new("sha256", BackupManifest.Digest(bytes)));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private async Task<Row?> CurrentAsync(PracticeId practice, CancellationToken cancel)
    {
        var rows = await store.ListAsync(Table.Practices, practice.ToString(), Keys.Restores, cancel).ToListAsync(cancel);
        return rows.MaxBy(r => (!r.As<RestoreFacts>().IsDone, r.As<RestoreFacts>().PlacedAt));
    }

    private Task<bool> ChangeAsync(AuditSubject who, RowChange change, CancellationToken cancel) => audit.ChangeAsync(
        who, new[] { change }.Describe(Table.Practices),
        async _ => await store.CommitAsync(Table.Practices, change.Row.Partition, [change], cancel) == Commit.Done);

    private async Task<string> SealAsync(string text, PracticeId practice, string key, string field, CancellationToken cancel)
    {
        var kek = await publicKeys.OfSlipBackupAsync(cancel);
        return Base64Url.EncodeToString(SealedBackup.Seal(Encoding.UTF8.GetBytes(text), $"{practice}/{key}/{field}", kek.Key));
    }

    /// <exception cref="EnvelopeException">It is not what this restore reported.</exception>
    private async Task<IReadOnlyList<ReportLine>> ReadReportAsync(AuditSubject who, Row row, string digest, CancellationToken cancel)
    {
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        return await backup.ReadAsync(ReportName(row, digest), entry.ToString(), cancel) is { } bytes
            ? BackupManifest.Digest(bytes) == digest ? RestoreReport.Parse(bytes) : throw new EnvelopeException(EnvelopeFault.Tampered, "Another report than this restore's.")
            : []; // its life is over
    }

    private async Task<string> OpenAsync(AuditSubject who, string text, Row row, string field, CancellationToken cancel)
    {
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        var place = $"{row.Partition}/{row.Key}/{field}";
        var opened = await SealedBackup.OpenAsync(Base64Url.DecodeFromChars(text), place, vault, entry.ToString(), cancel);
        return Encoding.UTF8.GetString(opened);
    }

    private static string Message(Row row) => $"{row.Partition} {row.Key[Keys.Restores.Length..]}";

    private static string ReportName(Row row, string digest) => $"{row.Partition}/restores/{row.Key[Keys.Restores.Length..]}/{digest}";
}
