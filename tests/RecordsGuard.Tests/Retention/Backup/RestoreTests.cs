using System.Text;
using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Access.Rotation;

namespace RecordsGuard.Tests.Retention.Backup;

/// <summary>What a lost table costs: nothing that protects, nothing that was destroyed, and no record.</summary>
public sealed class RestoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Table[] AllLost = [Table.Clients, Table.Directory, Table.Access, Table.Alerts, Table.Quarantine];

    private static readonly Lazy<Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record)>> Template = new(async () =>
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        return (practice, client, await practice.UploadAsync(client));
    });

    [Fact]
    public async Task All_rows_come_back_as_they_were_and_follow_from_the_log()
    {
        var (practice, client, record) = await OpenAsync();
        await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
        var before = AllLost.SelectMany(practice.Rows.All).Select(r => Convert.ToHexStringLower(r.Hash())).ToList();
        var night = await practice.BackUpAsync();
        practice.Lose(AllLost);
        practice.Lose(Table.RetentionDue, Table.Dispositions);

        var status = await practice.RestoreAsync(night);
        Assert.Equal(("to-confirm", 0, "a table was lost"), (status.State, status.Facts.ToConfirm, status.Reason));
        Assert.Equal(before, AllLost.SelectMany(practice.Rows.All).Select(r => Convert.ToHexStringLower(r.Hash())));
        await DoneAsync(practice);
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
        Assert.Contains(practice.DueRows, r => r.Key.EndsWith($"{record}", StringComparison.Ordinal));
        Assert.Single((await practice.App.Holds.ListAsync(practice.Custodian, practice.Id, client, None))!, h => h.Matter == "m");
    }

    [Fact]
    public async Task A_record_purged_since_comes_back_as_a_tombstone_and_gets_its_certificate_again()
    {
        var (practice, client, record) = await OpenAsync();
        await practice.ApproveAsync(client);
        var night = await practice.BackUpAsync();
        await practice.DrainPurgesAsync();
        Assert.Equal(RowKinds.Tombstone, practice.Record(client, record)!.Kind);
        practice.Lose(AllLost);
        practice.Lose(Table.RetentionDue);

        await practice.RestoreAsync(night);
        var tombstone = practice.Record(client, record)!;
        Assert.Equal(RowKinds.Tombstone, tombstone.Kind);
        Assert.DoesNotContain("slip1.", tombstone.Body, StringComparison.Ordinal);
        await DoneAsync(practice);
        await practice.App.Sweep.RunAsync(null, None);
        await practice.DrainPurgesAsync();
        Assert.NotNull(practice.Record(client, record)!.As<TombstoneFacts>().Certificate);
        Assert.Null(await practice.ReadAsync(client, record));
        await VerifiedAsync(practice);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_purge_without_an_outcome_counts_unless_somebody_else_made_that_version_of_the_client_row(bool held)
    {
        var (practice, client, record) = await OpenAsync();
        await practice.ApproveAsync(client);
        var night = await practice.BackUpAsync();
        practice.Faults.Arm(null);
        practice.Hook.Interpose(
            call => call.StartsWith("Commit Clients", StringComparison.Ordinal),
            async () =>
            {
                if (held)
                {
                    await practice.Another().Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
                }

                throw new StoreUnavailableException("The purge dies after its intent.");
            });
        await Assert.ThrowsAsync<StoreUnavailableException>(practice.DrainPurgesAsync);
        practice.Restart();
        practice.Lose(AllLost);
        await practice.RestoreAsync(night);
        Assert.Equal(held ? RowKinds.Record : RowKinds.Tombstone, practice.Record(client, record)!.Kind);
    }

    [Fact]
    public async Task Records_since_the_night_come_back_from_what_their_uploads_left_a_client_of_that_day_too()
    {
        var (practice, client, first) = await OpenAsync();
        var night = await practice.BackUpAsync();
        var second = await practice.UploadAsync(client, "the second");
        var fresh = await practice.RegisterAsync();
        var third = await practice.UploadAsync(fresh, "the third");
        practice.Lose(AllLost);

        var status = await practice.RestoreAsync(night);
        Assert.Empty(status.Report);
        await DoneAsync(practice);
        Assert.Equal(
            ["what was said", "the second", "the third"],
            [await practice.ReadAsync(client, first), await practice.ReadAsync(client, second), await practice.ReadAsync(fresh, third)]);
    }

    [Fact]
    public async Task Holds_come_back_also_if_they_were_released_since_and_those_placed_since_as_holds_on_everything()
    {
        var (practice, client, record) = await OpenAsync();
        var released = await practice.App.Holds.PlaceAsync(As(practice, "place-hold"), practice.Id, client, new("m", "r", null), None);
        var night = await practice.BackUpAsync();
        Assert.True(await practice.App.Holds.ReleaseAsync(As(practice, "release-hold"), practice.Id, client, released!.Value, None));
        var placed = await practice.App.Holds.PlaceAsync(As(practice, "place-hold"), practice.Id, client, new("m2", "r", null, record), None);
        var spanning = await practice.App.SpanningHolds.PlaceAsync(As(practice, "place-hold"), practice.Id, new("m3", "r", null), None);
        practice.Lose(AllLost);
        practice.Rows.Tamper(Table.Practices, "demo", Keys.Hold(spanning!.Value), _ => null);

        var status = await practice.RestoreAsync(night);
        Assert.Equal(
            [(Keys.Hold(spanning.Value), ReportWords.StandIn, "place-hold"), .. new[] { (Keys.Hold(released.Value), ReportWords.Older, "release-hold"), (Keys.Hold(placed!.Value), ReportWords.StandIn, "place-hold") }.Order()],
            status.Report.Select(l => (l.Row.Split('/')[2], l.What, l.Operation)).ToArray());
        Assert.Equal(new ConfirmAnswer.OtherCount(3), await practice.App.Restores.ConfirmAsync(practice.Custodian, practice.Id, 2, "looked through", None));
        await DoneAsync(practice);
        var holds = (await practice.App.Holds.ListAsync(practice.Custodian, practice.Id, client, None))!;
        Assert.All(holds, h => Assert.True(h.InForce));
        Assert.Contains(holds, h => h.Id == placed.Value && h.Matter.StartsWith("(lost", StringComparison.Ordinal) && h.Record is null);
        Assert.Contains(await practice.App.SpanningHolds.ListAsync(practice.Custodian, practice.Id, None) ?? [], h => h.Id == spanning.Value && h.InForce);
    }

    [Fact]
    public async Task What_is_put_beside_a_client_row_bumps_it_so_that_who_decided_before_loses()
    {
        var (practice, client, _) = await OpenAsync();
        var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
        var night = await practice.BackUpAsync();
        practice.Rows.Tamper(Table.Clients, Keys.Partition(practice.Id, client), Keys.Hold(hold!.Value), _ => null);
        var before = Client();
        await practice.RestoreAsync(night);
        Assert.Equal((before.Version + 1, before.Body), (Client().Version, Client().Body));
        Assert.Contains(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Hold);
        await DoneAsync(practice);

        Row Client() => practice.Rows.All(Table.Clients).Single(r => r.Key == Keys.Client);
    }

    [Fact]
    public async Task What_grants_comes_back_only_as_the_logs_last_word_and_what_protects_always()
    {
        var (practice, client, _) = await OpenAsync();
        var (app, who) = (practice.App, practice.Custodian);
        var (ended, given, kept) = (PracticeUnderTest.Person(3), PracticeUnderTest.Person(4), PracticeUnderTest.Person(2));
        var from = practice.Time.GetUtcNow();
        await app.Relationships.GiveAsync(who, practice.Id, client, ended, Relationship.Assigned, from, null, None);
        await app.Nevers.MarkAsync(who, practice.Id, client, PracticeUnderTest.Person(5), None);
        var night = await practice.BackUpAsync();
        await app.Relationships.EndAsync(who, practice.Id, client, ended, Relationship.Assigned, None);
        await app.Relationships.GiveAsync(who, practice.Id, client, given, Relationship.Assigned, from, null, None);
        await app.Nevers.WithdrawAsync(who, practice.Id, client, PracticeUnderTest.Person(5), None);
        await app.Nevers.MarkAsync(who, practice.Id, client, PracticeUnderTest.Person(6), None);
        practice.Lose(Table.Access);

        var status = await practice.RestoreAsync(night);
        Assert.Equal(2, status.Report.Count(l => l.What == ReportWords.NotRestored));
        Assert.Equal(2, status.Report.Count(l => l.What == ReportWords.StandIn));
        var rows = practice.Rows.All(Table.Access);
        Assert.Equal(
            new[] { kept, PracticeUnderTest.Person(5), PracticeUnderTest.Person(6) }.Select(p => Keys.People(practice.Id, p)),
            rows.Select(r => r.Partition));
        Assert.All(rows, r => Assert.Null(r.As<RelationshipFacts>().Until));
        await DoneAsync(practice);
    }

    [Fact]
    public async Task Nothing_is_destroyed_from_the_request_until_it_is_done_and_what_was_approved_before_counts_no_more()
    {
        var (practice, client, record) = await OpenAsync();
        await practice.ApproveAsync(client);
        var night = await practice.BackUpAsync();
        Assert.IsType<RestoreAnswer.Begun>(await practice.App.Restores.RequestAsync(practice.Custodian, practice.Id, night, "by mistake", None));
        await HeldAsync();
        Assert.Contains(record, (await practice.ApproveAsync(client)).NotApproved.Keys);
        await practice.DrainRestoresAsync();
        await HeldAsync();
        await practice.ApproveAsync(client);
        Assert.IsType<ConfirmAnswer.Confirmed>(await practice.App.Restores.ConfirmAsync(practice.Custodian, practice.Id, 0, "looked through", None));
        await HeldAsync();
        while (practice.Queue.Take(WorkQueues.Settle) is { } message)
        {
            await practice.App.Settling.RunAsync(message, None);
        }

        Assert.IsType<Disposition.NeedsApproval>(await practice.PurgeAsync(client, record));
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        await practice.ApproveAsync(client);
        await practice.DrainPurgesAsync();
        Assert.Equal(RowKinds.Tombstone, practice.Record(client, record)!.Kind);

        async Task HeldAsync() => Assert.IsType<Disposition.Held>(await practice.PurgeAsync(client, record));
    }

    [Fact]
    public async Task Approvals_come_back_withdrawn()
    {
        var (practice, client, record) = await OpenAsync();
        await practice.ApproveAsync(client);
        var night = await practice.BackUpAsync();
        practice.Lose(AllLost);
        var status = await practice.RestoreAsync(night);
        Assert.Equal(ReportWords.Withdrawn, Assert.Single(status.Report).What);
        await DoneAsync(practice);
        Assert.IsType<Disposition.NeedsApproval>(await practice.PurgeAsync(client, record));
    }

    [Fact]
    public async Task The_reconciler_removes_nothing_while_rows_are_restored_nor_where_the_client_row_is_lost()
    {
        var (practice, client, _) = await OpenAsync();
        var night = await practice.BackUpAsync();
        var orphan = practice.Blob(client, RecordId.New());
        practice.Blobs.Overwrite(Container.Records, orphan, [1, 2, 3]);
        practice.Advance(2);
        Assert.IsType<RestoreAnswer.Begun>(await practice.App.Restores.RequestAsync(practice.Custodian, practice.Id, night, "a table was lost", None));
        Assert.Equal(0, await practice.App.Reconciler.RunAsync(None));
        await practice.DrainRestoresAsync();
        await practice.ConfirmAsync();
        practice.Lose(Table.Clients);
        Assert.Equal(0, await practice.App.Reconciler.RunAsync(None));
        await practice.RestoreAsync(night);
        await practice.ConfirmAsync();
        Assert.Equal(1, await practice.App.Reconciler.RunAsync(None));
        Assert.Null(practice.Blobs.Content(Container.Records, orphan));
    }

    [Fact]
    public async Task A_restore_by_mistake_overwrites_nothing()
    {
        var (practice, client, _) = await OpenAsync();
        var night = await practice.BackUpAsync();
        await practice.App.Correction.CorrectAsync(practice.Custodian, practice.Id, client, new("New Name", null, null, null, null, new(2020, 1, 1)), None);
        await practice.UploadAsync(client, "another");
        var before = Enum.GetValues<Table>().Except([Table.Practices]).SelectMany(practice.Rows.All).ToList();
        var status = await practice.RestoreAsync(night);
        Assert.Empty(status.Report);
        Assert.Equal(before, Enum.GetValues<Table>().Except([Table.Practices]).SelectMany(practice.Rows.All));
        await DoneAsync(practice);
    }

    [Fact]
    public async Task A_date_or_a_name_changed_since_is_named_for_the_custodian_to_do_again()
    {
        var (practice, client, _) = await OpenAsync();
        var night = await practice.BackUpAsync();
        await practice.App.Correction.CorrectAsync(As(practice, "correct-facts"), practice.Id, client, new("New Name", null, null, null, null, new(2020, 1, 1)), None);
        practice.Lose(AllLost);
        var status = await practice.RestoreAsync(night);
        Assert.Equal(
            [($"Clients/demo|{client}/client", "older"), ($"Directory/demo/{client}", "older")], status.Report.Select(l => (l.Row, l.What)));
        await DoneAsync(practice);
    }

    [Fact]
    public async Task A_manifest_that_the_log_does_not_name_is_none()
    {
        var (practice, _, _) = await OpenAsync();
        var night = await practice.BackUpAsync();
        practice.Advance(1);
        var name = practice.Blobs.Names(Container.Slips).Single(BackupManifest.IsManifest);
        var planted = BackupManifest.NameOf(practice.Id, night.AddDays(1), new string('0', 32));
        practice.Blobs.Overwrite(Container.Slips, planted, practice.Blobs.Content(Container.Slips, name)!);
        Assert.Equal([night.AddDays(1), night], await practice.App.Restores.NightsAsync(practice.Id, None));
        Assert.IsType<RestoreAnswer.NoSuchBackup>(await practice.App.Restores.RequestAsync(practice.Custodian, practice.Id, night.AddDays(1), "a table was lost", None));
        Assert.IsType<RestoreAnswer.NoSuchBackup>(await practice.App.Restores.RequestAsync(practice.Custodian, practice.Id, night.AddDays(-1), "a table was lost", None));
    }

    [Fact]
    public async Task An_object_that_is_not_what_the_manifest_says_gives_no_row_and_an_alert()
    {
        var (practice, client, _) = await OpenAsync();
        var night = await practice.BackUpAsync();
        var name = practice.Blobs.Names(Container.Slips).Single(n => n.Contains("/Access-", StringComparison.Ordinal));
        var other = practice.Blobs.Names(Container.Slips).Single(n => n.Contains("/Directory-", StringComparison.Ordinal));
        practice.Blobs.Overwrite(Container.Slips, name, practice.Blobs.Content(Container.Slips, other)!);
        practice.Lose(AllLost);
        var status = await practice.RestoreAsync(night);
        Assert.Equal((name, ReportWords.Refused), status.Report.Select(l => (l.Row, l.What)).First());
        Assert.Empty(practice.Rows.All(Table.Access));
        Assert.Contains(practice.Rows.All(Table.Directory), r => r.Key == client.ToString());
        Assert.Contains(await practice.App.Desk.ListAsync(practice.Id, None), a => a.Detection == "backup-refused");
    }

    [Fact]
    public async Task A_row_that_the_log_announced_with_another_hash_is_not_restored()
    {
        var (practice, client, record) = await OpenAsync();
        practice.Rows.Tamper(
            Table.Clients, Keys.Partition(practice.Id, client), Keys.Client,
            r => r with { Body = r.Body.Replace("2010", "1999", StringComparison.Ordinal) }); // by hand, before the night
        var night = await practice.BackUpAsync();
        practice.Lose(AllLost);
        var status = await practice.RestoreAsync(night);
        Assert.Contains(status.Report, l => l.What == ReportWords.Refused && l.Row == $"Clients/demo|{client}/client");
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Key == Keys.Client);
        Assert.NotNull(practice.Record(client, record));
    }

    [Fact]
    public async Task After_the_practice_was_registered_anew_the_old_names_open_and_who_was_suspended_stays_so()
    {
        var (practice, client, record) = await OpenAsync();
        var who = practice.Caller(2, "clinician");
        await practice.AskAsync(who, Operation.SearchClients);
        await practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, PracticeUnderTest.Person(2), "why not", None);
        var before = practice.Rows.All(Table.Practices).Single(r => r.Key == Keys.Practice);
        var night = await practice.BackUpAsync();
        practice.Lose(Table.Practices);
        practice.Time.Advance(TimeSpan.FromHours(1));
        practice.Restart();
        await practice.App.Practices.AddAsync(practice.Id, practice.Tenant, "America/Los_Angeles", 0, 25, null, None);
        Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(who, Operation.SearchClients)); // a new row lets them in

        var status = await practice.RestoreAsync(night);
        Assert.Empty(status.Report);
        Assert.Equal(before.Body, practice.Rows.All(Table.Practices).Single(r => r.Key == Keys.Practice).Body);
        Assert.IsType<GateAnswer.Refused>(await practice.AskAsync(who, Operation.SearchClients));
        await DoneAsync(practice);
        Assert.Equal("Ada Lovelace", Assert.Single(await practice.App.Clients.SearchAsync(practice.Custodian, practice.Id, "", null, None).ToListAsync(None)).Name);
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
    }

    [Fact]
    public async Task A_key_made_anew_under_which_clients_were_taken_in_stays_and_the_report_says_so()
    {
        var (practice, _, _) = await OpenAsync();
        var night = await practice.BackUpAsync();
        practice.Lose(Table.Practices);
        practice.Time.Advance(TimeSpan.FromHours(1));
        await practice.App.Practices.AddAsync(practice.Id, practice.Tenant, "America/Los_Angeles", 0, 25, null, None);
        var made = practice.Rows.All(Table.Practices).Single(r => r.Key == Keys.Practice);
        await practice.RegisterAsync();
        var status = await practice.RestoreAsync(night);
        Assert.Equal([ReportWords.Conflict], status.Report.Select(l => l.What).Distinct());
        Assert.Equal(made, practice.Rows.All(Table.Practices).Single(r => r.Key == Keys.Practice));
    }

    [Fact]
    public async Task Somebody_suspended_since_is_suspended_and_somebody_let_in_since_too()
    {
        var (practice, _, _) = await OpenAsync();
        var (first, second, third) = (PracticeUnderTest.Person(2), PracticeUnderTest.Person(3), PracticeUnderTest.Person(4));
        await practice.AskAsync(practice.Caller(4, "clinician"), Operation.SearchClients);
        await practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, first, "why not", None);
        var night = await practice.BackUpAsync();
        await practice.App.Suspensions.LiftAsync(practice.Custodian, practice.Id, first, "why not", None);
        await practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, second, "why not", None);
        await practice.App.Suspensions.SuspendAsync(practice.Custodian, practice.Id, third, "why not", None);
        foreach (var person in new[] { first, second, third })
        {
            practice.Rows.Tamper(Table.Practices, "demo", Keys.Person(person), _ => null);
        }

        var status = await practice.RestoreAsync(night);
        Assert.All(status.Report, l => Assert.Equal(ReportWords.Suspended, l.What));
        Assert.All(practice.Rows.All(Table.Practices).Where(r => r.Kind == RowKinds.Person), r => Assert.True(r.As<PersonFacts>().Suspended));
        Assert.Equal(3, status.Report.Count);
        await DoneAsync(practice);
    }

    [Fact]
    public async Task A_file_quarantined_since_the_night_comes_back_and_one_filed_since_does_not()
    {
        var (practice, client, _) = await OpenAsync();
        var filed = await TakeAsync("a");
        var night = await practice.BackUpAsync();
        Assert.True(RecordClass.TryParse("billing", out var billing));
        await practice.App.Filing.FileAsync(practice.Custodian, practice.Id, filed, client, billing, None);
        var since = await TakeAsync("b");
        practice.Lose(Table.Quarantine);
        var status = await practice.RestoreAsync(night);
        Assert.Equal(since.ToString(), Assert.Single(practice.Rows.All(Table.Quarantine)).Key);
        Assert.Equal([ReportWords.NotRestored], status.Report.Select(l => l.What));
        await practice.ConfirmAsync();
        Assert.IsType<FilingAnswer.Filed>(await practice.App.Filing.FileAsync(practice.Custodian, practice.Id, since, client, billing, None));

        async Task<QuarantineId> TakeAsync(string name) =>
            Assert.IsType<InboxAnswer.Quarantined>(await practice.TakeAsync(practice.SendToInbox($"demo/{ClientId.New()}/billing/{name}"))).Id;
    }

    [Fact]
    public async Task After_a_rotation_new_records_are_wrapped_for_the_versions_that_the_log_named_last()
    {
        var (practice, client, record) = await OpenAsync();
        var night = await practice.BackUpAsync();
        await Rotated.RotateAsync(practice);
        var keks = Rotated.Keks(practice);
        practice.Lose([.. AllLost, Table.Practices]);
        var status = await practice.RestoreAsync(night);
        Assert.Empty(status.Report);
        var now = Rotated.Keks(practice);
        Assert.Equal((keks.Content, keks.Index, RotationStep.Retiring), (now.Content, now.Index, now.Step));
        await DoneAsync(practice);

        // The night's slips name versions that were disabled: a key administrator lets them open once more.
        foreach (var version in practice.Vault.Versions("demo-content").Concat(practice.Vault.Versions("demo-index")))
        {
            practice.Vault.Enable(version, enabled: true);
        }

        practice.Restart();
        var second = await practice.UploadAsync(client, "afterwards");
        Assert.Contains(keks.Content, practice.Record(client, second)!.Body, StringComparison.Ordinal);
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
    }

    [Fact]
    public async Task A_client_unlinked_since_stays_unlinked()
    {
        var (practice, client, record) = await OpenAsync();
        await practice.ApproveAsync(client);
        await practice.DrainPurgesAsync();
        practice.Advance(6 * 366);
        await practice.App.Unlinking.CloseAsync(practice.Custodian, practice.Id, client, None);
        practice.Advance(1);
        var night = await practice.BackUpAsync();
        await practice.App.Unlinking.FinishAsync(practice.Custodian, practice.Id, client, None);
        practice.Lose(AllLost);
        var status = await practice.RestoreAsync(night);
        Assert.Empty(status.Report);
        var facts = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Client).As<ClientFacts>();
        Assert.Equal(("", true, null), (facts.Pseudonym, facts.UnlinkedAt is not null, facts.LastService));
        Assert.Equal((RowKinds.Unlinked, "{}"), practice.Rows.All(Table.Directory).Select(r => (r.Kind, r.Body)).Single());
        Assert.NotNull(practice.Record(client, record));
        await DoneAsync(practice);
    }

    [Fact]
    public async Task Two_at_once_and_a_message_that_comes_again_do_the_same()
    {
        var (practice, client, record) = await OpenAsync();
        var night = await practice.BackUpAsync();
        var hold = await practice.App.Holds.PlaceAsync(As(practice, "place-hold"), practice.Id, client, new("m", "r", null), None);
        practice.Lose(AllLost);
        var happened = true;
        for (var at = 1; happened; at += 11)
        {
            var copy = await practice.CopyAsync();
            await copy.SequenceAsync();
            var begun = (RestoreAnswer.Begun)await copy.App.Restores.RequestAsync(copy.Custodian, copy.Id, night, "a table was lost", None);
            var message = Assert.Single(copy.Queue.Messages(WorkQueues.Restore)).Text;
            happened = false;
            copy.Hook.InterposeAt(at, async () =>
            {
                happened = true;
                await copy.Another().Restores.RunAsync(message, _ => Task.CompletedTask, None);
            });
            await copy.DrainRestoresAsync();
            await copy.App.Restores.RunAsync(message, _ => Task.CompletedTask, None);
            copy.Hook.Forget();
            var status = (await copy.App.Restores.StatusAsync(copy.Custodian, copy.Id, None))!;
            Assert.Equal((begun.Facts.PlacedAt, 1), (status.Facts.PlacedAt, status.Facts.ToConfirm));
            Assert.Contains(copy.Rows.All(Table.Clients), r => r.Key == Keys.Hold(hold!.Value));
            Assert.NotNull(copy.Record(client, record));
            await DoneAsync(copy);
        }
    }

    private static AuditSubject As(PracticeUnderTest practice, string operation) => practice.Custodian with { Operation = operation };

    private static async Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record)> OpenAsync()
    {
        var (template, client, record) = await Template.Value;
        return (await template.CopyAsync(), client, record);
    }

    private static async Task DoneAsync(PracticeUnderTest practice)
    {
        await practice.ConfirmAsync();
        Assert.Equal("done", (await practice.App.Restores.StatusAsync(practice.Custodian, practice.Id, None))!.State);
        await VerifiedAsync(practice);
        Promises.AssertKept(practice);
    }

    /// <summary>What <c>audit verify --against tables</c> says.</summary>
    private static async Task VerifiedAsync(PracticeUnderTest practice)
    {
        practice.Time.Advance(TimeSpan.FromMinutes(5));
        var text = new StringBuilder();
        await new RowListing(practice.Rows, practice.App.Audit, practice.Time).WriteAsync(
            [practice.Custodian],
            (line, _) =>
            {
                text.Append(line);
                return Task.CompletedTask;
            },
            None);
        var replay = new RowReplay(await RowList.ReadAsync(new StringReader(text.ToString()), None));
        await practice.SequenceAsync();
        foreach (var entry in await practice.PublishedAsync())
        {
            replay.Add(entry);
        }

        Assert.Empty(replay.Compare().Select(f => $"{f.Fault} {f.Where}: {f.Sentence}"));
    }
}
