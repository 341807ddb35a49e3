using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Backup;

namespace RecordsGuard.Retention.Intake;

/// <summary>Why a file from the inbox could not become a record.</summary>
public static class QuarantineReasons
{
    public const string UnknownPractice = "unknown-practice";
    public const string UnknownClient = "unknown-client";

    /// <summary>Nothing is added to this client any more.</summary>
    public const string ClosingClient = "closing-client";

    /// <summary>It names no class, one that there is not, or two; and the practice has no usual one.</summary>
    public const string UnknownClass = "unknown-class";
    public const string TooLarge = "too-large";
    public const string Empty = "empty";

    /// <summary>It became another while it was being sealed; this is what it became.</summary>
    public const string Changed = "changed";
}

/// <summary>A file in quarantine as a custodian sees it.</summary>
/// <param name="Name">Its whole name in the inbox. Empty, as what follows it, once it was filed: the record says it.</param>
/// <param name="Record">What it was filed as (<c>client/record</c>), or null.</param>
public sealed record QuarantinedFile(
    QuarantineId Id, string Reason, DateTimeOffset Created, string Name, string ContentType, long Length, string? Record);

/// <summary>
/// Files from the inbox that belong nowhere yet. Sealed like records, but for <see cref="ClientId.None"/>, under the
/// practice's content KEK; what they are called is sealed under the practice's index key. A file of no practice is sealed
/// under the deployment's backup KEK, which only a restore opens.
/// </summary>
public sealed class Quarantine(
    IRecordStore store, ContentStore contents, BackupStore backup, IndexKeys indexKeys, PublicKeys publicKeys, AuditLog audit, TimeProvider time)
{
    /// <summary>
    /// Audit intent → seal → backup of the row → row, insert-only (the commit) → audit outcome. May be called twice: one state
    /// of one file is quarantined once.
    /// </summary>
    public async Task<QuarantineId> TakeAsync(
        PracticeId practice, string name, BlobLook file, string reason, string contentType, Func<Task<Stream>> open,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(open);
        var id = QuarantineId.Of(name, file.Version.ETag);
        if (await store.ReadAsync(Table.Quarantine, practice.ToString(), id.ToString(), cancel) is not null)
        {
            return id;
        }

        var who = new AuditSubject("quarantine-file", practice.ToString());
        var intent = await audit.AppendAsync(who.Event(
            AuditKind.ChangeIntended, new KeyValuePair<string, string>("file", id.ToString()), new("because", reason)));
        RowChange[] changes;
        try
        {
            await using var content = await open();
            var (stored, facts) = await SealAsync(practice, name, contentType, reason, content, intent.ToString(), cancel);
            var row = Row.New(practice.ToString(), id.ToString(), RowKinds.Quarantined, RowBody.Write(facts));
            await backup.WriteAsync(stored.Name, [new(Table.Quarantine, row)], intent.ToString(), cancel);
            stored.RequireCurrent(time);
            changes = [new RowChange.Insert(row)];
        }
        catch
        {
            await audit.AppendAsync(who.Event(
                AuditKind.ChangeNotDone, new KeyValuePair<string, string>("intent", intent.ToString())));
            throw;
        }

        // A conflict is somebody else's row of the same state of the same file: it is quarantined either way.
        await audit.ChangeAsync(
            who, changes.Describe(Table.Quarantine),
            async _ => await store.CommitAsync(Table.Quarantine, practice.ToString(), changes, cancel) == Commit.Done);
        return id;
    }

    /// <summary>Why this state of this file is quarantined; null: it is not.</summary>
    public async Task<string?> FindAsync(PracticeId practice, string name, BlobLook file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var id = QuarantineId.Of(name, file.Version.ETag).ToString();
        return (await store.ReadAsync(Table.Quarantine, practice.ToString(), id, cancel))?.As<QuarantineFacts>().Reason;
    }

    /// <summary>The practice's quarantined files, for one unwrap and one <c>listed</c> entry.</summary>
    public async Task<IReadOnlyList<QuarantinedFile>> ListAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await indexKeys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        var files = new List<QuarantinedFile>();
        await foreach (var row in store.ListAsync(Table.Quarantine, practice.ToString(), "", cancel))
        {
            if (key is not null && QuarantineId.TryParse(row.Key, out var id))
            {
                var facts = row.As<QuarantineFacts>();
                if (facts.Record is not null)
                {
                    files.Add(new(id, facts.Reason, facts.Created, "", "", 0, $"{facts.FiledTo}/{facts.Record}"));
                    continue;
                }

                var file = RecordDescriptor.Open(facts.Descriptor, key, SealedFor(practice, facts.SealedAs));
                files.Add(new(id, facts.Reason, facts.Created, file.FileName, file.ContentType, file.Content.PlaintextLength, null));
            }
        }

        return files;
    }

    internal static AssociatedData SealedFor(PracticeId practice, string sealedAs) =>
        new(practice, ClientId.None, RecordId.Parse(sealedAs), 1);

    private async Task<(StoredContent Stored, QuarantineFacts Facts)> SealAsync(
        PracticeId practice, string name, string contentType, string reason, Stream content, string cause, CancellationToken cancel)
    {
        var ofNobody = practice == PracticeId.None;
        var sealedAs = RecordId.New().ToString();
        var associated = SealedFor(practice, sealedAs);
        var stored = await contents.SealAsync(
            Container.Quarantine, associated, content, cause, cancel);
        using var key = ofNobody ? IndexKey.New() : await indexKeys.OpenPracticeAsync(practice, cause, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        var wrapped = ofNobody ? KeySlip.Wrap(key, (await publicKeys.OfSlipBackupAsync(cancel)).Key).ToString() : null;
        var descriptor = new RecordDescriptor(stored.Content, name, contentType).Seal(key, associated);
        return (stored, new(
            reason, time.GetUtcNow(), stored.Slip.ToString(), wrapped, descriptor, sealedAs,
            stored.Blob.ETag, stored.Blob.VersionId, stored.Blob.Length, FiledTo: null, Record: null));
    }
}
