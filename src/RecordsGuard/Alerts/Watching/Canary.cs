using System.Security.Cryptography;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// A read by nobody, now and then, of a record that chance picks: for storage and vault it is a read like any other, so
/// its lines must show up in their logs. Who switches a log off, or filters what comes out of it, loses these too. The
/// bytes are sealed and stay so; the key is zeroed at once.
/// </summary>
public sealed class Canary(IRecordStore store, IBlobStore blobs, IKeyVault vault, IndexKeys keys, AuditLog audit)
{
    /// <summary>What the log calls it.</summary>
    public const string Operation = "canary";

    /// <summary>One call in so many sings, so that nobody knows when.</summary>
    private const int Odds = 2;
    private const int Most = 1 << 20;

    /// <summary>Null if it was silent this time, or there is no record yet.</summary>
    public async Task<AuditEntryId?> MaySingAsync(CancellationToken cancel) =>
        RandomNumberGenerator.GetInt32(Odds) == 0 ? await SingAsync(cancel) : null;

    /// <exception cref="KeyVaultException">The vault did not unwrap; the reads of people fail too.</exception>
    public async Task<AuditEntryId?> SingAsync(CancellationToken cancel)
    {
        if (await OneOfAsync(store.EachPracticeAsync(Keys.Practice, cancel).Select(p => p.Row), _ => true) is not { } practiceRow
            || !PracticeId.TryParse(practiceRow.Partition, out var practice)
            || await OneOfAsync(store.ListAsync(Table.Directory, practice.ToString(), "", cancel), r => r.Kind == RowKinds.Directory) is not { } directory
            || !ClientId.TryParse(directory.Key, out var client)
            || await OneOfAsync(store.ListAsync(Table.Clients, Keys.Partition(practice, client), Keys.Records, cancel), r => r.Kind == RowKinds.Record) is not { } row
            || !RecordId.TryParse(row.Key[Keys.Records.Length..], out var record))
        {
            return null;
        }

        var facts = row.As<RecordFacts>();
        var entry = await audit.AppendAsync(new AuditSubject(Operation, practice.ToString(), Record: record.ToString()).Event(AuditKind.HouseKeeping));
        var cause = entry.ToString();
        using (await keys.OpenClientAsync(practice, client, cause, cancel))
        using (await KeySlip.Parse(facts.Slip).UnwrapAsync(vault, PublicKeys.ContentKekOf(practice), cause, cancel))
        {
            await using var bytes = await blobs.OpenAsync(
                Container.Records, $"{practice}/{client}/{record}", new(facts.BlobETag, facts.BlobVersionId, facts.BlobLength), 0,
                Math.Min(facts.BlobLength, Most), cause, cancel);
            await (bytes ?? Stream.Null).CopyToAsync(Stream.Null, cancel);
        }

        return entry;
    }

    /// <summary>Each as likely as any other, however many there are.</summary>
    private static async Task<Row?> OneOfAsync(IAsyncEnumerable<Row> rows, Func<Row, bool> fits)
    {
        Row? chosen = null;
        var count = 0;
        await foreach (var row in rows)
        {
            if (fits(row) && RandomNumberGenerator.GetInt32(++count) == 0)
            {
                chosen = row;
            }
        }

        return chosen;
    }
}
