using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Intake;

/// <summary>What came of filing a quarantined file.</summary>
public abstract record FilingAnswer
{
    private FilingAnswer()
    {
    }

    public sealed record Filed(RecordId Record) : FilingAnswer;

    public sealed record NoSuchFile : FilingAnswer;

    public sealed record NoSuchClient : FilingAnswer;

    /// <summary>Nothing is added to this client any more.</summary>
    public sealed record Closing : FilingAnswer;

    /// <summary>It was filed to another client or class, or that has begun.</summary>
    public sealed record FiledElsewhere : FilingAnswer;
}

/// <summary>
/// Makes a quarantined file the record it should have been, through the same intake as any upload: where it goes is
/// written down first → record → the slip goes from the quarantine row → the blob. A crash anywhere is finished by
/// filing it again to the same client and class; it becomes one record. Nobody sees the content.
/// </summary>
public sealed class QuarantineFiling(
    IRecordStore store, IBlobStore blobs, IKeyVault vault, IndexKeys indexKeys, RecordIntake intake, AuditLog audit)
{
    /// <exception cref="EnvelopeException">What lies in quarantine is not what was sealed.</exception>
    public async Task<FilingAnswer> FileAsync(
        AuditSubject who, PracticeId practice, QuarantineId id, ClientId client, RecordClass recordClass, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await ReadAsync(practice, id, cancel) is not { } row)
        {
            return new FilingAnswer.NoSuchFile();
        }

        if (await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is not { } clientRow)
        {
            return new FilingAnswer.NoSuchClient();
        }

        if (clientRow.As<ClientFacts>().ClosingSince is not null)
        {
            return new FilingAnswer.Closing();
        }

        var facts = row.As<QuarantineFacts>();
        if (facts.FiledTo is null)
        {
            facts = await ChangeAsync(who, row, f => f.FiledTo is null ? f with { FiledTo = client.ToString() } : f, cancel);
        }

        if (facts.FiledTo != client.ToString())
        {
            return new FilingAnswer.FiledElsewhere();
        }

        if (facts.Record is null)
        {
            var received = await ReceiveAsync(who, practice, id, client, recordClass, facts, cancel);
            if (received is not IntakeAnswer.Received { Id: var record })
            {
                return received switch
                {
                    IntakeAnswer.NoSuchClient => new FilingAnswer.NoSuchClient(),
                    IntakeAnswer.Closing => new FilingAnswer.Closing(),
                    _ => new FilingAnswer.FiledElsewhere(),
                };
            }

            facts = await ChangeAsync(who, row, f => f with { Slip = null, Descriptor = "", Record = record.ToString() }, cancel);
        }

        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("file", id.ToString())));
        await blobs.DeleteAsync(
            Container.Quarantine, ContentStore.NameOf(Quarantine.SealedFor(practice, facts.SealedAs)), Blob(facts), entry.ToString(), cancel);
        return new FilingAnswer.Filed(RecordId.Parse(facts.Record!));
    }

    private async Task<IntakeAnswer> ReceiveAsync(
        AuditSubject who, PracticeId practice, QuarantineId id, ClientId client, RecordClass recordClass, QuarantineFacts facts,
        CancellationToken cancel)
    {
        var entry = await audit.AppendAsync((who with { Record = facts.SealedAs }).Event(
            AuditKind.Read, new KeyValuePair<string, string>("file", id.ToString())));
        var cause = entry.ToString();
        var associated = Quarantine.SealedFor(practice, facts.SealedAs);
        RecordDescriptor file;
        using (var indexKey = await indexKeys.OpenPracticeAsync(practice, cause, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago."))
        {
            file = RecordDescriptor.Open(facts.Descriptor, indexKey, associated);
        }

        using var key = await KeySlip.Parse(facts.Slip ?? "").UnwrapAsync(vault, PublicKeys.ContentKekOf(practice), cause, cancel);
        await using var content = await file.Content.OpenAsync(
            key, associated, facts.BlobLength,
            async (at, count, c) => await blobs.OpenAsync(
                Container.Quarantine, ContentStore.NameOf(associated), Blob(facts), at, count, cause, c)
                ?? throw new EnvelopeException(EnvelopeFault.Tampered, "The blob is not the version that the quarantine row names."),
            cancel);
        return await intake.ReceiveAsync(
            who, practice, client,
            new(recordClass, InboxName.Plain(file.FileName), file.ContentType, content, $"quarantine {id}", Guid.Empty), cancel);
    }

    /// <summary>
    /// Changes the row, whatever a rotation or the same filing, twice at once, does to it meanwhile. The facts as they are
    /// from now on.
    /// </summary>
    private async Task<QuarantineFacts> ChangeAsync(
        AuditSubject who, Row row, Func<QuarantineFacts, QuarantineFacts> change, CancellationToken cancel)
    {
        while (true)
        {
            var current = await store.ReadAsync(Table.Quarantine, row.Partition, row.Key, cancel)
                ?? throw new StoreUnavailableException("The file's row was there a moment ago.");
            var facts = current.As<QuarantineFacts>();
            if (change(facts) is var next && next == facts)
            {
                return facts;
            }

            RowChange[] changes = [new RowChange.Replace(current.Next(RowBody.Write(next)))];
            if (await audit.ChangeAsync(
                who, changes.Describe(Table.Quarantine),
                async _ => await store.CommitAsync(Table.Quarantine, row.Partition, changes, cancel) == Commit.Done))
            {
                return next;
            }
        }
    }

    private Task<Row?> ReadAsync(PracticeId practice, QuarantineId id, CancellationToken cancel) =>
        store.ReadAsync(Table.Quarantine, practice.ToString(), id.ToString(), cancel);

    private static BlobVersion Blob(QuarantineFacts facts) => new(facts.BlobETag, facts.BlobVersionId, facts.BlobLength);
}
