using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Purging;

/// <summary>A record that was destroyed.</summary>
/// <param name="Certificate">Null while the purge is not through.</param>
public sealed record DestroyedRecord(RecordId Record, TombstoneFacts Facts, CertificateReading? Certificate);

/// <summary>
/// "Did you ever hold a record of this client?" What was destroyed of a chart, with its certificates, for as long as the
/// client's row stands. It takes no key and shows no name.
/// </summary>
public sealed class DestroyedRecords(IRecordStore store, AuditLog audit)
{
    /// <summary>In the order in which they were destroyed; null if there is no such client.</summary>
    /// <exception cref="InvalidDataException">A certificate is none: nobody of ours wrote it.</exception>
    public async Task<IReadOnlyList<DestroyedRecord>?> ListAsync(
        AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        await audit.AppendAsync(who.Event(AuditKind.Listed));
        var partition = Keys.Partition(practice, client);
        if (await store.ReadAsync(Table.Clients, partition, Keys.Client, cancel) is null)
        {
            return null;
        }

        var found = new List<DestroyedRecord>();
        await foreach (var row in store.ListAsync(Table.Clients, partition, Keys.Records, cancel))
        {
            if (row.Kind == RowKinds.Tombstone)
            {
                var facts = row.As<TombstoneFacts>();
                found.Add(new(RecordId.Parse(row.Key[Keys.Records.Length..]), facts, Read(facts.Certificate)));
            }
        }

        return [.. found.OrderBy(d => d.Facts.PurgedAt)];
    }

    private static CertificateReading? Read(string? certificate)
    {
        try
        {
            return certificate is null ? null : CertificateReading.Parse(certificate);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException("A tombstone with a certificate that is none.", e);
        }
    }
}
