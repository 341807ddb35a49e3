using RecordsGuard.Audit;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention;

/// <summary>A couple's chart: what protects one member's records protects theirs.</summary>
public sealed class JointChartsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_joint_record_takes_the_latest_day_over_its_members()
    {
        var couple = await Couple.OpenAsync();
        Assert.Equal(new(2017, 3, 16), await couple.MayDestroyFromAsync()); // seven years from the last service of all

        await couple.CorrectAsync(couple.Second, new(null, null, null, null, null, new(2012, 5, 1)));
        Assert.Equal(new(2019, 5, 2), await couple.MayDestroyFromAsync()); // the second one came on alone

        await couple.CorrectAsync(couple.First, new(null, null, new(2005, 1, 1), null, null, null));
        Assert.Equal(new(2030, 1, 2), await couple.MayDestroyFromAsync()); // the first one was a child: 18, and seven years
    }

    [Fact]
    public async Task What_is_not_known_of_one_member_keeps_the_records_of_all()
    {
        var couple = await Couple.OpenAsync();
        var third = await couple.Practice.App.Clients.RegisterAsync(
            couple.Practice.Custodian, couple.Practice.Id, new("C", "c", new(1980, 1, 1), "US-CA", "psychologist", null, []), None);
        Assert.Equal(Naming.Done, await couple.NameAsync(couple.First, third));
        var keep = Assert.IsType<RetentionAnswer.Keep>(await couple.AnswerAsync());
        Assert.Contains("of a member's own", keep.Because, StringComparison.Ordinal);
        Assert.Empty((await couple.Practice.ApproveAsync(couple.Chart)).Approved);
    }

    [Fact]
    public async Task A_joint_chart_without_members_is_kept()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var chart = await practice.App.Clients.RegisterAsync(practice.Custodian, practice.Id, Couple.Joint, None);
        await practice.UploadAsync(chart);
        Assert.Empty((await practice.ApproveAsync(chart)).Approved);
    }

    [Fact]
    public async Task A_hold_of_any_member_binds_and_one_on_a_record_of_the_members_own_does_not()
    {
        var couple = await Couple.OpenAsync();
        var own = await couple.Practice.UploadAsync(couple.Second);
        await couple.HoldAsync(couple.Second, own);
        Assert.Equal([couple.Record], (await couple.Practice.ApproveAsync(couple.Chart)).Approved);

        var hold = await couple.HoldAsync(couple.Second);
        Assert.IsType<Disposition.Held>(await couple.Practice.PurgeAsync(couple.Chart, couple.Record));
        couple.Practice.Time.Advance(TimeSpan.FromSeconds(1));
        await couple.Practice.App.Holds.ReleaseAsync(couple.Practice.Custodian, couple.Practice.Id, couple.Second, hold, None);
        Assert.IsType<Disposition.NeedsApproval>(await couple.Practice.PurgeAsync(couple.Chart, couple.Record)); // somebody looks again
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("facts")]
    [InlineData("members")]
    public async Task A_purge_that_read_the_rows_before_a_member_changed_loses_its_commit(string change)
    {
        var couple = await Couple.OpenAsync(waitingDays: 0);
        var practice = couple.Practice;
        var child = await practice.RegisterAsync(born: new(2004, 1, 1));
        await practice.ApproveAsync(couple.Chart);
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), async () =>
        {
            switch (change)
            {
                case "hold":
                    await couple.HoldAsync(couple.First);
                    break;
                case "facts":
                    await couple.CorrectAsync(couple.Second, new(null, null, null, null, null, new(2025, 1, 1)));
                    break;
                default:
                    Assert.Equal(Naming.Done, await couple.NameAsync(couple.First, couple.Second, child));
                    break;
            }
        });
        Assert.IsNotType<Disposition.Purged>(await practice.PurgeAsync(couple.Chart, couple.Record));
        Assert.Equal(RowKinds.Record, practice.Record(couple.Chart, couple.Record)!.Kind);
    }

    [Fact]
    public async Task When_a_members_facts_let_a_joint_record_go_sooner_the_due_index_says_so()
    {
        var couple = await Couple.OpenAsync();
        await couple.CorrectAsync(couple.Second, new(null, null, null, null, null, new(2024, 1, 1)));
        await couple.Practice.App.Sweep.RunAsync(null, None); // moves what is listed to 2031
        await couple.CorrectAsync(couple.Second, new(null, null, null, null, null, PracticeUnderTest.LongAgo));
        Assert.Contains(couple.Practice.DueRows, r => r.Key.EndsWith(couple.Record.ToString(), StringComparison.Ordinal)
            && string.CompareOrdinal(r.Partition, "2026-03-03") < 0);
    }

    /// <summary>Whatever call a crash comes at, the repetition makes it true for the joint chart.</summary>
    [Theory]
    [InlineData(FaultKind.FailNotPersisted)]
    [InlineData(FaultKind.FailButPersisted)]
    public async Task A_correction_that_a_crash_cut_off_reaches_the_joint_chart_when_it_is_repeated(FaultKind kind)
    {
        var template = await Couple.OpenAsync();
        for (var at = 1; ; at++)
        {
            var couple = template with { Practice = await template.Practice.CopyAsync() };
            var version = couple.ChartRow.Version;
            ClientPatch patch = new(null, null, null, null, null, new(2012, 5, 1));
            couple.Practice.Faults.Arm(new(at, kind));
            var crashed = false;
            try
            {
                await couple.CorrectAsync(couple.Second, patch);
            }
            catch (Exception e) when (e is StoreUnavailableException or AuditUnavailableException or RecordsGuard.Envelopes.KeyVaultException)
            {
                crashed = true;
            }

            couple.Practice.Restart();
            await couple.CorrectAsync(couple.Second, patch);
            Assert.True(couple.ChartRow.Version > version, $"call {at}");
            Assert.Equal(new(2019, 5, 2), await couple.MayDestroyFromAsync());
            if (!crashed)
            {
                Assert.True(at > 10);
                return;
            }
        }
    }

    [Fact]
    public async Task Members_are_clients_with_charts_of_their_own_and_one_clients_chart_stays_that()
    {
        var couple = await Couple.OpenAsync();
        var before = couple.ChartRow;
        Assert.Equal(Naming.NoMembers, await couple.NameAsync(couple.First));
        Assert.Equal(Naming.NoMembers, await couple.NameAsync(couple.First, couple.First));
        Assert.Equal(Naming.NoMembers, await couple.NameAsync(couple.First, ClientId.New()));
        Assert.Equal(Naming.NoMembers, await couple.NameAsync(couple.First, couple.Chart));
        Assert.Equal(Naming.NotJoint, await couple.Practice.App.Joint.NameAsync(
            couple.Practice.Custodian, couple.Practice.Id, couple.First, [couple.Second, couple.Chart], None));
        Assert.Equal(Naming.NoSuchChart, await couple.Practice.App.Joint.NameAsync(
            couple.Practice.Custodian, couple.Practice.Id, ClientId.New(), [couple.First, couple.Second], None));
        Assert.Equal(before, couple.ChartRow);
        Assert.IsType<CorrectionAnswer.OfAMember>(await couple.CorrectAsync(couple.Chart, new(null, null, new(1980, 1, 1), null, null, null)));
        Assert.IsType<CorrectionAnswer.OfAMember>(await couple.CorrectAsync(
            couple.Chart, new(null, null, null, null, null, null, new Dictionary<Anchor, DateOnly?> { [Anchor.Death] = new(2011, 1, 1) })));
        Assert.Equal(before, couple.ChartRow);
    }

    [Fact]
    public async Task Nobody_is_left_out_while_a_hold_of_theirs_binds_the_chart()
    {
        var couple = await Couple.OpenAsync();
        var third = await couple.Practice.RegisterAsync();
        var hold = await couple.HoldAsync(couple.Second);
        Assert.Equal(Naming.Held, await couple.NameAsync(couple.First, third));
        Assert.Equal([couple.First, couple.Second], couple.ChartRow.As<ClientFacts>().MemberIds().ToHashSet());
        Assert.Equal(Naming.Done, await couple.NameAsync(couple.First, couple.Second, third)); // one more is never too many
        await couple.Practice.App.Holds.ReleaseAsync(couple.Practice.Custodian, couple.Practice.Id, couple.Second, hold, None);
        Assert.Equal(Naming.Done, await couple.NameAsync(couple.First, third));
    }

    private sealed record Couple
    {
        public static RecordsGuard.Access.NewClient Joint { get; } =
            new("A and B", "ab", null, "US-CA", "psychologist", PracticeUnderTest.LongAgo, []);

        public required PracticeUnderTest Practice { get; init; }

        public required ClientId First { get; init; }

        public required ClientId Second { get; init; }

        public required ClientId Chart { get; init; }

        public required RecordId Record { get; init; }

        public Row ChartRow => Practice.Rows.All(Table.Clients).Single(r => r.Partition == Keys.Partition(Practice.Id, Chart) && r.Key == Keys.Client);

        public static async Task<Couple> OpenAsync(int waitingDays = 30)
        {
            var practice = await PracticeUnderTest.OpenAsync(waitingDays);
            var (first, second) = (await practice.RegisterAsync(), await practice.RegisterAsync());
            var chart = await practice.App.Clients.RegisterAsync(practice.Custodian, practice.Id, Joint, None);
            Assert.Equal(Naming.Done, await practice.App.Joint.NameAsync(practice.Custodian, practice.Id, chart, [first, second], None));
            return new() { Practice = practice, First = first, Second = second, Chart = chart, Record = await practice.UploadAsync(chart) };
        }

        public Task<Naming> NameAsync(params ClientId[] members) =>
            Practice.App.Joint.NameAsync(Practice.Custodian, Practice.Id, Chart, members, None);

        public Task<CorrectionAnswer> CorrectAsync(ClientId client, ClientPatch patch) =>
            Practice.App.Correction.CorrectAsync(Practice.Custodian, Practice.Id, client, patch, None);

        public async Task<HoldId> HoldAsync(ClientId client, RecordId? record = null) =>
            (await Practice.App.Holds.PlaceAsync(Practice.Custodian, Practice.Id, client, new("m", "r", null, record), None))!.Value;

        public async Task<RetentionAnswer> AnswerAsync()
        {
            var schedule = await ChartSchedule.ReadAsync(Practice.Rows, Practice.Id, ChartRow.As<ClientFacts>(), None);
            return schedule.Evaluate("client-record", PracticeUnderTest.Start);
        }

        public async Task<DateOnly?> MayDestroyFromAsync() => (await AnswerAsync() as RetentionAnswer.Until)?.MayDestroyFrom;
    }
}
