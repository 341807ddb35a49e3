using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention.Intake;

/// <summary>A record on its way in. Nobody has read the content yet; it is read once.</summary>
/// <param name="IdempotencyKey">The caller's own name for this upload, or null.</param>
/// <param name="UploadedBy">The caller's object id.</param>
public sealed record IncomingRecord(
    RecordClass Class, string FileName, string ContentType, Stream Content, string? IdempotencyKey, Guid UploadedBy);

/// <summary>What came of an upload.</summary>
public abstract record IntakeAnswer
{
    private IntakeAnswer()
    {
    }

    /// <param name="Repeated">The same upload had been received before, and this is that record.</param>
    public sealed record Received(RecordId Id, long Length, RetentionAnswer Retention, bool Repeated) : IntakeAnswer;

    /// <summary>The idempotency key was used for other content; nothing was kept of this one.</summary>
    public sealed record OtherContent : IntakeAnswer;

    public sealed record NoSuchClient : IntakeAnswer;

    /// <summary>Nothing is added to this client any more; nothing was kept.</summary>
    public sealed record Closing : IntakeAnswer;
}

/// <summary>
/// Takes records in: audit intent → seal to a fresh id → due row → backup of the row as it will be → record row (the
/// commit point) → audit outcome. A crash before the commit leaves a blob that the app cannot open, at most a sealed
/// row in the backup, and hints that point nowhere: the sweep drops the hints, and the reconciler the blob once the
/// backup has run out. The client row is not touched: uploads never conflict with each other.
/// </summary>
public sealed class RecordIntake(
    IRecordStore store, ContentStore contents, BackupStore backup, IndexKeys indexKeys, AuditLog audit, DueIndex due, TimeProvider time)
{
    /// <exception cref="AuditUnavailableException">Nothing was kept, or only the outcome is missing.</exception>
    public async Task<IntakeAnswer> ReceiveAsync(
        AuditSubject who, PracticeId practice, ClientId client, IncomingRecord incoming, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(incoming);
        var partition = Keys.Partition(practice, client);
        if (await store.ReadAsync(Table.Clients, partition, Keys.Client, cancel) is not { } clientRow)
        {
            return new IntakeAnswer.NoSuchClient();
        }

        // Whoever read this row before it said so has committed, or was stopped, long before the link is destroyed a day later.
        var taken = clientRow.As<ClientFacts>();
        if (taken.ClosingSince is not null)
        {
            return new IntakeAnswer.Closing();
        }

        var facts = await ChartSchedule.ReadAsync(store, practice, taken, cancel);
        var idempotencyRow = IdempotencyRow(incoming.UploadedBy, incoming.IdempotencyKey);
        if (idempotencyRow is not null && await FindRepeatAsync(partition, idempotencyRow, cancel) is { } earlier)
        {
            return await CompareAsync(who, practice, client, facts, earlier, incoming, null, cancel);
        }

        var record = RecordId.New();
        var subject = who with { Record = record.ToString() };
        var intent = await audit.AppendAsync(subject.Event(AuditKind.ChangeIntended));
        RowChange[] changes;
        StoredContent stored;
        RecordFacts recordFacts;
        try
        {
            (stored, recordFacts) = await SealAsync(practice, client, record, incoming, intent, cancel);
            await ListDueAsync(practice, client, record, facts, recordFacts, cancel);
            changes =
            [
                new RowChange.Insert(Row.New(partition, Keys.Record(record), RowKinds.Record, RowBody.Write(recordFacts))),
                .. idempotencyRow is null ? [] : new[] { new RowChange.Insert(Row.New(
                    partition, idempotencyRow, RowKinds.Idempotency, RowBody.Write(new IdempotencyFacts(record.ToString())))) },
            ];
            await BackUpAsync(practice, client, clientRow, stored.Name, changes, intent, cancel);
            stored.RequireCurrent(time);
        }
        catch
        {
            await audit.AppendAsync(subject.Event(
                AuditKind.ChangeNotDone, new KeyValuePair<string, string>("intent", intent.ToString())));
            throw;
        }

        var done = await audit.ChangeAsync(
            subject, changes.Describe(Table.Clients),
            async _ => await store.CommitAsync(Table.Clients, partition, changes, cancel) == Commit.Done);
        if (done)
        {
            // The facts may have been corrected since they were read, by somebody who could not see this record yet.
            var row = await store.ReadAsync(Table.Clients, partition, Keys.Client, cancel) ?? clientRow;
            var now = await ChartSchedule.ReadAsync(store, practice, row.As<ClientFacts>(), cancel);
            if (now != facts)
            {
                await ListDueAsync(practice, client, record, now, recordFacts, cancel);
            }

            return new IntakeAnswer.Received(
                record, stored.Content.PlaintextLength, now.Evaluate(recordFacts.Class, recordFacts.Created), Repeated: false);
        }

        // Another upload with the same idempotency key was first. No row names our own blob; its slip is only in the
        // sealed backup, and the reconciler removes the blob when that has run out.
        var winner = idempotencyRow is null ? null : await FindRepeatAsync(partition, idempotencyRow, cancel);
        return winner is null
            ? throw new StoreUnavailableException("A fresh record id was taken.")
            : await CompareAsync(who, practice, client, facts, winner, incoming, stored.Content.Digest, cancel);
    }

    /// <summary>The record that an upload under this key made, also if it was purged since; null if there is none.</summary>
    public async Task<RecordId?> FindAsync(
        PracticeId practice, ClientId client, Guid uploadedBy, string idempotencyKey, CancellationToken cancel) =>
        await FindRepeatAsync(Keys.Partition(practice, client), IdempotencyRow(uploadedBy, idempotencyKey)!, cancel) is { } row
            ? RecordId.Parse(row.Key[Keys.Records.Length..])
            : null;

    private async Task<(StoredContent Stored, RecordFacts Facts)> SealAsync(
        PracticeId practice, ClientId client, RecordId record, IncomingRecord incoming, AuditEntryId intent, CancellationToken cancel)
    {
        var cause = intent.ToString();
        var associated = new AssociatedData(practice, client, record, 1);
        var stored = await contents.SealAsync(
            Container.Records, associated, incoming.Content, cause, cancel);
        using var indexKey = await indexKeys.OpenClientAsync(practice, client, cause, cancel)
            ?? throw new EnvelopeException(EnvelopeFault.BadSlip, "A client without a directory row.");
        var descriptor = new RecordDescriptor(stored.Content, incoming.FileName, incoming.ContentType);
        return (stored, new(
            incoming.Class.ToString(), time.GetUtcNow(), incoming.UploadedBy, stored.Slip.ToString(),
            descriptor.Seal(indexKey, associated), stored.Blob.ETag, stored.Blob.VersionId, stored.Blob.Length, stored.Name));
    }

    /// <summary>With the rows whose keys and dates it takes to open and to keep the record: the client may be of today.</summary>
    private async Task BackUpAsync(
        PracticeId practice, ClientId client, Row clientRow, string name, RowChange[] changes, AuditEntryId intent, CancellationToken cancel)
    {
        BackedRow?[] rows =
        [
            await ReadAsync(Table.Practices, practice.ToString(), Keys.Practice, cancel),
            await ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel),
            new(Table.Clients, clientRow),
            .. changes.Select(c => new BackedRow(Table.Clients, c.Row)),
        ];
        await backup.WriteAsync(name, rows.OfType<BackedRow>(), intent.ToString(), cancel);
    }

    private async Task<BackedRow?> ReadAsync(Table table, string partition, string key, CancellationToken cancel) =>
        await store.ReadAsync(table, partition, key, cancel) is { } row ? new(table, row) : null;

    private async Task ListDueAsync(
        PracticeId practice, ClientId client, RecordId record, ChartSchedule facts, RecordFacts stored, CancellationToken cancel)
    {
        if (facts.Evaluate(stored.Class, stored.Created).ReviewFrom is { } review
            && await store.ReadPracticeAsync(practice, cancel) is { } practiceFacts)
        {
            await due.AddAsync(
                new(DueIndex.NotBefore(review, practiceFacts.Today(time)), practice, client, record), cancel);
        }
    }

    /// <summary>Scoped to caller and client: the row lies in the client's partition and its key hashes the caller in.</summary>
    private static string? IdempotencyRow(Guid uploadedBy, string? key) => key is not null
        ? $"idem|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{uploadedBy:D}\n{key}")))}"
        : null;

    private async Task<Row?> FindRepeatAsync(string partition, string idempotencyRow, CancellationToken cancel) =>
        await store.ReadAsync(Table.Clients, partition, idempotencyRow, cancel) is { } row
            ? await store.ReadAsync(
                Table.Clients, partition, Keys.Record(RecordId.Parse(row.As<IdempotencyFacts>().Record)), cancel)
            : null;

    /// <param name="digest">Of this upload's content if it has been read already, else null.</param>
    private async Task<IntakeAnswer> CompareAsync(
        AuditSubject who, PracticeId practice, ClientId client, ChartSchedule facts, Row earlier, IncomingRecord incoming,
        ReadOnlyMemory<byte>? digest, CancellationToken cancel)
    {
        if (earlier.Kind != RowKinds.Record)
        {
            return new IntakeAnswer.OtherContent(); // purged since: there is nothing left to compare with
        }

        var record = RecordId.Parse(earlier.Key[Keys.Records.Length..]);
        var recordFacts = earlier.As<RecordFacts>();
        var entry = await audit.AppendAsync((who with { Record = record.ToString() }).Event(AuditKind.Listed));
        using var indexKey = await indexKeys.OpenClientAsync(practice, client, entry.ToString(), cancel)
            ?? throw new EnvelopeException(EnvelopeFault.BadSlip, "A client without a directory row.");
        var descriptor = RecordDescriptor.Open(recordFacts.Descriptor, indexKey, new(practice, client, record, 1));
        var mine = digest ?? await SHA256.HashDataAsync(incoming.Content, cancel);
        return CryptographicOperations.FixedTimeEquals(mine.Span, descriptor.Content.Digest.Span)
            && recordFacts.Class == incoming.Class.ToString()
            ? new IntakeAnswer.Received(
                record, descriptor.Content.PlaintextLength, facts.Evaluate(recordFacts.Class, recordFacts.Created), Repeated: true)
            : new IntakeAnswer.OtherContent();
    }
}
