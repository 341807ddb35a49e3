using System.Text;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;

namespace RecordsGuard.Tests.Retention;

public sealed class InboxTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_file_becomes_a_record_and_its_plaintext_goes()
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox($"demo/{client}/psychotherapy-notes/May/session 3.txt", look: l => l with { ContentType = "text/plain" });

        var record = Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(file)).Record;

        Assert.Equal("what was said", await practice.ReadAsync(client, record));
        Assert.Null(practice.Blobs.Content(Container.Inbox, file));
        var described = Assert.Single((await practice.App.Release.ListAsync(practice.Custodian, practice.Id, client, _ => true, None))!);
        Assert.Equal(
            ("psychotherapy-notes", "session 3.txt", "text/plain", Guid.Empty),
            (described.Facts.Class, described.Descriptor.FileName, described.Descriptor.ContentType, described.Facts.UploadedBy));
    }

    [Fact]
    public async Task A_message_delivered_twice_makes_one_record_also_when_the_removal_had_failed()
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox($"demo/{client}/billing/a");
        var look = (await practice.Blobs.LookAsync(Container.Inbox, file, "", None))!;
        var first = Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(file));
        Assert.IsType<InboxAnswer.Gone>(await practice.TakeAsync(file));

        // The same state of the same file again: as if the first removal had not happened.
        practice.SendToInbox(file, look: _ => look);
        Assert.Equal(first, await practice.TakeAsync(file));
        Assert.Null(practice.Blobs.Content(Container.Inbox, file));
        Assert.Single(Records(practice));
    }

    [Fact]
    public async Task What_was_purged_does_not_come_back_from_the_inbox()
    {
        var (practice, client) = await OpenAsync(waitingDays: 0);
        var file = practice.SendToInbox($"demo/{client}/client-record/a");
        var look = (await practice.Blobs.LookAsync(Container.Inbox, file, "", None))!;
        var record = Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(file)).Record;
        await practice.ApproveAsync(client);
        await practice.DrainPurgesAsync();

        practice.SendToInbox(file, look: _ => look);
        Assert.Equal(new InboxAnswer.Received(record), await practice.TakeAsync(file));
        Assert.Equal(RowKinds.Tombstone, practice.Record(client, record)!.Kind);
        Assert.Empty(Records(practice));
        Assert.Null(practice.Blobs.Content(Container.Inbox, file));
    }

    [Fact]
    public async Task Two_processes_at_once_make_one_record()
    {
        var (practice, client) = await OpenAsync();
        var other = new Duties(
            new(practice.Rows, practice.Blobs, practice.Vault, practice.Log, practice.Queue, [], practice.LogReader), practice.Time);
        for (var i = 0; i < 20; i++)
        {
            var file = practice.SendToInbox($"demo/{client}/billing/{i}", new string('x', 900));
            await Task.WhenAll(
                Task.Run(() => TryAsync(() => practice.TakeAsync(file)), TestContext.Current.CancellationToken),
                Task.Run(() => TryAsync(() => other.Inbox.ReceiveAsync(file, practice.TellAsync, None)), TestContext.Current.CancellationToken));
            await practice.TakeAsync(file);
            Assert.Equal(i + 1, Records(practice).Count);
            Assert.Null(practice.Blobs.Content(Container.Inbox, file));
        }

        Assert.Empty(practice.Rows.All(Table.Quarantine));
    }

    [Theory]
    [InlineData("demo/{client}/billing/a", null, "billing")]
    [InlineData("demo/{client}/a", "recording", "recording")]
    [InlineData("demo/{client}/billing/a", "billing", "billing")]
    [InlineData("demo/{client}/billing", "recording", "recording")]
    [InlineData("demo/{client}/a", null, null)]
    [InlineData("demo/{client}/billing", null, null)]
    [InlineData("demo/{client}/Billing/a", null, null)]
    [InlineData("demo/{client}/billing/a", "recording", null)]
    [InlineData("demo/{client}/billing/a", "secret", null)]
    public async Task The_class_is_in_the_name_or_the_metadata_and_never_guessed(string name, string? label, string? expected)
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox(Named(name, client), look: l => Labelled(l, InboxName.ClassLabel, label));
        var answer = await practice.TakeAsync(file);
        if (expected is null)
        {
            Assert.Equal(QuarantineReasons.UnknownClass, Assert.IsType<InboxAnswer.Quarantined>(answer).Reason);
            Assert.Empty(Records(practice));
        }
        else
        {
            Assert.IsType<InboxAnswer.Received>(answer);
            Assert.Equal(expected, Assert.Single(Records(practice)).As<RecordFacts>().Class);
        }
    }

    [Fact]
    public async Task The_practices_usual_class_is_that_of_a_file_that_names_none()
    {
        var (practice, client) = await OpenAsync();
        var row = (await practice.Rows.ReadAsync(Table.Practices, "demo", Keys.Practice, None))!;
        await practice.Rows.CommitAsync(Table.Practices, "demo",
            [new RowChange.Replace(row.Next(RowBody.Write(row.As<PracticeFacts>() with { InboxClass = "correspondence" })))], None);
        Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(practice.SendToInbox($"demo/{client}/a")));
        Assert.Equal("correspondence", Assert.Single(Records(practice)).As<RecordFacts>().Class);
    }

    [Theory]
    [InlineData("nowhere/{client}/billing/a", 10, QuarantineReasons.UnknownPractice)]
    [InlineData("none/{client}/billing/a", 10, QuarantineReasons.UnknownPractice)]
    [InlineData("a", 10, QuarantineReasons.UnknownPractice)]
    [InlineData("/demo/{client}/billing/a", 10, QuarantineReasons.UnknownPractice)]
    [InlineData("demo/c-00000000000000000000000000000000/billing/a", 10, QuarantineReasons.UnknownClient)]
    [InlineData("demo/{client} /billing/a", 10, QuarantineReasons.UnknownClient)]
    [InlineData("demo/{client}", 10, QuarantineReasons.UnknownClass)]
    [InlineData("demo/{client}/billing/a", Duties.MaxInboxBytes, null)]
    [InlineData("demo/{client}/billing/a", Duties.MaxInboxBytes + 1, QuarantineReasons.TooLarge)]
    public async Task What_belongs_nowhere_lies_sealed_in_quarantine_with_a_reason_and_an_alert(string name, int length, string? reason)
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox(Named(name, client), new string('p', length));
        var answer = await practice.TakeAsync(file);
        Assert.Null(practice.Blobs.Content(Container.Inbox, file));
        if (reason is null)
        {
            Assert.IsType<InboxAnswer.Received>(answer);
            return;
        }

        Assert.Equal(reason, Assert.IsType<InboxAnswer.Quarantined>(answer).Reason);
        var row = Assert.Single(practice.Rows.All(Table.Quarantine));
        var ofNobody = reason == QuarantineReasons.UnknownPractice;
        Assert.Equal(ofNobody ? "none" : "demo", row.Partition);
        Assert.DoesNotContain("billing", row.Body, StringComparison.Ordinal);
        var facts = row.As<QuarantineFacts>();
        Assert.Equal(
            ofNobody ? PublicKeys.SlipBackup : "demo-content", KeySlip.Parse(facts.Slip!).Kek.Name);
        var blob = practice.Blobs.Content(Container.Quarantine, $"{row.Partition}/{ClientId.None}/{facts.SealedAs}")!;
        Assert.DoesNotContain("pppppp", Encoding.Latin1.GetString(blob), StringComparison.Ordinal);
        var alert = Assert.Single(
            await practice.App.Desk.ListAsync(ofNobody ? PracticeId.None : practice.Id, None), a => a.Detection == "inbox-quarantined");
        Assert.Contains(reason, alert.Because, StringComparison.Ordinal);
        Assert.Empty(Records(practice));
    }

    [Fact]
    public async Task A_file_of_no_practice_opens_with_the_backup_key_alone()
    {
        var (practice, _) = await OpenAsync();
        await practice.TakeAsync(practice.SendToInbox("nowhere/x/y", "lost and found"));
        var facts = Assert.Single(practice.Rows.All(Table.Quarantine)).As<QuarantineFacts>();
        var associated = new AssociatedData(PracticeId.None, ClientId.None, RecordId.Parse(facts.SealedAs), 1);
        using var indexKey = await IndexKey.UnwrapAsync(KeySlip.Parse(facts.IndexKey!), practice.Vault, PublicKeys.SlipBackup, "x", None);
        var descriptor = RecordDescriptor.Open(facts.Descriptor, indexKey, associated);
        Assert.Equal("nowhere/x/y", descriptor.FileName);
        using var key = await KeySlip.Parse(facts.Slip!).UnwrapAsync(practice.Vault, PublicKeys.SlipBackup, "x", None);
        var blob = practice.Blobs.Content(Container.Quarantine, ContentStore.NameOf(associated))!;
        await using var plaintext = await descriptor.Content.OpenAsync(
            key, associated, blob.Length,
            (at, count, _) => Task.FromResult<Stream>(new MemoryStream(blob, (int)at, (int)count)), None);
        Assert.Equal("lost and found", await new StreamReader(plaintext).ReadToEndAsync(None));
    }

    [Fact]
    public async Task A_file_that_somebody_is_not_done_with_waits()
    {
        var (practice, client) = await OpenAsync();
        var busy = practice.SendToInbox($"demo/{client}/billing/leased-or-copied", look: l => l with { Busy = true });
        var growing = practice.SendToInbox($"demo/{client}/billing/append", look: l => l with { Growing = true });
        var empty = practice.SendToInbox($"demo/{client}/billing/opened", "");
        foreach (var file in (string[])[busy, growing, empty])
        {
            Assert.IsType<InboxAnswer.Waits>(await practice.TakeAsync(file));
        }

        practice.Time.Advance(Inbox.Rest);
        Assert.IsType<InboxAnswer.Waits>(await practice.TakeAsync(busy));
        Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(growing));
        Assert.IsType<InboxAnswer.Waits>(await practice.TakeAsync(empty));

        practice.Time.Advance(Inbox.Stale);
        Assert.IsType<InboxAnswer.Waits>(await practice.TakeAsync(busy));
        Assert.Equal(QuarantineReasons.Empty, Assert.IsType<InboxAnswer.Quarantined>(await practice.TakeAsync(empty)).Reason);
        Assert.Single(Records(practice));
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_sealed_goes_to_quarantine_as_what_it_became()
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox($"demo/{client}/billing/a", "before");
        practice.Blobs.BreakReadsAfter = 3;
        practice.Hook.Interpose(_ => practice.Blobs.Calls[^1].Call == nameof(IBlobStore.OpenAsync), () =>
        {
            practice.Blobs.BreakReadsAfter = -1;
            practice.SendToInbox(file, "after");
            return Task.CompletedTask;
        });
        Assert.Equal(QuarantineReasons.Changed, Assert.IsType<InboxAnswer.Quarantined>(await practice.TakeAsync(file)).Reason);
        Assert.Empty(Records(practice));
        Assert.Null(practice.Blobs.Content(Container.Inbox, file));
        Assert.Equal("after", await FileAsync(practice, client));
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_the_file_for_the_next_try()
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox($"demo/{client}/billing/a");
        practice.Blobs.BreakReadsAfter = 3;
        await Assert.ThrowsAsync<IOException>(() => practice.TakeAsync(file));
        Assert.NotNull(practice.Blobs.Content(Container.Inbox, file));
        practice.Blobs.BreakReadsAfter = -1;
        Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(file));
        Assert.Single(Records(practice));
        Assert.Empty(practice.Rows.All(Table.Quarantine));
    }

    [Fact]
    public async Task A_file_that_is_replaced_after_the_commit_is_not_removed_and_has_its_own_turn()
    {
        var (practice, client) = await OpenAsync();
        var file = practice.SendToInbox($"demo/{client}/billing/a", "first");
        practice.Hook.Committed = _ =>
        {
            practice.Hook.Committed = null;
            practice.SendToInbox(file, "second");
        };
        var first = Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(file)).Record;
        Assert.NotNull(practice.Blobs.Content(Container.Inbox, file));
        var second = Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(file)).Record;
        Assert.Equal(("first", "second"), (await practice.ReadAsync(client, first), await practice.ReadAsync(client, second)));
    }

    [Fact]
    public async Task The_hourly_look_announces_what_rests_and_tells_of_what_stays()
    {
        var (practice, client) = await OpenAsync();
        var name = $"demo/{client}/billing/\"naïve\" \\u0041 file.txt";
        practice.SendToInbox(name);
        await practice.App.InboxWatch.LookAsync(practice.TellAsync, None);
        Assert.Null(practice.Queue.Take(WorkQueues.Inbox));

        practice.Time.Advance(Inbox.Rest);
        await practice.App.InboxWatch.LookAsync(practice.TellAsync, None);
        Assert.Equal(name, InboxMessage.NameIn(practice.Queue.Take(WorkQueues.Inbox)!));
        Assert.Empty(await practice.App.Desk.ListAsync(PracticeId.None, None));

        practice.Time.Advance(Inbox.Stale);
        await practice.App.InboxWatch.LookAsync(practice.TellAsync, None);
        await practice.App.InboxWatch.LookAsync(practice.TellAsync, None);
        var alert = Assert.Single(await practice.App.Desk.ListAsync(PracticeId.None, None));
        Assert.Equal(("inbox-stuck", 1), (alert.Detection, alert.Count));
    }

    [Theory]
    [InlineData("demo/../elsewhere/a")]
    [InlineData("demo/./a")]
    [InlineData("..")]
    [InlineData("demo\\..\\a")]
    [InlineData("")]
    public async Task A_name_that_no_address_reaches_is_told_and_never_asked_for(string name)
    {
        var (practice, _) = await OpenAsync();
        Assert.IsType<InboxAnswer.OutOfReach>(await practice.TakeAsync(name));
        Assert.DoesNotContain(practice.Blobs.Calls, c => c.Container == Container.Inbox);
        Assert.Equal("inbox-stuck", Assert.Single(await practice.App.Desk.ListAsync(PracticeId.None, None)).Detection);
    }

    [Fact]
    public async Task Any_other_name_is_taken_and_its_file_name_is_plain()
    {
        var (practice, client) = await OpenAsync();
        string[] hostile =
        [
            "\u0001\u001f\u007f\u0085", "…dots...", "a.", " ", "%2e%2e%2f", "a\\b", "c:\\x\\notes.txt", "\ud83d\ude00\u202egpj.exe",
            "ÅÅ\u0301", new string('n', 400), "'; drop table", "<b>&amp;", "\u200b", "%", "%zz", "con", "~", "\u3042/\u3044//\u3046",
        ];
        foreach (var part in hostile)
        {
            Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(practice.SendToInbox($"demo/{client}/billing/{part}")));
        }

        var longest = $"demo/{client}/billing/";
        longest += new string('é', 1024 - longest.Length);
        Assert.IsType<InboxAnswer.Received>(await practice.TakeAsync(practice.SendToInbox(longest)));
        var listed = (await practice.App.Release.ListAsync(practice.Custodian, practice.Id, client, _ => true, None))!;
        Assert.Equal(hostile.Length + 1, listed.Count);
        Assert.All(listed, r =>
        {
            var name = r.Descriptor.FileName;
            Assert.InRange(name.Length, 1, 255);
            Assert.DoesNotContain(name, c => char.IsControl(c) || c is '/' or '\\');
            Assert.DoesNotContain(name, (string[])["", ".", ".."]);
        });
    }

    [Theory]
    [InlineData("notes%20of%20may.pdf", "notes of may.pdf")]
    [InlineData("%E3%81%82.txt", "あ.txt")]
    [InlineData("..%2F..%2Fetc%2Fpasswd", "passwd")]
    [InlineData("%00", "_")]
    [InlineData("", "record")]
    public async Task The_sender_may_say_the_files_name_in_its_metadata(string label, string expected)
    {
        var (practice, client) = await OpenAsync();
        await practice.TakeAsync(practice.SendToInbox(
            $"demo/{client}/billing/u-1", look: l => Labelled(l, InboxName.FileNameLabel, label)));
        var described = Assert.Single((await practice.App.Release.ListAsync(practice.Custodian, practice.Id, client, _ => true, None))!);
        Assert.Equal(expected, described.Descriptor.FileName);
    }

    [Fact]
    public async Task Only_two_large_files_are_sealed_at_a_time_and_the_third_comes_back()
    {
        var (practice, client) = await OpenAsync();
        var files = Enumerable.Range(0, 3).Select(i => practice.SendToInbox(
            $"demo/{client}/billing/{i}", look: l => l with { Version = l.Version with { Length = Inbox.Large + 1 } })).ToList();
        var thirdWaited = false;
        Interpose(async () =>
        {
            Interpose(async () =>
            {
                Assert.IsType<InboxAnswer.Waits>(await practice.TakeAsync(files[2]));
                Assert.IsType<InboxAnswer.Waits>(await practice.TakeAsync(files[0]));
                thirdWaited = true;
            });
            await TryAsync(() => practice.TakeAsync(files[1]));
        });
        await TryAsync(() => practice.TakeAsync(files[0]));
        Assert.True(thirdWaited);
        Assert.Equal(files[2], InboxMessage.NameIn(Assert.Single(practice.Queue.Messages(WorkQueues.Inbox)).Text));

        // The others are done, or failed: its turn comes.
        var turn = false;
        Interpose(() =>
        {
            turn = true;
            return Task.CompletedTask;
        });
        await TryAsync(() => practice.TakeAsync(files[2]));
        Assert.True(turn);

        void Interpose(Func<Task> then) => practice.Hook.Interpose(c => c.StartsWith("Read Quarantine", StringComparison.Ordinal), then);
    }

    [Fact]
    public async Task A_custodian_sees_the_quarantine_for_one_unwrap_and_files_what_belongs_somewhere()
    {
        var (practice, client) = await OpenAsync();
        var name = $"demo/{ClientId.New()}/billing/Mrs Dalloway.pdf";
        await practice.TakeAsync(practice.SendToInbox(name, look: l => l with { ContentType = "application/pdf" }));

        var file = Assert.Single(await practice.App.Quarantine.ListAsync(practice.Custodian, practice.Id, None));
        Assert.Equal(
            (QuarantineReasons.UnknownClient, name, "application/pdf", 13L, null),
            (file.Reason, file.Name, file.ContentType, file.Length, file.Record));

        Assert.Equal("what was said", await FileAsync(practice, client));
        file = Assert.Single(await practice.App.Quarantine.ListAsync(practice.Custodian, practice.Id, None));
        var record = Assert.Single(Records(practice));
        Assert.Equal($"{client}/{record.Key[Keys.Records.Length..]}", file.Record);
        var described = Assert.Single((await practice.App.Release.ListAsync(practice.Custodian, practice.Id, client, _ => true, None))!);
        Assert.Equal(("Mrs Dalloway.pdf", "application/pdf"), (described.Descriptor.FileName, described.Descriptor.ContentType));
    }

    [Fact]
    public async Task A_rotation_takes_the_quarantine_along_also_in_the_middle_of_a_filing()
    {
        var (practice, client) = await OpenAsync();
        await practice.TakeAsync(practice.SendToInbox("demo/x/y"));
        var before = Slip();
        await RotateAsync();
        Assert.NotEqual(before!.Kek, Slip()!.Kek);

        practice.Hook.Interpose(c => c.StartsWith("Commit Quarantine", StringComparison.Ordinal), RotateAsync);
        Assert.Equal("what was said", await FileAsync(practice, client));
        Assert.Null(Slip());
        Assert.Single(Records(practice));

        KeySlip? Slip() => Assert.Single(practice.Rows.All(Table.Quarantine)).As<QuarantineFacts>().Slip is { } text ? KeySlip.Parse(text) : null;

        async Task RotateAsync()
        {
            await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
            Assert.Empty(await practice.DrainRotationsAsync());
        }
    }

    [Fact]
    public async Task A_file_is_filed_to_one_client_however_often_it_is_tried()
    {
        var (practice, client) = await OpenAsync();
        var other = await practice.RegisterAsync();
        await practice.TakeAsync(practice.SendToInbox("demo/x/y"));
        Assert.True(QuarantineId.TryParse(Assert.Single(practice.Rows.All(Table.Quarantine)).Key, out var id));
        Assert.True(RecordClass.TryParse("billing", out var billing));
        Task<FilingAnswer> File(ClientId to) => practice.App.Filing.FileAsync(practice.Custodian, practice.Id, id, to, billing, None);

        Assert.IsType<FilingAnswer.NoSuchClient>(await File(ClientId.New()));
        var first = Assert.IsType<FilingAnswer.Filed>(await File(client));
        Assert.Equal(first, await File(client));
        Assert.IsType<FilingAnswer.FiledElsewhere>(await File(other));
        Assert.Single(Records(practice));
        Assert.IsType<FilingAnswer.NoSuchFile>(await practice.App.Filing.FileAsync(
            practice.Custodian, practice.Id, QuarantineId.Of("a", "b"), client, billing, None));
    }

    [Fact]
    public async Task A_tampered_file_in_quarantine_is_not_filed()
    {
        var (practice, client) = await OpenAsync();
        await practice.TakeAsync(practice.SendToInbox("demo/x/y"));
        var row = Assert.Single(practice.Rows.All(Table.Quarantine));
        var name = $"demo/{ClientId.None}/{row.As<QuarantineFacts>().SealedAs}";
        var bytes = practice.Blobs.Content(Container.Quarantine, name)!;
        bytes[^20] ^= 1;
        var version = practice.Blobs.Overwrite(Container.Quarantine, name, bytes);
        await practice.Rows.CommitAsync(Table.Quarantine, "demo", [new RowChange.Replace(row.Next(RowBody.Write(
            row.As<QuarantineFacts>() with { BlobETag = version.ETag, BlobVersionId = version.VersionId })))], None);
        await Assert.ThrowsAsync<EnvelopeException>(() => FileAsync(practice, client));
        Assert.Empty(Records(practice));
    }

    [Fact]
    public async Task An_upload_address_is_for_one_new_file_and_the_log_knows_its_signature()
    {
        var (practice, client) = await OpenAsync();
        Assert.True(RecordClass.TryParse("recording", out var recording));
        var grant = (await practice.App.Grants.IssueAsync(practice.Custodian, practice.Id, client, recording, None))!;
        Assert.Null(await practice.App.Grants.IssueAsync(practice.Custodian, practice.Id, ClientId.New(), recording, None));

        var entry = Assert.Single(practice.Entries(), e => e.Event.Details.Any(d => d.Key == "sas"));
        var details = entry.Event.Details.ToDictionary(d => d.Key, d => d.Value);
        Assert.Equal(grant.SignatureHash, details["sas"]);
        Assert.StartsWith($"demo/{client}/recording/u-", details["inbox"], StringComparison.Ordinal);
        Assert.Equal("create", details["may"]);
        var signature = Uri.UnescapeDataString(grant.Address.Query.Split("sig=")[1]);
        Assert.DoesNotContain(practice.Entries(), e => e.Event.Details.Any(d => d.Value.Contains(signature, StringComparison.Ordinal)));
        Assert.InRange(grant.Until - practice.Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("""{"subject":"/blobServices/default/containers/inbox/blobs/demo/a b/ü\"\\c","eventType":"Microsoft.Storage.BlobCreated"}""", "demo/a b/ü\"\\c")]
    [InlineData("""{"subject":"/blobServices/default/containers/other/blobs/x"}""", null)]
    [InlineData("""{"subject":"/blobServices/default/containers/inbox/blobs/"}""", null)]
    [InlineData("""{"subject":"/blobServices/default/containers/inbox/blobs/\ud800"}""", null)]
    [InlineData("""{"subject":7}""", null)]
    [InlineData("""["subject"]""", null)]
    [InlineData("nightly", null)]
    public void A_message_names_a_file_or_is_none(string message, string? name) => Assert.Equal(name, InboxMessage.NameIn(message));

    private static async Task<(PracticeUnderTest Practice, ClientId Client)> OpenAsync(int waitingDays = 30)
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays);
        return (practice, await practice.RegisterAsync());
    }

    private static List<Row> Records(PracticeUnderTest practice) =>
        [.. practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Record)];

    private static string Named(string name, ClientId client) =>
        name.Replace("{client}", client.ToString(), StringComparison.Ordinal);

    private static BlobLook Labelled(BlobLook look, string label, string? value) => value is null
        ? look
        : look with { Metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [label] = value } };

    /// <summary>Files the one quarantined file, and reads the record that it becomes.</summary>
    private static async Task<string?> FileAsync(PracticeUnderTest practice, ClientId client)
    {
        Assert.True(QuarantineId.TryParse(Assert.Single(practice.Rows.All(Table.Quarantine)).Key, out var id));
        Assert.True(RecordClass.TryParse("billing", out var billing));
        var filed = Assert.IsType<FilingAnswer.Filed>(
            await practice.App.Filing.FileAsync(practice.Custodian, practice.Id, id, client, billing, None));
        return await practice.ReadAsync(client, filed.Record);
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is StoreUnavailableException or IOException or ArgumentOutOfRangeException)
        {
        }
    }
}
