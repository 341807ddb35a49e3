using RecordsGuard.Access.Rotation;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access.Rotation;

public sealed class KeyRotationTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Settle = RotationTerms.DefaultSettle;

    private static readonly Lazy<Task<(PracticeUnderTest Practice, ClientId Client)>> Template = new(async () =>
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        return (practice, await practice.RegisterAsync());
    });

    [Fact]
    public async Task Afterwards_no_slip_names_an_old_version_the_old_ones_are_disabled_and_every_record_opens()
    {
        var (practice, first) = await OneRecordAsync();
        await practice.UploadAsync(first);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var client = await practice.RegisterAsync();
            await practice.UploadAsync(client);
            await practice.UploadAsync(client);
        }

        for (var round = 0; round < 2; round++)
        {
            var before = Rotated.Keks(practice);
            await Rotated.RotateAsync(practice);
            await Rotated.AssertAsync(practice, before);
            Assert.Equal(6, (await practice.App.Rotation.StatusAsync(practice.Id, None))!.Progress!.Rewrapped - 1);
        }

        Promises.AssertKept(practice);
        Assert.Equal(3, practice.Vault.Versions(PublicKeys.ContentKekOf(practice.Id)).Count);
    }

    [Fact]
    public async Task A_file_in_quarantine_can_be_filed_after_two_rotations()
    {
        var (practice, client) = await OneRecordAsync();
        await practice.TakeAsync(practice.SendToInbox($"demo/{ClientId.New()}/client-record/notes.txt"));
        for (var round = 0; round < 2; round++)
        {
            await Rotated.RotateAsync(practice);
        }

        var row = Assert.Single(practice.Rows.All(Table.Quarantine));
        Assert.Equal(Rotated.Keks(practice).Content, KeySlip.Parse(row.As<QuarantineFacts>().Slip!).Kek.Version);
        Assert.True(QuarantineId.TryParse(row.Key, out var file));
        Assert.True(RecordClass.TryParse("client-record", out var recordClass));
        var filed = await practice.App.Filing.FileAsync(practice.Custodian, practice.Id, file, client, recordClass, None);
        Assert.Equal("what was said", await practice.ReadAsync(client, Assert.IsType<FilingAnswer.Filed>(filed).Record));
    }

    [Fact]
    public async Task An_entry_says_key_rotated_and_names_the_versions_before_anything_is_wrapped_for_them()
    {
        var (practice, client) = await OneRecordAsync();
        await Rotated.RotateAsync(practice);
        var keks = Rotated.Keks(practice);
        var entries = practice.Entries().OrderBy(e => e.Time).ThenBy(e => e.Sequence).Select(e => e.Event).ToList();
        var admitted = entries.FindIndex(e => e is { Operation: "key-rotated", Kind: AuditKind.ChangeIntended });

        Assert.Contains(new("key", $"demo-content/{keks.Content}"), entries[admitted].Details);
        Assert.Contains(new("key", $"demo-index/{keks.Index}"), entries[admitted].Details);
        Assert.True(admitted < entries.FindIndex(e => e is { Operation: "rotate-keys", Kind: AuditKind.ChangeIntended, Record.Length: > 0 }));
        Assert.Equal(2, entries.Last(e => e is { Operation: "key-retired", Kind: AuditKind.ChangeIntended }).Details.Count(d => d.Key == "key"));
        await practice.UploadAsync(client);
        await Rotated.AssertAsync(practice, keks with { Content = "", Index = "" });
    }

    /// <summary>One slip is two calls, each with an entry of its own: an unwrap that finds none is an alert.</summary>
    [Fact]
    public async Task Every_unwrap_of_a_rotation_has_an_entry_of_its_own()
    {
        var (practice, _) = await OneRecordAsync();
        await Rotated.RotateAsync(practice);
        var ids = practice.Entries().Select(e => e.Id.ToString()).ToHashSet();
        Assert.All(practice.Vault.Calls.Where(c => c.Cause is not null), c => Assert.Contains(c.Cause!, ids));
        Assert.Equal(2, practice.Vault.Calls.Count(c => c.Operation == "disable"));
        Assert.Equal(1 + 6, practice.Unwraps.Count); // the upload; two new versions tried, two slips opened, two new slips proven
        Assert.Distinct(practice.Unwraps.Select(u => u.Cause));
    }

    [Fact]
    public async Task A_version_that_a_key_administrator_puts_there_wraps_nothing_and_a_rotation_disables_it()
    {
        var (practice, client) = await OneRecordAsync();
        var before = Rotated.Keks(practice);
        var planted = practice.Vault.Rotate(PublicKeys.ContentKekOf(practice.Id));
        practice.Restart();

        await practice.UploadAsync(client);
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Body.Contains(planted.Version, StringComparison.Ordinal));
        await Rotated.RotateAsync(practice);
        await Rotated.AssertAsync(practice, before);
        Assert.NotEqual(planted.Version, Rotated.Keks(practice).Content);
    }

    [Fact]
    public async Task Uploads_and_reads_at_any_moment_of_a_rotation_succeed_also_with_a_version_cached_before_it()
    {
        for (var at = 1; ; at++)
        {
            var (practice, client) = await OneRecordAsync();
            var before = Rotated.Keks(practice);
            var other = practice.Another();
            await ReceiveAsync(other, practice, client);
            var happened = false;
            practice.Hook.InterposeAt(at, async () =>
            {
                happened = true;
                await ReceiveAsync(other, practice, client);
                foreach (var row in practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Record))
                {
                    Assert.NotNull(await practice.ReadAsync(client, RecordId.Parse(row.Key[Keys.Records.Length..])));
                }
            });
            await Rotated.RotateAsync(practice);
            practice.Hook.Forget();
            await Rotated.AssertAsync(practice, before);
            Promises.AssertKept(practice);
            if (!happened)
            {
                Assert.True(at > 30, $"Only {at} moments were tried.");
                break;
            }
        }
    }

    [Fact]
    public async Task What_took_too_long_from_wrapping_to_commit_is_not_committed()
    {
        var (practice, client) = await OneRecordAsync();
        DuringTheNextUpload(practice, PublicKeys.MaxAge);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => practice.UploadAsync(client));
        Assert.Single(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Record);
        Assert.Single(practice.Entries(), e => e.Event.Kind == AuditKind.ChangeNotDone);
    }

    /// <summary>Or, once in fifteen minutes, whoever uploads is told to try again for nothing.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(9.99)]
    [InlineData(10)]
    [InlineData(14.99)]
    public async Task However_long_ago_the_version_in_use_was_read_five_minutes_are_left_to_commit(double minutes)
    {
        var (practice, client) = await OneRecordAsync();
        await practice.UploadAsync(client);
        practice.Time.Advance(TimeSpan.FromMinutes(minutes));
        DuringTheNextUpload(practice, PublicKeys.MaxAge / 3);
        await practice.UploadAsync(client);
    }

    /// <summary>A read holds a row, then asks the vault: the version that its slip names must last until then.</summary>
    [Fact]
    public async Task An_old_version_is_disabled_no_sooner_than_everybody_has_let_go_of_it()
    {
        var (practice, client) = await OneRecordAsync();
        var (admitted, rewrapped, retired) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        practice.Hook.Committed = changes =>
        {
            var now = practice.Time.GetUtcNow();
            foreach (var row in changes.Select(c => c.Row))
            {
                (admitted, rewrapped, retired) = row switch
                {
                    { Kind: RowKinds.Keks } when row.As<KekFacts>().Step == RotationStep.Retiring => (now, rewrapped, retired),
                    { Kind: RowKinds.Keks } when row.As<KekFacts>().Step == RotationStep.InUse => (admitted, rewrapped, now),
                    { Kind: RowKinds.Record, Version: > 1 } => (admitted, now, retired),
                    _ => (admitted, rewrapped, retired),
                };
            }
        };
        var other = practice.Another();
        await ReceiveAsync(other, practice, client);
        await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
        await practice.App.Rotation.RunAsync(practice.Queue.Take(WorkQueues.Rotate)!, None);
        await ReceiveLateAsync(other, practice, client);
        await practice.DrainRotationsAsync();

        Assert.True(retired >= admitted + Settle);
        Assert.True(rewrapped > admitted + PublicKeys.MaxAge, "The late upload was re-wrapped.");
        Assert.True(retired >= rewrapped + Settle);
    }

    /// <summary>The pass that finds a late upload must not look as if it had found nothing when it is killed.</summary>
    [Fact]
    public async Task Killed_at_any_moment_of_the_pass_after_a_late_upload_the_old_version_still_lasts_long_enough()
    {
        var happened = true;
        for (var at = 1; happened; at++)
        {
            var (practice, client) = await OneRecordAsync();
            var (rewrapped, retired) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
            practice.Hook.Committed = changes =>
            {
                var row = changes[0].Row;
                rewrapped = row is { Kind: RowKinds.Record, Version: > 1 } ? practice.Time.GetUtcNow() : rewrapped;
                retired = row.Kind == RowKinds.Keks && row.As<KekFacts>().Step == RotationStep.InUse ? practice.Time.GetUtcNow() : retired;
            };
            var other = practice.Another();
            await ReceiveAsync(other, practice, client);
            await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
            await practice.App.Rotation.RunAsync(practice.Queue.Take(WorkQueues.Rotate)!, None);
            await ReceiveLateAsync(other, practice, client);
            practice.Time.Advance(Settle);
            practice.Faults.Arm(new(at, Fakes.FaultKind.KillAfter));
            try
            {
                await practice.DrainRotationsAsync();
            }
            catch (Fakes.ProcessKilledException)
            {
            }

            happened = practice.Faults.Happened;
            practice.Restart();
            await practice.DrainRotationsAsync();
            Assert.True(retired >= rewrapped + Settle, $"Killed after call {at}.");
        }
    }

    [Fact]
    public async Task A_record_purged_at_any_moment_of_a_rotation_is_gone_and_stays_so()
    {
        for (var at = 1; ; at++)
        {
            var (practice, client) = await OneRecordAsync();
            var record = await practice.UploadAsync(client);
            await practice.ApproveAsync(client);
            var before = Rotated.Keks(practice);
            var happened = false;
            practice.Hook.InterposeAt(at, async () =>
            {
                happened = true;
                Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
            });
            await Rotated.RotateAsync(practice);
            practice.Hook.Forget();
            if (!happened)
            {
                break;
            }

            Assert.Equal(RowKinds.Tombstone, practice.Record(client, record)!.Kind);
            await Rotated.AssertAsync(practice, before);
            Promises.AssertKept(practice);
        }
    }

    [Fact]
    public async Task Two_at_work_on_one_practice_at_any_moment_do_no_harm()
    {
        for (var at = 1; ; at++)
        {
            var (practice, client) = await OneRecordAsync();
            var before = Rotated.Keks(practice);
            var happened = false;
            await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
            practice.Hook.InterposeAt(at, async () =>
            {
                happened = true;
                await practice.Another().Rotation.RunAsync("demo", None);
            });
            await practice.DrainRotationsAsync();
            practice.Hook.Forget();
            await Rotated.AssertAsync(practice, before);
            Promises.AssertKept(practice);
            if (!happened)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task A_whole_rotation_while_another_stands_still_leaves_no_slip_of_a_retired_version()
    {
        for (var at = 1; ; at++)
        {
            var (practice, _) = await OneRecordAsync();
            var happened = false;
            await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
            practice.Hook.InterposeAt(at, async () =>
            {
                happened = true;
                var other = practice.Another();
                await other.Rotation.RunAsync("demo", None);
                await practice.DrainRotationsAsync(other);
                await other.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
                await practice.DrainRotationsAsync(other);
            });
            await practice.DrainRotationsAsync();
            practice.Hook.Forget();
            await Rotated.AssertAsync(practice, new("", "", default, RotationStep.InUse));
            if (!happened)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_asked_again_later_and_nothing_is_lost()
    {
        var (practice, _) = await OneRecordAsync();
        var before = Rotated.Keks(practice);
        await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
        practice.Hook.Interpose(
            call => call == "Commit Practices demo practice",
            () =>
            {
                practice.Vault.Down = true;
                return Task.CompletedTask;
            });
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(await practice.App.Rotation.RunAsync(practice.Queue.Take(WorkQueues.Rotate)!, None));
            Assert.True(practice.Vault.Down);
            Assert.Null(practice.Queue.Take(WorkQueues.Rotate));
            practice.Time.Advance(TimeSpan.FromMinutes(1));
        }

        practice.Vault.Down = false;
        await practice.DrainRotationsAsync();
        await Rotated.AssertAsync(practice, before);
    }

    [Fact]
    public async Task A_slip_that_does_not_open_is_reported_and_keeps_no_other_from_its_turn()
    {
        var (practice, client) = await OneRecordAsync();
        string[] bad = ["", "slip1.RSA-OAEP-256.demo-content.0123456789abcdef0123456789abcdef.AAAA", "slip1.RSA-OAEP-256.elsewhere-content.0123456789abcdef0123456789abcdef.AAAA"];
        var records = new List<RecordId>();
        foreach (var slip in bad)
        {
            records.Add(await practice.UploadAsync(client));
            Tamper(practice, client, records[^1], _ => slip);
        }

        records.Add(await practice.UploadAsync(client));
        Tamper(practice, client, records[^1], slip => slip[..^8] + "AAAAAAAA");
        await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, None);
        var broken = await practice.DrainRotationsAsync();

        Assert.Equal(RotationStep.InUse, Rotated.Keks(practice).Step);
        Assert.Equal(records.Select(r => r.ToString()).Order(), broken.Select(b => b.Record!).Distinct().Order());
        Assert.All(broken, b => Assert.Equal((EnvelopeFault.BadSlip, client.ToString()), (b.Fault, b.Client)));
        var whole = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Record && !records.Contains(RecordId.Parse(r.Key[Keys.Records.Length..])));
        Assert.Equal("what was said", await practice.ReadAsync(client, RecordId.Parse(whole.Key[Keys.Records.Length..])));
        Assert.Equal(4, (await practice.App.Rotation.StatusAsync(practice.Id, None))!.Progress!.Broken);
    }

    [Fact]
    public async Task A_version_that_does_not_open_what_it_wraps_is_never_taken_into_use()
    {
        var (practice, _) = await OneRecordAsync();
        var before = Rotated.Keks(practice);
        var rotation = new KeyRotation(
            practice.Rows, new LyingVault(practice.Vault), practice.App.Audit, practice.Queue, Duties.RotationTerms, practice.Time);
        await rotation.RequestAsync(practice.Custodian, practice.Id, None);

        await Assert.ThrowsAsync<EnvelopeException>(() => rotation.RunAsync("demo", None));
        Assert.Equal(before with { Step = RotationStep.Requested }, Rotated.Keks(practice));
    }

    [Fact]
    public async Task A_wrap_that_the_vault_does_not_open_is_never_committed()
    {
        var (practice, client) = await OneRecordAsync();
        var record = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Record);
        var rotation = new KeyRotation(
            practice.Rows, new LyingVault(practice.Vault, only: "get"), practice.App.Audit, practice.Queue, Duties.RotationTerms, practice.Time);
        await rotation.RequestAsync(practice.Custodian, practice.Id, None);

        await Assert.ThrowsAsync<KeyVaultException>(() => rotation.RunAsync("demo", None));
        Assert.Equal(record, practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Record));
        Assert.Contains(practice.Entries(), e => e.Event is { Operation: "rotate-keys", Kind: AuditKind.ChangeNotDone });
        Assert.Equal("what was said", await practice.ReadAsync(client, RecordId.Parse(record.Key[Keys.Records.Length..])));
    }

    [Fact]
    public async Task The_timer_rotates_what_is_a_year_old_and_wakes_what_is_under_way()
    {
        var (practice, _) = await OneRecordAsync();
        string[] others = ["ash", "birch", "cedar"];
        foreach (var name in others)
        {
            await practice.App.Practices.AddAsync(PracticeId.Parse(name), practice.Tenant, "Europe/Berlin", 30, 25, null, None);
        }

        Assert.Empty(await practice.App.Rotation.RunAsync(KeyRotation.Everyone, None));
        Assert.Empty(practice.Queue.Messages(WorkQueues.Rotate));
        practice.Advance(365);
        for (var night = 0; night < 2; night++)
        {
            await practice.App.Rotation.RunAsync(KeyRotation.Everyone, None);
            Assert.Equal(2, practice.Queue.Messages(WorkQueues.Rotate).Count); // at most two at once, lost messages sent again
            practice.Queue.Take(WorkQueues.Rotate);
            practice.Queue.Take(WorkQueues.Rotate);
        }

        for (var night = 0; night < 2; night++)
        {
            await practice.App.Rotation.RunAsync(KeyRotation.Everyone, None);
            await practice.DrainRotationsAsync();
        }

        Assert.All(practice.Rows.All(Table.Practices).Where(r => r.Kind == RowKinds.Keks), r => Assert.True(
            r.As<KekFacts>() is { Step: RotationStep.InUse } facts && facts.Since > PracticeUnderTest.Start, r.Partition));
    }

    [Fact]
    public async Task Calls_are_spread_evenly_over_time()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var pace = new Pace(callsPerSecond: 4, time);
        await pace.TakeAsync(2, None);
        var second = pace.TakeAsync(2, None);
        var third = pace.TakeAsync(2, None);

        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await second;
        Assert.False(third.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(500));
        await third;
    }

    [Fact]
    public async Task A_message_that_names_no_practice_belongs_in_the_poison_queue()
    {
        var (practice, _) = await OneRecordAsync();
        await Assert.ThrowsAsync<FormatException>(() => practice.App.Rotation.RunAsync("No Practice", None));
        await practice.App.Rotation.RunAsync("unknown-practice", None);
        Assert.Null(await practice.App.Rotation.RequestAsync(practice.Custodian, PracticeId.Parse("unknown-practice"), None));
    }

    private static async Task<(PracticeUnderTest Practice, ClientId Client)> OneRecordAsync()
    {
        var (template, client) = await Template.Value;
        var practice = await template.CopyAsync();
        await practice.UploadAsync(client);
        return (practice, client);
    }

    private static async Task ReceiveAsync(Duties process, PracticeUnderTest practice, ClientId client)
    {
        Assert.True(RecordClass.TryParse("client-record", out var parsed));
        var stream = new MemoryStream("what was said"u8.ToArray());
        Assert.IsType<IntakeAnswer.Received>(await process.Intake.ReceiveAsync(
            practice.Custodian, practice.Id, client, new(parsed, "notes.txt", "text/plain", stream, null, PracticeUnderTest.Person(1)), None));
    }

    /// <summary>As late as it can be: the version in use was read just before it was replaced, and the commit comes at the last second.</summary>
    private static async Task ReceiveLateAsync(Duties process, PracticeUnderTest practice, ClientId client)
    {
        practice.Time.Advance((PublicKeys.MaxAge * 2 / 3) - TimeSpan.FromSeconds(1));
        DuringTheNextUpload(practice, PublicKeys.MaxAge / 3);
        await ReceiveAsync(process, practice, client);
        Assert.Contains(practice.Rows.All(Table.Clients), r =>
            r.Kind == RowKinds.Record && KeySlip.Parse(r.As<RecordFacts>().Slip).Kek.Version != Rotated.Keks(practice).Content);
    }

    /// <summary>So much time passes between wrapping and committing.</summary>
    private static void DuringTheNextUpload(PracticeUnderTest practice, TimeSpan passes) => practice.Hook.Interpose(
        call => call.StartsWith("Read Directory", StringComparison.Ordinal),
        () =>
        {
            practice.Time.Advance(passes);
            return Task.CompletedTask;
        });

    private static void Tamper(PracticeUnderTest practice, ClientId client, RecordId record, Func<string, string> change) =>
        practice.Rows.Tamper(Table.Clients, Keys.Partition(practice.Id, client), Keys.Record(record), row =>
        {
            var facts = row.As<RecordFacts>();
            return row with { Body = RowBody.Write(facts with { Slip = change(facts.Slip) }) };
        });
}
