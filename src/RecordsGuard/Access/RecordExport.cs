using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>What opens one sealed record without us, beside its sealed bytes (docs/formats/sealed-record.md §8).</summary>
/// <param name="Entry">The audit entry that says it was given out.</param>
/// <param name="ClientIndexKey">Wrapped by the practice's index key; opens <see cref="RecordFacts.Descriptor"/>.</param>
/// <param name="PracticeIndexKey">A key slip of the index KEK.</param>
public sealed record ExportedSlip(
    AuditEntryId Entry, AssociatedData AssociatedData, RecordFacts Facts, string ClientIndexKey, string PracticeIndexKey);

/// <summary>Sealed bytes on their way out.</summary>
public sealed record ExportedContent(AuditEntryId Entry, long Length, Stream Sealed) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Sealed.DisposeAsync();
}

/// <summary>
/// Gives a record out as it is stored: sealed content, key slip, sealed descriptor. No key is used and nothing is
/// opened; who takes it away can open it only with the practice's keys in the vault, whose log tells. An entry says so
/// first, as for a reading, since what leaves here is read where this log does not see it.
/// </summary>
public sealed class RecordExport(IRecordStore store, IBlobStore blobs, AuditLog audit)
{
    /// <param name="row">The record's row, as the gate read it.</param>
    public async Task<ExportedSlip> SlipAsync(
        AuditSubject who, PracticeId practice, ClientId client, Row row, CancellationToken cancel)
    {
        var (entry, record, facts) = await AnnounceAsync(who, row, "slip");
        var directory = await store.ReadDirectoryAsync(practice, client, cancel);
        return directory is not null && await store.ReadPracticeAsync(practice, cancel) is { } own
            ? new(entry, new(practice, client, record, 1), facts, directory.IndexKey, own.IndexKey)
            : throw new EnvelopeException(EnvelopeFault.BadSlip, "A client without a directory row has a record.");
    }

    /// <exception cref="EnvelopeException"><c>Tampered</c>: the blob is not the one that the row names.</exception>
    public async Task<ExportedContent> ContentAsync(
        AuditSubject who, PracticeId practice, ClientId client, Row row, CancellationToken cancel)
    {
        var (entry, record, facts) = await AnnounceAsync(who, row, "content");
        var version = new BlobVersion(facts.BlobETag, facts.BlobVersionId, facts.BlobLength);
        var content = await blobs.OpenAsync(
            Container.Records, $"{practice}/{client}/{record}", version, 0, facts.BlobLength, entry.ToString(), cancel)
            ?? throw new EnvelopeException(EnvelopeFault.Tampered, "The blob is not the version that the record's row names.");
        return new(entry, facts.BlobLength, content);
    }

    private async Task<(AuditEntryId Entry, RecordId Record, RecordFacts Facts)> AnnounceAsync(AuditSubject who, Row row, string what)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(row);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Read, new KeyValuePair<string, string>("sealed", what)));
        return (entry, RecordId.Parse(row.Key[Keys.Records.Length..]), row.As<RecordFacts>());
    }
}
