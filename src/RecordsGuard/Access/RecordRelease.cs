using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>A record as its readers see it, without its content.</summary>
public sealed record DescribedRecord(RecordId Id, RecordFacts Facts, RecordDescriptor Descriptor);

/// <summary>Content on its way out: verified segment by segment as it is read.</summary>
/// <param name="Plaintext">Throws <see cref="EnvelopeException"/> instead of giving a byte that is not authentic.</param>
public sealed record ReleasedContent(DescribedRecord Record, long Offset, long Length, Stream Plaintext) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Plaintext.DisposeAsync();
}

/// <summary>Which part of a record is asked for; nulls as in a Range header (<c>from-</c>, <c>-suffix</c>).</summary>
public sealed record ContentRange(long? From, long? To)
{
    public static ContentRange Whole { get; } = new(0, null);

    /// <summary>Offset and length within a content of this length, or null: not satisfiable (RFC 9110 §14.1.2).</summary>
    public (long Offset, long Length)? Within(long total) => (From, To) switch
    {
        ({ } from, { } to) when from <= to && from < total => (from, Math.Min(to, total - 1) - from + 1),
        ({ } from, null) when from < total || from == 0 => (from, total - from),
        (null, { } suffix) when suffix > 0 && total > 0 => (Math.Max(0, total - suffix), Math.Min(suffix, total)),
        _ => null,
    };

    public override string ToString() => $"{From}-{To}";
}

/// <summary>
/// Lets records out: the audit entry is durable first, then the vault unwraps under that entry's id, then bytes are
/// read under that id. Only for somebody whom the gate has admitted.
/// </summary>
public sealed class RecordRelease(IRecordStore store, IBlobStore blobs, IKeyVault vault, IndexKeys keys, AuditLog audit)
{
    /// <summary>The client's records, for one unwrap and one <c>listed</c> entry; null if there is no such client.</summary>
    /// <param name="sees">Whether the caller may see records of a class.</param>
    public async Task<IReadOnlyList<DescribedRecord>?> ListAsync(
        AuditSubject who, PracticeId practice, ClientId client, Func<string, bool> sees, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(sees);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var records = new List<DescribedRecord>();
        await foreach (var row in store.ListAsync(Table.Clients, Keys.Partition(practice, client), Keys.Records, cancel))
        {
            if (row.Kind == RowKinds.Record && sees(row.As<RecordFacts>().Class))
            {
                records.Add(Describe(practice, client, row, key));
            }
        }

        return records;
    }

    /// <param name="row">The record's row, as the gate read it.</param>
    public async Task<DescribedRecord> DescribeAsync(
        AuditSubject who, PracticeId practice, ClientId client, Row row, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(row);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await OpenClientKeyAsync(practice, client, entry, cancel);
        return Describe(practice, client, row, key);
    }

    /// <summary>Null if the range lies outside the content.</summary>
    /// <param name="disclosure">Under which disclosure it leaves the practice; null: somebody of the practice reads it.</param>
    /// <exception cref="EnvelopeException">What is stored is not what was sealed; no byte has been released.</exception>
    public async Task<ReleasedContent?> OpenAsync(
        AuditSubject who, PracticeId practice, ClientId client, Row row, string purpose, ContentRange range, CancellationToken cancel,
        string? disclosure = null)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(range);
        var entry = await audit.AppendAsync(who.Event(
            AuditKind.Read,
            [
                new KeyValuePair<string, string>("purpose", purpose), new("range", range.ToString()),
                .. disclosure is null ? [] : new KeyValuePair<string, string>[] { new("disclosure", disclosure) },
            ]));
        DescribedRecord record;
        using (var indexKey = await OpenClientKeyAsync(practice, client, entry, cancel))
        {
            record = Describe(practice, client, row, indexKey);
        }

        var content = record.Descriptor.Content;
        if (range.Within(content.PlaintextLength) is not var (offset, length))
        {
            return null;
        }

        var facts = record.Facts;
        using var key = await KeySlip.Parse(facts.Slip).UnwrapAsync(
            vault, PublicKeys.ContentKekOf(practice), entry.ToString(), cancel);
        var version = new BlobVersion(facts.BlobETag, facts.BlobVersionId, facts.BlobLength);
        var plaintext = await content.OpenAsync(
            key, new(practice, client, record.Id, 1), facts.BlobLength, offset, length,
            async (at, count, c) => await blobs.OpenAsync(
                Container.Records, $"{practice}/{client}/{record.Id}", version, at, count, entry.ToString(), c)
                ?? throw new EnvelopeException(EnvelopeFault.Tampered, "The blob is not the version that the record's row names."),
            cancel);
        return new(record, offset, length, plaintext);
    }

    private async Task<IndexKey> OpenClientKeyAsync(
        PracticeId practice, ClientId client, AuditEntryId entry, CancellationToken cancel) =>
        await keys.OpenClientAsync(practice, client, entry.ToString(), cancel)
        ?? throw new EnvelopeException(EnvelopeFault.BadSlip, "A client without a directory row has a record.");

    private static DescribedRecord Describe(PracticeId practice, ClientId client, Row row, IndexKey key)
    {
        if (!RecordId.TryParse(row.Key[Keys.Records.Length..], out var id))
        {
            throw new InvalidDataException("A record's row without a record's id.");
        }

        var facts = row.As<RecordFacts>();
        return new(id, facts, RecordDescriptor.Open(facts.Descriptor, key, new(practice, client, id, 1)));
    }
}
