using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Purging;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention;

/// <summary>What a custodian decides at review besides approving: keep it longer, have a second person, let a class go by itself.</summary>
public sealed class ExtensionsTests
{
    private const string Automatic =
        """{"format":"recordsguard-retention-catalogue-1","version":"1","automatic":[{"class":"client-record","by":"Dr. A.","reason":"Nobody ever asks for them."}]}""";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_extended_record_stays_through_its_day_and_then_needs_an_approval_anew()
    {
        var (practice, client, record) = await DueAsync(waitingDays: 1);
        await practice.ApproveAsync(client);
        var until = practice.Today.AddDays(10);
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([record], Assert.IsType<ExtensionAnswer.Done>(await ExtendAsync(practice, client, until)).Extended);
        Assert.Equal(until, Assert.IsType<Disposition.Extended>(await practice.PurgeAsync(client, record)).Until);
        practice.Advance(10);
        Assert.IsType<Disposition.Extended>(await practice.PurgeAsync(client, record));
        practice.Advance(1);
        Assert.IsType<Disposition.NeedsApproval>(await practice.PurgeAsync(client, record));
        await practice.App.Sweep.RunAsync(null, None);
        Assert.Single(practice.Rows.All(Table.Dispositions)); // its due row was there on that day
        Assert.DoesNotContain("lawsuit", practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Extension).Body, StringComparison.Ordinal);
        await practice.ApproveAsync(client);
        practice.Advance(1);
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
    }

    [Fact]
    public async Task A_purge_that_read_the_rows_before_the_extension_loses_its_commit()
    {
        var (practice, client, record) = await DueAsync(waitingDays: 0);
        await practice.ApproveAsync(client);
        practice.Hook.Interpose(
            c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => ExtendAsync(practice, client, practice.Today.AddDays(5)));
        Assert.IsType<Disposition.Extended>(await practice.PurgeAsync(client, record));
    }

    [Fact]
    public async Task Nothing_is_extended_into_the_past_or_past_a_rule_that_forbids_keeping_it()
    {
        var (practice, client, record) = await DueAsync();
        Assert.IsType<ExtensionAnswer.Past>(await ExtendAsync(practice, client, practice.Today));
        Assert.IsType<ExtensionAnswer.NoSuchClient>(await ExtendAsync(practice, ClientId.New(), practice.Today.AddDays(1)));
        await practice.App.Rules.PutAsync(practice.Custodian, practice.Id,
            """{"format":"recordsguard-retention-catalogue-1","version":"1","rules":[{"id":"OURS","jurisdiction":"US-CA","binds":"us","professions":["*"],"classes":["*"],"keep":"last_service+1y","atMost":"last_service+20y","citation":"us"}]}""",
            None);
        var done = Assert.IsType<ExtensionAnswer.Done>(await ExtendAsync(practice, client, new(2030, 3, 16)));
        Assert.Equal((0, new DateOnly(2030, 3, 15)), (done.Extended.Count, done.NotExtended[record]));
        Assert.Equal([record], Assert.IsType<ExtensionAnswer.Done>(await ExtendAsync(practice, client, new(2030, 3, 15))).Extended);
        Assert.Empty(Assert.IsType<ExtensionAnswer.Done>(await ExtendAsync(practice, client, new(2027, 1, 1))).Extended); // a chart's due records only
        Assert.Equal([record], Assert.IsType<ExtensionAnswer.Done>(await ExtendAsync(practice, client, new(2027, 1, 1), record)).Extended);
    }

    [Fact]
    public async Task Where_it_takes_two_nobody_is_their_own_second_and_the_waiting_period_begins_with_the_second()
    {
        var (practice, client, record) = await DueAsync(waitingDays: 2);
        Assert.Empty((await ApproveAsync("first")).Approved);
        Assert.NotNull(Assert.IsType<Disposition.NeedsApproval>((await ApproveAsync("first")).NotApproved[record]).First);
        practice.Advance(3);
        Assert.IsType<Disposition.NeedsApproval>(await practice.PurgeAsync(client, record));
        Assert.Equal([record], (await ApproveAsync("second")).Approved);
        practice.Advance(1);
        Assert.IsType<Disposition.Waiting>(await practice.PurgeAsync(client, record));
        practice.Advance(1);
        var purged = Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        Assert.Equal("first, second", purged.Tombstone.ApprovedBy);

        async Task<ApprovalAnswer.Done> ApproveAsync(string person) => (ApprovalAnswer.Done)await practice.App.Review.ApproveAsync(
            practice.Custodian with { Person = person }, practice.Id, [client], null, None, takesTwo: true);
    }

    [Fact]
    public async Task A_class_that_the_practice_lets_go_by_itself_waits_and_goes_and_its_certificate_says_so()
    {
        var (practice, client, record) = await DueAsync(waitingDays: 2);
        await practice.App.Rules.PutAsync(practice.Custodian, practice.Id, Automatic, None);
        await practice.App.Sweep.RunAsync(null, None);
        Assert.IsType<Disposition.Waiting>(await practice.PurgeAsync(client, record));
        practice.Advance(2);
        await practice.App.Sweep.RunAsync(null, None);
        await practice.DrainPurgesAsync();
        var tombstone = practice.Record(client, record)!.As<TombstoneFacts>();
        Assert.Equal((DispositionReview.Automatic, PracticeUnderTest.LongAgo), (tombstone.ApprovedBy, tombstone.ServicesThrough));
        Assert.Equal(PracticeUnderTest.LongAgo, CertificateReading.Parse(tombstone.Certificate!).Statement.ServicesThrough);
    }

    [Theory]
    [InlineData("withdrawn")]
    [InlineData("extended")]
    [InlineData("held")]
    public async Task What_somebody_decided_on_once_never_goes_by_itself_again(string how)
    {
        var (practice, client, record) = await DueAsync(waitingDays: 2);
        await practice.App.Rules.PutAsync(practice.Custodian, practice.Id, Automatic, None);
        await practice.App.Sweep.RunAsync(null, None);
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        switch (how)
        {
            case "withdrawn":
                Assert.Equal([record], await practice.App.Review.WithdrawAsync(practice.Custodian, practice.Id, [client], None));
                break;
            case "extended":
                await ExtendAsync(practice, client, practice.Today.AddDays(1));
                break;
            default:
                var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
                await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, hold!.Value, None);
                break;
        }

        for (var month = 0; month < 3; month++)
        {
            practice.Advance(31);
            await practice.App.Sweep.RunAsync(null, None);
            await practice.DrainPurgesAsync();
        }

        Assert.Equal(RowKinds.Record, practice.Record(client, record)!.Kind);
    }

    [Fact]
    public async Task More_clients_than_the_cap_never_go_by_themselves_and_somebody_is_told()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0, clientCap: 1);
        foreach (var client in new[] { await practice.RegisterAsync(), await practice.RegisterAsync() })
        {
            await practice.UploadAsync(client);
        }

        await practice.App.Rules.PutAsync(practice.Custodian, practice.Id, Automatic, None);
        var told = await SweepAsync(practice);
        await practice.DrainPurgesAsync();
        Assert.Equal(new SweepNotice.OverCap(practice.Id, 2, 1), Assert.Single(told));
        Assert.Equal(2, practice.Rows.All(Table.Dispositions).Count);
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind is RowKinds.Approval or RowKinds.Tombstone);
    }

    [Fact]
    public async Task Charts_that_wait_for_review_for_a_month_are_told_of_once_a_month()
    {
        var (practice, _, _) = await DueAsync();
        Assert.Empty(await SweepAsync(practice));
        practice.Advance(29);
        Assert.Empty(await SweepAsync(practice));
        practice.Advance(1);
        Assert.Equal(new SweepNotice.StillWaiting(practice.Id, 1), Assert.Single(await SweepAsync(practice)));
        Assert.Empty(await SweepAsync(practice));
    }

    /// <summary>Whatever call a crash comes at: the next sweep finishes, and nothing is approved twice.</summary>
    [Fact]
    public async Task A_crash_in_an_automatic_approval_is_finished_by_the_next_sweep()
    {
        var (template, client, record) = await DueAsync(waitingDays: 2);
        await template.App.Rules.PutAsync(template.Custodian, template.Id, Automatic, None);
        for (var at = 1; ; at++)
        {
            var practice = await template.CopyAsync();
            practice.Faults.Arm(new(at, Fakes.FaultKind.KillAfter));
            var crashed = false;
            try
            {
                await practice.App.Sweep.RunAsync(null, None);
            }
            catch (Fakes.ProcessKilledException)
            {
                crashed = true;
            }

            practice.Restart();
            await practice.App.Sweep.RunAsync(null, None);
            Assert.IsType<Disposition.Waiting>(await practice.PurgeAsync(client, record));
            Assert.Equal(1, practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Approval).Version);
            Promises.AssertKept(practice);
            if (!crashed)
            {
                Assert.True(at > 10);
                return;
            }
        }
    }

    [Theory]
    [InlineData("""{"class":"diary","by":"A","reason":"b"}""", "no record class")]
    [InlineData("""{"class":"billing","by":"","reason":"b"}""", "a name")]
    [InlineData("""{"class":"billing","by":"A","reason":" "}""", "a reason")]
    public void What_goes_by_itself_is_a_class_with_a_name_and_a_reason(string automatic, string fault)
    {
        RulesInForce.Read($$"""{"format":"recordsguard-retention-catalogue-1","version":"1","automatic":[{{automatic}}]}""", out var faults);
        Assert.Contains(fault, Assert.Single(faults), StringComparison.Ordinal);
    }

    private static async Task<List<SweepNotice>> SweepAsync(PracticeUnderTest practice)
    {
        var told = new List<SweepNotice>();
        await practice.App.Sweep.RunAsync(
            notice =>
            {
                told.Add(notice);
                return Task.CompletedTask;
            },
            None);
        return told;
    }

    private static async Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record)> DueAsync(int waitingDays = 30)
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays);
        var client = await practice.RegisterAsync();
        return (practice, client, await practice.UploadAsync(client));
    }

    private static Task<ExtensionAnswer> ExtendAsync(PracticeUnderTest practice, ClientId client, DateOnly until, RecordId? record = null) =>
        practice.App.Extensions.ExtendAsync(practice.Custodian, practice.Id, client, record, until, "a lawsuit is near", None);
}
