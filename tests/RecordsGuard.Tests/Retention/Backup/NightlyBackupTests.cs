using System.Text;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Tests.Retention.Backup;

/// <summary>What a night writes, and that a night without it is told.</summary>
public sealed class NightlyBackupTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_row_that_nothing_else_brings_back_is_in_an_object_that_the_manifest_names()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        await practice.UploadAsync(client);
        var expected = Enum.GetValues<Table>().Except([Table.RetentionDue, Table.Dispositions])
            .SelectMany(t => practice.Rows.All(t).Select(r => (t, Convert.ToHexStringLower(r.Hash())))).ToHashSet();
        await practice.BackUpAsync();

        var found = new HashSet<(Table, string)>();
        foreach (var part in Manifest(practice).Objects)
        {
            var bytes = practice.Blobs.Content(Container.Slips, part.Name)!;
            Assert.Equal(part.Sha256, BackupManifest.Digest(bytes));
            Assert.DoesNotContain("demo|", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            var rows = BackedRow.Read(await SealedBackup.OpenAsync(bytes, part.Name, practice.Vault, "x", None)).ToList();
            Assert.Equal(part.Rows, rows.Count);
            found.UnionWith(rows.Select(r => (r.Table, Convert.ToHexStringLower(r.Row.Hash()))));
        }

        Assert.Equal(expected, found);
        var entry = practice.Entries().Single(e => e.Id.ToString() == Manifest(practice).Entry).Event;
        Assert.Equal((AuditKind.HouseKeeping, "back-up-rows"), (entry.Kind, entry.Operation));
    }

    [Fact]
    public async Task A_practice_s_backup_has_no_row_of_another_whose_id_begins_alike()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var other = PracticeId.Parse("demo-2");
        await practice.App.Practices.AddAsync(other, practice.Tenant, "America/Los_Angeles", 30, 25, null, None);
        await practice.App.Clients.RegisterAsync(
            practice.Custodian with { Practice = "demo-2" }, other, new("B", "1", new(1990, 1, 1), "US-CA", "psychologist", null, []), None);
        await practice.BackUpAsync();
        Assert.DoesNotContain(Manifest(practice).Objects, o => o.Table is "Clients" or "Directory");
        Assert.Equal(2, practice.Blobs.Names(Container.Slips).Count(BackupManifest.IsManifest));
    }

    [Fact]
    public async Task A_large_table_is_written_in_objects_of_one_request_each_and_a_partition_stays_together()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        for (var n = 0; n < 100; n++)
        {
            var body = $"{{\"text\":\"{new string('x', 30_000)}\"}}";
            await practice.Rows.CommitAsync(
                Table.Alerts, $"demo|{n / 10:d2}", [new RowChange.Insert(Row.New($"demo|{n / 10:d2}", $"{n:d3}", "alert", body))], None);
        }

        await practice.BackUpAsync();
        var objects = Manifest(practice).Objects.Where(o => o.Table == "Alerts").ToList();
        Assert.True(objects.Count > 3);
        Assert.All(objects, o => Assert.Equal(0, o.Rows % 10));
        Assert.Equal(100, objects.Sum(o => o.Rows));
        Assert.All(objects, o => Assert.True(practice.Blobs.Content(Container.Slips, o.Name)!.Length < 4 * 1024 * 1024));
    }

    [Fact]
    public async Task A_message_that_comes_again_writes_nothing_more()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.BackUpAsync();
        var names = practice.Blobs.Names(Container.Slips);
        await practice.BackUpAsync();
        Assert.Equal(names, practice.Blobs.Names(Container.Slips));
        practice.Advance(1);
        await practice.BackUpAsync();
        Assert.Equal(2, practice.Blobs.Names(Container.Slips).Count(BackupManifest.IsManifest));
        await Assert.ThrowsAsync<FormatException>(() => practice.App.Backup.RunAsync("demo", None));
    }

    [Fact]
    public async Task A_practice_without_a_backup_for_a_day_and_a_half_is_told()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var watch = new BackupWatch(practice.Rows, practice.App.Desk, practice.Time);
        practice.Time.Advance(BackupWatch.MaxAge);
        await watch.LookAsync(None);
        Assert.Empty(Alerts()); // its first night is still to come
        await practice.BackUpAsync();
        practice.Time.Advance(BackupWatch.MaxAge);
        await watch.LookAsync(None);
        Assert.Empty(Alerts());
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        await watch.LookAsync(None);
        await watch.LookAsync(None);
        var alert = AlertDesk.Read(Assert.Single(Alerts()));
        Assert.Equal(("backup-missing", Severity.High, 1), (alert.Detection, alert.Severity, alert.Count));

        IEnumerable<Row> Alerts() => practice.Rows.All(Table.Alerts).Where(r => r.Kind == RowKinds.Alert);
    }

    [Fact]
    public async Task A_night_from_before_a_purge_that_outlives_the_undo_window_is_told()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        await practice.BackUpAsync();
        await practice.DrainPurgesAsync();
        await practice.Blobs.DeleteAsync(
            Container.Slips, practice.Blob(client, record), (await practice.Blobs.LookAsync(Container.Slips, practice.Blob(client, record), "x", None))!.Version, "x", None);
        practice.Advance(Certificate.UndoWindowDays + 2);
        await practice.App.Sweep.RunAsync(null, None);
        await practice.DrainPurgesAsync();
        Assert.Contains(practice.Entries(), e => e.Event.Kind == AuditKind.IntegrityFailed && e.Event.Details.Contains(new("because", Purge.CopyLeft)));
    }

    private static BackupManifest Manifest(PracticeUnderTest practice) => BackupManifest.Parse(practice.Blobs.Content(
        Container.Slips, practice.Blobs.Names(Container.Slips).First(n => BackupManifest.IsManifest(n) && n.StartsWith("demo/", StringComparison.Ordinal))));
}
