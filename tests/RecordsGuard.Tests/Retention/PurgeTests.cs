using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Tests.Retention;

/// <summary>The purge: its order, its races, its certificate.</summary>
public sealed class PurgeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_intent_is_durable_before_the_tombstone_and_the_tombstone_before_the_blob_goes()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Faults.Arm(null);
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        Assert.Equal(
            [
                "log.Append", "records.Commit Clients", // intent, tombstone: the commit point
                "blobs.Delete Records", "log.Append", // blob, outcome
                "vault.Sign", "log.Append", "records.Commit Clients", "log.Append", // certificate
                "records.Commit RetentionDue", "records.Commit RetentionDue", // the due row last: it moves beyond the undo window
            ],
            practice.Faults.Calls.Where(c => c.Split('.', ' ')[1] is not ("Read" or "List")));
        var tombstone = practice.Record(client, record)!;
        Assert.DoesNotContain("slip1.", tombstone.Body, StringComparison.Ordinal);
        Assert.Null(practice.Blobs.Content(Container.Records, practice.Blob(client, record)));
        Assert.StartsWith("2026-04-08|", Assert.Single(practice.DueRows).Partition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_undo_window_has_passed_somebody_looks_once_more_and_is_told_of_any_copy()
    {
        var (practice, client, record) = await ApprovedAsync();
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        await practice.DrainPurgesAsync(); // the approval's own message changes nothing any more
        practice.Advance(Certificate.UndoWindowDays + 1);
        await practice.App.Sweep.RunAsync(null, None);
        Assert.Empty(practice.Queue.Messages(WorkQueues.Purge)); // the window's last day
        practice.Advance(1);
        await SweepAsync(practice);
        Assert.Equal("copy-outlived-purge", Because(practice)); // nothing has removed the slip's backup
        await LoseAsync(Container.Slips);
        practice.Advance(Sweep.ReviewDays);
        practice.Blobs.Overwrite(Container.Records, practice.Blob(client, record), [1, 2, 3]);
        await SweepAsync(practice);
        Assert.Equal(2, practice.Entries().Count(e => e.Event.Kind == AuditKind.IntegrityFailed));
        await LoseAsync(Container.Records);
        practice.Advance(Sweep.ReviewDays);
        await SweepAsync(practice);
        Assert.Equal(2, practice.Entries().Count(e => e.Event.Kind == AuditKind.IntegrityFailed));
        Assert.Empty(practice.DueRows);

        async Task LoseAsync(Container container)
        {
            var look = await practice.Blobs.LookAsync(container, practice.Blob(client, record), "lifecycle", None);
            await practice.Blobs.DeleteAsync(container, practice.Blob(client, record), look!.Version, "lifecycle", None);
        }

        static async Task SweepAsync(PracticeUnderTest practice)
        {
            await practice.App.Sweep.RunAsync(null, None);
            Assert.NotEmpty(practice.Queue.Messages(WorkQueues.Purge));
            await practice.DrainPurgesAsync();
        }

        static string Because(PracticeUnderTest practice) => practice.Entries().Last(e => e.Event.Kind == AuditKind.IntegrityFailed)
            .Event.Details.Single(d => d.Key == "because").Value;
    }

    [Fact]
    public async Task The_log_tells_the_purge_as_intent_and_outcome()
    {
        var (practice, client, record) = await ApprovedAsync();
        await practice.PurgeAsync(client, record);
        var tombstone = practice.Record(client, record)!.As<TombstoneFacts>();
        var purge = practice.Entries().Where(e => e.Event.Operation == "purge").ToList();
        Assert.Equal(AuditKind.ChangeIntended, purge.Single(e => e.Id.ToString() == tombstone.Intent).Event.Kind);
        Assert.Single(purge, e => e.Event.Kind == AuditKind.ChangeDone && e.Event.Details.Contains(new("intent", tombstone.Intent)));
        Assert.All(purge, e => Assert.Equal(record.ToString(), e.Event.Record));
    }

    [Theory]
    [InlineData("Commit Clients")]
    [InlineData("List Practices")]
    [InlineData("List Clients")]
    public async Task A_hold_committed_while_the_purge_decides_wins(string before)
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Hook.Interpose(
            call => call.StartsWith(before, StringComparison.Ordinal),
            () => practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None));
        Assert.IsType<Disposition.Held>(await practice.PurgeAsync(client, record));
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
    }

    [Fact]
    public async Task A_hold_released_while_the_purge_decides_voids_the_approval()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Hook.Interpose(
            call => call.StartsWith("Commit Clients", StringComparison.Ordinal),
            async () =>
            {
                var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
                await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, hold!.Value, None);
            });
        Assert.IsType<Disposition.NeedsApproval>(await practice.PurgeAsync(client, record));
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
        Assert.Single(practice.Entries(), e => e.Event is { Operation: "purge", Kind: AuditKind.ChangeNotDone });
    }

    [Fact]
    public async Task Facts_corrected_while_the_purge_decides_win()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Hook.Interpose(
            call => call.StartsWith("Commit Clients", StringComparison.Ordinal),
            () => practice.App.Correction.CorrectAsync(
                practice.Custodian, practice.Id, client, new(null, null, null, null, null, new(2026, 1, 1)), None));
        Assert.IsType<Disposition.NotYet>(await practice.PurgeAsync(client, record));
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
    }

    [Fact]
    public async Task Two_purges_at_once_and_a_redelivered_one_destroy_once()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Hook.Interpose(
            call => call.StartsWith("Commit Clients", StringComparison.Ordinal), () => practice.PurgeAsync(client, record));
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        var row = practice.Record(client, record);
        var entries = practice.Log.All.Count;
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        Assert.Equal(row, practice.Record(client, record));
        Assert.Equal(entries, practice.Log.All.Count);
        Assert.Single(practice.Entries(), e => e.Event is { Operation: "purge", Kind: AuditKind.ChangeDone } && e.Event.Details.Contains(
            new("intent", row!.As<TombstoneFacts>().Intent)));
    }

    /// <summary>The sweep that read the record before it was approved takes away the due row that the purge's message names.</summary>
    [Fact]
    public async Task A_purge_whose_due_row_has_moved_on_has_its_outcome_in_the_log_all_the_same()
    {
        var (practice, client, record) = await ApprovedAsync();
        await new DueIndex(practice.Rows).MoveAsync(new(practice.Today, practice.Id, client, record), practice.Today.AddDays(30), None);
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        var tombstone = practice.Record(client, record)!.As<TombstoneFacts>();
        Assert.Single(practice.Entries(), e => e.Event.Kind == AuditKind.ChangeDone && e.Event.Details.Contains(new("intent", tombstone.Intent)));
    }

    [Fact]
    public async Task The_certificate_verifies_and_says_what_was_destroyed_and_on_whose_approval()
    {
        var (practice, client, record) = await ApprovedAsync();
        await practice.PurgeAsync(client, record);
        var (statement, signed) = CertificateOf(practice, client, record);
        var key = signed.Key.Split('/');
        using var publicKey = practice.Vault.SigningKey(new(key[0], key[1]));
        Assert.True(publicKey.VerifyHash(
            SHA256.HashData(Encoding.UTF8.GetBytes(signed.Statement)), Convert.FromBase64String(signed.Signature),
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal(
            ("demo", client.ToString(), record.ToString(), "client-record", "CA-PSY-2919", practice.Custodian.Person),
            (statement.Practice, statement.Client, statement.Record, statement.Class, statement.Rule, statement.ApprovedBy));
        Assert.Contains("sealed content deleted", statement.Method, StringComparison.Ordinal);
        Assert.StartsWith("No longer readable", statement.Statement, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_that_stopped_half_way_counts_its_undo_window_from_the_deletion()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Faults.Arm(new(8, Fakes.FaultKind.KillBefore)); // the read after the tombstone
        await Assert.ThrowsAsync<Fakes.ProcessKilledException>(() => practice.PurgeAsync(client, record));
        Assert.Equal(RowKinds.Tombstone, practice.Record(client, record)!.Kind);
        Assert.NotNull(practice.Blobs.Content(Container.Records, practice.Blob(client, record)));
        practice.Advance(10);
        practice.Restart();
        await practice.PurgeAsync(client, record);
        var deleted = Assert.Single(practice.Blobs.Versions(Container.Records, practice.Blob(client, record))).Deleted!.Value;
        Assert.True(CertificateOf(practice, client, record).Statement.NoCopyAfter
            > DateOnly.FromDateTime(deleted.UtcDateTime).AddDays(Certificate.UndoWindowDays));
    }

    [Fact]
    public async Task Bytes_that_are_not_ours_are_left_as_evidence_and_the_certificate_does_not_say_they_were_deleted()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Blobs.Overwrite(Container.Records, practice.Blob(client, record), [1, 2, 3]);
        await practice.PurgeAsync(client, record);
        Assert.NotNull(practice.Blobs.Content(Container.Records, practice.Blob(client, record)));
        var entry = Assert.Single(practice.Entries(), e => e.Event.Kind == AuditKind.IntegrityFailed);
        Assert.Equal([entry.Id.ToString()], Assert.Single(await practice.App.Desk.ListAsync(practice.Id, None)).Evidence);
        Assert.DoesNotContain("content deleted", CertificateOf(practice, client, record).Statement.Method, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_log_down_nothing_is_destroyed()
    {
        var (practice, client, record) = await ApprovedAsync();
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => practice.PurgeAsync(client, record));
        practice.Log.Down = false;
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
    }

    [Fact]
    public async Task A_message_about_what_does_not_exist_does_nothing()
    {
        var (practice, client, _) = await ApprovedAsync();
        Assert.IsType<Disposition.Unknown>(await practice.PurgeAsync(client, RecordId.New()));
        Assert.IsType<Disposition.Unknown>(await practice.PurgeAsync(ClientId.New(), RecordId.New()));
        Assert.IsType<Disposition.Unknown>(await practice.PurgeAsync(
            new(PracticeId.Parse("nowhere"), client, RecordId.New(), practice.Today)));
    }

    [Fact]
    public void A_purge_message_is_four_ids_or_it_is_none()
    {
        var message = new PurgeMessage(PracticeId.Parse("demo"), ClientId.New(), RecordId.New(), new(2026, 3, 2));
        Assert.True(PurgeMessage.TryParse(message.ToString(), out var parsed));
        Assert.Equal(message, parsed);
        Assert.All([null, "", "demo", message + " ", message + "\n", message.ToString().ToUpperInvariant(), message.ToString()[..^1]], text =>
            Assert.False(PurgeMessage.TryParse(text, out _)));
    }

    internal static async Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record)> ApprovedAsync()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        practice.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([record], (await practice.ApproveAsync(client)).Approved);
        practice.Time.Advance(TimeSpan.FromMinutes(1));
        return (practice, client, record);
    }

    private static (CertificateStatement Statement, SignedCertificate Signed) CertificateOf(
        PracticeUnderTest practice, ClientId client, RecordId record)
    {
        var web = JsonSerializerOptions.Web;
        var signed = JsonSerializer.Deserialize<SignedCertificate>(practice.Record(client, record)!.As<TombstoneFacts>().Certificate!, web)!;
        return (JsonSerializer.Deserialize<CertificateStatement>(signed.Statement, web)!, signed);
    }
}
