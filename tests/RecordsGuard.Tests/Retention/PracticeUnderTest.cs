using System.Text;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Access;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Retention.Purging;
using RecordsGuard.Tests.Audit.Sequencing;

namespace RecordsGuard.Tests.Retention;

/// <summary>The practice <c>demo</c> on the fakes, with people, a clock, planned faults and a way to start again.</summary>
internal sealed class PracticeUnderTest
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);

    /// <summary>Long due: an adult psychologist's client in California, lawful from 2017-03-16.</summary>
    public static readonly DateOnly LongAgo = new(2010, 3, 15);

    private static readonly CancellationToken None = CancellationToken.None;

    /// <param name="copied">What the new one begins with.</param>
    private PracticeUnderTest(PracticeUnderTest? copied)
    {
        Blobs = copied?.Blobs.Copy(Time) ?? new(Time);
        Tree = copied?.Tree.Copy(Time) ?? new(Time);
        Queue = new(Time);
        Hook = new(Rows);
        Vault = copied?.Vault.Copy() ?? new();
        App = Restart();
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public InMemoryRecordStore Rows { get; } = new();

    public InMemoryBlobStore Blobs { get; }

    public InMemoryKeyVault Vault { get; }

    public InMemoryLogStore Log { get; } = new();

    /// <summary>The published log, as <see cref="SequenceAsync"/> left it.</summary>
    public InMemoryTreeStore Tree { get; }

    public InMemoryLogIndex Index { get; } = new();

    public LogReader LogReader => new(Tree, Index);

    public InMemoryWorkQueue Queue { get; }

    public RecordingAlertRoute Route { get; } = new();

    public Faults Faults { get; } = new();

    public HookedRecordStore Hook { get; }

    public Duties App { get; private set; }

    public PracticeId Id { get; } = PracticeId.Parse("demo");

    public Guid Tenant { get; } = new("aaaaaaaa-0000-4000-8000-000000000001");

    /// <summary>What the custodian's work is logged as.</summary>
    public AuditSubject Custodian { get; } = new("test", "demo", "feedfacefeedfacefeedfacefeedface");

    /// <summary>What was sequenced, and is pending no more.</summary>
    private Dictionary<string, PendingEntry> Kept { get; } = [];

    /// <summary>All that was ever appended, in the log or on its way.</summary>
    public IReadOnlyCollection<PendingEntry> Appended => [.. Kept.Values, .. Log.All.Where(p => !Kept.ContainsKey(p.Key))];

    public static async Task<PracticeUnderTest> OpenAsync(
        int waitingDays = 30, int clientCap = 25, string zone = "America/Los_Angeles")
    {
        var practice = new PracticeUnderTest(null);
        await practice.Vault.EnsureKeyAsync(PublicKeys.SlipBackup, KeyUse.KeyEncryption, None);
        await practice.Vault.EnsureKeyAsync(Certificate.SigningKey, KeyUse.Signing, None);
        await practice.App.Sweep.RunAsync(null, None); // all is listed by these rules already
        await practice.App.Practices.AddAsync(practice.Id, practice.Tenant, zone, waitingDays, clientCap, null, None);
        return practice;
    }

    /// <summary>Another practice that begins with this one's rows and keys, and nothing else of it: in microseconds.</summary>
    public async Task<PracticeUnderTest> CopyAsync()
    {
        var copy = new PracticeUnderTest(this);
        copy.Time.SetUtcNow(Time.GetUtcNow());
        foreach (var table in Enum.GetValues<Table>())
        {
            foreach (var row in Rows.All(table))
            {
                await copy.Rows.CommitAsync(table, row.Partition, [new RowChange.Insert(row with { ETag = "" })], None);
            }
        }

        foreach (var entry in Log.All)
        {
            await copy.Log.AppendAsync(entry, None);
        }

        foreach (var (key, entry) in Kept)
        {
            copy.Kept.Add(key, entry);
        }

        await copy.Index.AddAsync(Index.All, None);
        return copy;
    }

    /// <summary>Key name and cause of every unwrap.</summary>
    public IReadOnlyList<(string Key, string Cause)> Unwraps =>
        [.. Vault.Calls.Where(c => c.Operation == "unwrap").Select(c => (c.Name, c.Cause!))];

    /// <summary>New service objects on what is stored: the process was started again.</summary>
    public Duties Restart()
    {
        Faults.Revive();
        return App = Another();
    }

    /// <summary>Another process on the same storage, beside <see cref="App"/>.</summary>
    public Duties Another() => new(
        new(Faults.Wrap(Hook), Faults.Wrap(Blobs), Faults.Wrap(Vault), Faults.Wrap(Log), Faults.Wrap(Queue), [Faults.Wrap(Route)], new(Faults.Wrap(Tree), Faults.Wrap((ILogIndex)Index))),
        Time);

    public static Guid Person(int number) => new($"00000000-0000-4000-9000-{number:d12}");

    public Caller Caller(int number, params string[] roles) => new(new(Tenant, Person(number)), $"person-{number}", roles, "uti-1");

    public Task<GateAnswer> AskAsync(
        Caller caller, Operation operation, ClientId? client = null, RecordId? record = null, string? purpose = null) =>
        App.Gate.AskAsync(new(caller, operation, Id, client, record, purpose), None);

    public Task<ClientId> RegisterAsync(DateOnly? lastService = null, DateOnly? born = null, params Guid[] clinicians) =>
        App.Clients.RegisterAsync(
            Custodian, Id, new("Ada Lovelace", "chart-7", born ?? new(1980, 12, 10), "US-CA", "psychologist", lastService ?? LongAgo, clinicians), None);

    public Task<IntakeAnswer> ReceiveAsync(
        ClientId client, string content = "what was said", string? key = null, int uploader = 1, string recordClass = "client-record")
    {
        Assert.True(RecordClass.TryParse(recordClass, out var parsed));
        var stream = new ChunkedStream(Encoding.UTF8.GetBytes(content), 5);
        return App.Intake.ReceiveAsync(
            Custodian, Id, client, new(parsed, "notes.txt", "text/plain", stream, key, Person(uploader)), None);
    }

    public async Task<RecordId> UploadAsync(ClientId client, string content = "what was said") =>
        ((IntakeAnswer.Received)await ReceiveAsync(client, content)).Id;

    public async Task<ApprovalAnswer.Done> ApproveAsync(params ClientId[] clients) =>
        (ApprovalAnswer.Done)await App.Review.ApproveAsync(Custodian, Id, clients, null, None);

    /// <summary>Takes the purge queue's messages out one by one, as the host would.</summary>
    public async Task DrainPurgesAsync()
    {
        while (Queue.Take(WorkQueues.Purge) is { } text)
        {
            Assert.True(PurgeMessage.TryParse(text, out var message));
            await PurgeAsync(message!);
        }
    }

    /// <summary>All that was appended is in the log, under a fresh checkpoint.</summary>
    public async Task SequenceAsync()
    {
        foreach (var entry in Log.All)
        {
            Kept[entry.Key] = entry;
        }

        await new Sequencer(Log, Tree, Index, LogUnderTest.Origin, LogUnderTest.SignAsync, Time).RunAsync((_, _) => Task.CompletedTask, None);
    }

    /// <summary>The published log, in its order.</summary>
    public async Task<IReadOnlyList<AuditEntry>> PublishedAsync()
    {
        var size = Checkpoint.Of(SignedNote.Parse((await LogReader.CheckpointAsync(None))!.Value.Span)).Size;
        return await LogReader.SinceAsync(size, 0, DateTimeOffset.MinValue, None).ToListAsync(None);
    }

    /// <summary>Runs the rotation's messages until there is none, waiting for hidden ones; a message that fails comes again.</summary>
    public async Task<IReadOnlyList<BrokenSlip>> DrainRotationsAsync(Duties? process = null)
    {
        var broken = new List<BrokenSlip>();
        while (Queue.Messages(WorkQueues.Rotate).Count > 0)
        {
            if (Queue.Take(WorkQueues.Rotate) is not { } message)
            {
                Time.Advance(TimeSpan.FromMinutes(1));
                continue;
            }

            try
            {
                broken.AddRange(await (process ?? App).Rotation.RunAsync(message, None));
            }
            catch
            {
                await Queue.SendAsync(WorkQueues.Rotate, message, TimeSpan.Zero, None);
                throw;
            }
        }

        return broken;
    }

    /// <summary>The night's backup, with all that its messages ask for.</summary>
    /// <param name="sequenced">The log has its entries; else a restore's beginning sees to it.</param>
    public async Task<DateOnly> BackUpAsync(bool sequenced = true)
    {
        await App.Backup.RunAsync(NightlyBackup.Everyone, None);
        while (Queue.Take(WorkQueues.Backup) is { } message)
        {
            await App.Backup.RunAsync(message, None);
        }

        if (sequenced)
        {
            await SequenceAsync();
        }

        return Rows.All(Table.Alerts).Single(r => r.Partition == Keys.Backups(Id)).As<BackupFacts>().Night;
    }

    /// <summary>Somebody removes every row of these tables, past every rule.</summary>
    public void Lose(params Table[] tables)
    {
        foreach (var table in tables)
        {
            foreach (var row in Rows.All(table))
            {
                Rows.Tamper(table, row.Partition, row.Key, _ => null);
            }
        }
    }

    /// <summary>Asks for a restore and waits until its rows are there.</summary>
    public async Task<RestoreStatus> RestoreAsync(DateOnly night)
    {
        await SequenceAsync();
        Assert.IsType<RestoreAnswer.Begun>(await App.Restores.RequestAsync(Custodian, Id, night, "a table was lost", None));
        await DrainRestoresAsync();
        return (await App.Restores.StatusAsync(Custodian, Id, None))!;
    }

    /// <summary>A message that fails comes again.</summary>
    public async Task DrainRestoresAsync()
    {
        for (var tries = 0; Queue.Messages(WorkQueues.Restore).Count > 0 && tries < 20; tries++)
        {
            if (Queue.Take(WorkQueues.Restore) is not { } message)
            {
                Time.Advance(TimeSpan.FromSeconds(2));
                await SequenceAsync();
                continue;
            }

            try
            {
                await App.Restores.RunAsync(message, TellAsync, None);
            }
            catch
            {
                await Queue.SendAsync(WorkQueues.Restore, message, TimeSpan.Zero, None);
                throw;
            }
        }
    }

    /// <summary>Confirms what the report has, and bumps every client row.</summary>
    public async Task ConfirmAsync()
    {
        var facts = Rows.All(Table.Practices).Where(r => r.Kind == RowKinds.Restore).Select(r => r.As<RestoreFacts>()).Single(f => !f.IsDone);
        Assert.IsType<ConfirmAnswer.Confirmed>(await App.Restores.ConfirmAsync(Custodian, Id, facts.ToConfirm!.Value, "looked through", None));
        while (Queue.Take(WorkQueues.Settle) is { } message)
        {
            await App.Settling.RunAsync(message, None);
        }
    }

    private Task TellAsync(RestoreNotice notice) => App.Desk.ReportOnceAsync(
        new(notice.Practice.ToString(), "backup-refused", Severity.Critical, null, null, null, $"{notice.What}: {notice.Fault}", "Look.", null), None);

    /// <summary>What anybody does who may write there; gives back the name.</summary>
    public string SendToInbox(string name, string content = "what was said", Func<BlobLook, BlobLook>? look = null)
    {
        Blobs.Overwrite(Container.Inbox, name, Encoding.UTF8.GetBytes(content), look);
        return name;
    }

    /// <summary>Looks at a file of the inbox, as its message has the app do; what there is to tell is told as an alert.</summary>
    public Task<InboxAnswer> TakeAsync(string name) => App.Inbox.ReceiveAsync(name, TellAsync, None);

    public Task TellAsync(InboxNotice notice) => App.Desk.ReportOnceAsync(
        new(notice.Practice.ToString(), notice.Detection, Severity.Medium, null, null, null, notice.Because, notice.FirstAction, notice.Evidence),
        None);

    public Task<Disposition> PurgeAsync(ClientId client, RecordId record, DateOnly? day = null) =>
        PurgeAsync(new(Id, client, record, day ?? Today));

    public Task<Disposition> PurgeAsync(PurgeMessage message) => App.Purge.RunAsync(
        message, (who, client, fault) => App.Desk.ReportIntegrityAsync(who, client.ToString(), fault, None), None);

    public DateOnly Today => new PracticeFacts(Tenant, "America/Los_Angeles", 0, 0, "").Today(Time);

    public void Advance(int days) => Time.Advance(TimeSpan.FromDays(days));

    public Row? Record(ClientId client, RecordId record) => Rows.All(Table.Clients)
        .FirstOrDefault(r => r.Partition == Keys.Partition(Id, client) && r.Key == Keys.Record(record));

    /// <summary>The due index, without the note which rules it was written by.</summary>
    public IReadOnlyList<Row> DueRows => [.. Rows.All(Table.RetentionDue).Where(r => r.Partition != Relisting.Partition)];

    public string Blob(ClientId client, RecordId record) => $"{Id}/{client}/{record}";

    public IReadOnlyList<AuditEntry> Entries() => [.. Appended.Select(p => AuditEntry.Parse(p.Bytes)).OrderBy(e => e.Time)];

    /// <summary>The content as somebody admitted reads it, or null if it cannot be read.</summary>
    public async Task<string?> ReadAsync(ClientId client, RecordId record)
    {
        if (Record(client, record) is not { Kind: RowKinds.Record } row)
        {
            return null;
        }

        await using var content = await App.Release.OpenAsync(
            Custodian with { Record = record.ToString() }, Id, client, row, Purposes.Treatment, ContentRange.Whole, None);
        using var reader = new StreamReader(content!.Plaintext);
        return await reader.ReadToEndAsync(None);
    }
}
