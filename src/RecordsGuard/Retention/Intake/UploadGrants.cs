using System.Globalization;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Intake;

/// <summary>
/// Gives out leave to put one file into the inbox: for files that do not fit a request, from where there is no account
/// of ours. Client and class are in the blob's name, which the signature covers.
/// </summary>
public sealed class UploadGrants(IRecordStore store, IBlobStore blobs, AuditLog audit)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>What one Put Blob takes; more needs blocks, and those a right that could overwrite.</summary>
    public const long MaxBytes = 5000L << 20;

    /// <summary>
    /// Null if there is no such client. The entry that says which leave was given (blob, times, and the hash by which
    /// Azure's resource logs name the signature) is durable before the address is known to anybody.
    /// </summary>
    public async Task<CreationGrant?> IssueAsync(
        AuditSubject who, PracticeId practice, ClientId client, RecordClass recordClass, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is null)
        {
            return null;
        }

        var name = $"{practice}/{client}/{recordClass}/{OpaqueId.New("u")}";
        var intent = await audit.AppendAsync(who.Event(
            AuditKind.ChangeIntended, new KeyValuePair<string, string>("inbox", name)));
        var grant = await blobs.GrantCreationAsync(Container.Inbox, name, Life, intent.ToString(), cancel);
        await audit.AppendAsync(who.Event(
            AuditKind.ChangeDone,
            new KeyValuePair<string, string>("intent", intent.ToString()),
            new("inbox", name),
            new("may", "create"),
            new("from", Instant(grant.From)),
            new("until", Instant(grant.Until)),
            new("sas", grant.SignatureHash)));
        return grant;
    }

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
