using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Intake;

/// <param name="MaxBytes">Of a file that may become a record.</param>
public sealed record InboxLimits(long MaxBytes);

/// <summary>What came of looking at one file.</summary>
public abstract record InboxAnswer
{
    private InboxAnswer()
    {
    }

    /// <summary>It is a record, and the plaintext is gone.</summary>
    public sealed record Received(RecordId Record) : InboxAnswer;

    /// <summary>It lies sealed in quarantine, somebody was told, and the plaintext is gone.</summary>
    public sealed record Quarantined(QuarantineId Id, string Reason) : InboxAnswer;

    /// <summary>Somebody is not done with it, or too much is under way: it is looked at again.</summary>
    public sealed record Waits : InboxAnswer;

    /// <summary>There is no such file (any more).</summary>
    public sealed record Gone : InboxAnswer;

    /// <summary>Nothing can be done with it here; somebody was told.</summary>
    public sealed record OutOfReach : InboxAnswer;
}

/// <summary>
/// Takes files out of the inbox, where plaintext rests: look → seal, as any upload → <b>record row</b> → remove the
/// plaintext under the ETag that was sealed. What cannot be a record goes the same way into quarantine, with a reason.
/// Name and ETag make the idempotency key, so one state of one file becomes one record or one quarantined file, however
/// often and by however many it is looked at. A crash before the commit leaves the file; a crash after it leaves a file
/// whose record is found, and only the removal is done. Sealing begins anew each time (docs/decisions/0008).
/// </summary>
public sealed class Inbox(
    IRecordStore store, IBlobStore blobs, RecordIntake intake, Quarantine quarantine, IWorkQueue queue, AuditLog audit,
    InboxLimits limits, TimeProvider time)
{
    /// <summary>No transfer lasts longer: functionTimeout (two hours) would kill everybody's.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMinutes(100);

    /// <summary>A file that is not announced as complete counts as complete when nobody has touched it for so long.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    /// <summary>A file of no bytes is one that somebody has opened and not filled, until it has lain for so long.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromDays(1);

    /// <summary>No blob of 50,000 blocks of 4 MiB holds more than this, sealed.</summary>
    public const long MostSealable = 190L << 30;

    /// <summary>Files over <see cref="Large"/> are sealed two at a time: more would keep each other from finishing in time.</summary>
    public const int LargeAtOnce = 2;

    public const long Large = 1L << 30;

    private static readonly TimeSpan TurnDelay = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> underWay = new(StringComparer.Ordinal);

    /// <param name="name">The file's whole name in the inbox.</param>
    /// <param name="tell">Durable when it returns; may be called again for the same.</param>
    /// <exception cref="IOException">Storage stopped answering: look again.</exception>
    public async Task<InboxAnswer> ReceiveAsync(string name, Func<InboxNotice, Task> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(tell);
        if (!InboxName.IsReachable(name))
        {
            await tell(Stuck("A file in the inbox has a name that no address reaches (a part of it is . or ..)."));
            return new InboxAnswer.OutOfReach();
        }

        using var limit = new CancellationTokenSource(Budget, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var entry = await audit.AppendAsync(new AuditSubject("take-from-inbox", PracticeId.None.ToString()).Event(
            AuditKind.HouseKeeping, new KeyValuePair<string, string>("file", Digest(name))));
        var visit = new Visit(name, entry.ToString(), tell, linked.Token);
        if (await blobs.LookAsync(Container.Inbox, name, visit.Cause, visit.Cancel) is not { } file)
        {
            return new InboxAnswer.Gone();
        }

        var age = time.GetUtcNow() - file.LastModified;
        if (file.Busy || (file.Growing && age < Rest) || (file.Version.Length == 0 && age < Stale))
        {
            return new InboxAnswer.Waits(); // the hourly look comes back to it
        }

        if (file.Version.Length > MostSealable)
        {
            await tell(Stuck("A file in the inbox is too large to be sealed, even for quarantine."));
            return new InboxAnswer.OutOfReach();
        }

        return await InTurnAsync(visit, file);
    }

    private async Task<InboxAnswer> InTurnAsync(Visit visit, BlobLook file)
    {
        lock (gate)
        {
            if (underWay.ContainsKey(visit.Name))
            {
                return new InboxAnswer.Waits(); // who is at it finishes, or fails and is called again
            }

            if (file.Version.Length <= Large || underWay.Values.Count(l => l > Large) < LargeAtOnce)
            {
                underWay.Add(visit.Name, file.Version.Length);
            }
            else
            {
                file = null!;
            }
        }

        if (file is null)
        {
            await queue.SendAsync(WorkQueues.Inbox, InboxMessage.Of(visit.Name), TurnDelay, visit.Cancel);
            return new InboxAnswer.Waits();
        }

        try
        {
            return await TakeAsync(visit, file);
        }
        catch (Exception e) when (e is IOException or StoreUnavailableException)
        {
            var now = await blobs.LookAsync(Container.Inbox, visit.Name, visit.Cause, visit.Cancel);
            if (now?.Version.ETag == file.Version.ETag)
            {
                throw;
            }

            return now switch
            {
                null => new InboxAnswer.Gone(),
                { Busy: true } => new InboxAnswer.Waits(),
                _ => await QuarantineAsync(visit, now, await PracticeOfAsync(visit, now), QuarantineReasons.Changed),
            };
        }
        finally
        {
            lock (gate)
            {
                underWay.Remove(visit.Name);
            }
        }
    }

    private async Task<InboxAnswer> TakeAsync(Visit visit, BlobLook file)
    {
        var said = InboxName.Of(visit.Name, file);
        var practice = await PracticeOfAsync(visit, file);
        if (practice == PracticeId.None)
        {
            return await QuarantineAsync(visit, file, practice, QuarantineReasons.UnknownPractice);
        }

        if (await quarantine.FindAsync(practice, visit.Name, file, visit.Cancel) is { } earlier)
        {
            return await QuarantineAsync(visit, file, practice, earlier); // begun, and not told or not removed
        }

        if (file.Version.Length == 0 || file.Version.Length > limits.MaxBytes)
        {
            return await QuarantineAsync(
                visit, file, practice, file.Version.Length == 0 ? QuarantineReasons.Empty : QuarantineReasons.TooLarge);
        }

        var facts = await store.ReadPracticeAsync(practice, visit.Cancel);
        var recordClass = said.Class ?? (RecordClass.TryParse(facts?.InboxClass, out var usual) ? usual : null);
        if (said.ClassUnclear || recordClass is null)
        {
            return await QuarantineAsync(visit, file, practice, QuarantineReasons.UnknownClass);
        }

        if (said.Client is not { } client
            || await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, visit.Cancel) is not { } clientRow)
        {
            return await QuarantineAsync(visit, file, practice, QuarantineReasons.UnknownClient);
        }

        if (clientRow.As<ClientFacts>().ClosingSince is not null)
        {
            return await QuarantineAsync(visit, file, practice, QuarantineReasons.ClosingClient);
        }

        // The ETag pins the content: whatever a record of this key was made from, it was this.
        var key = $"inbox {Digest($"{visit.Name}\n{file.Version.ETag}")}";
        var record = await intake.FindAsync(practice, client, Guid.Empty, key, visit.Cancel);
        if (record is null)
        {
            var who = new AuditSubject("receive-from-inbox", practice.ToString(), Client: clientRow.As<ClientFacts>().Pseudonym);
            await using var content = await OpenAsync(visit, file);
            var answer = await intake.ReceiveAsync(
                who, practice, client,
                new(recordClass.Value, said.FileName, TypeOf(file), content, key, Guid.Empty), visit.Cancel);
            record = answer is IntakeAnswer.Received received
                ? received.Id
                : throw new StoreUnavailableException("The client, or what the key stands for, changed meanwhile."); // look again
        }

        await RemoveAsync(visit, file);
        return new InboxAnswer.Received(record.Value);
    }

    private async Task<InboxAnswer> QuarantineAsync(Visit visit, BlobLook file, PracticeId practice, string reason)
    {
        var id = await quarantine.TakeAsync(
            practice, visit.Name, file, reason, TypeOf(file), () => OpenAsync(visit, file), visit.Cancel);
        await visit.Tell(new(
            practice, "inbox-quarantined",
            $"A file from the inbox could not become a record ({reason}) and lies sealed in quarantine.",
            practice == PracticeId.None
                ? "Find out who sends files for a practice that is not here; an operator can open it with the restore right."
                : "A custodian looks at the quarantine and files it to the client it belongs to; ask the sender.",
            visit.Cause));
        await RemoveAsync(visit, file);
        return new InboxAnswer.Quarantined(id, reason);
    }

    /// <summary>None if the name names no practice that there is.</summary>
    private async Task<PracticeId> PracticeOfAsync(Visit visit, BlobLook file) =>
        InboxName.Of(visit.Name, file).Practice is { } practice
        && await store.ReadPracticeAsync(practice, visit.Cancel) is not null
            ? practice
            : PracticeId.None;

    private async Task<Stream> OpenAsync(Visit visit, BlobLook file) =>
        await blobs.OpenAsync(Container.Inbox, visit.Name, file.Version, 0, file.Version.Length, visit.Cause, visit.Cancel)
        ?? throw new IOException("The file is gone, or another.");

    /// <summary>Only what was sealed. If it is another by now, that one has its own turn.</summary>
    private Task RemoveAsync(Visit visit, BlobLook file) =>
        blobs.DeleteAsync(Container.Inbox, visit.Name, file.Version, visit.Cause, visit.Cancel);

    private static string TypeOf(BlobLook file) =>
        file.ContentType is { Length: > 0 and <= 100 } type && type.All(c => c is > ' ' and <= '~' || c == ' ')
            ? type
            : "application/octet-stream";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    internal static InboxNotice Stuck(string because) => new(
        PracticeId.None, "inbox-stuck", because,
        "Plaintext lies in the inbox. Look at it with an operator's account, ask the sender, and remove or rename it.", null);

    /// <param name="Cause">The audit entry of this visit.</param>
    private sealed record Visit(string Name, string Cause, Func<InboxNotice, Task> Tell, CancellationToken Cancel);
}
