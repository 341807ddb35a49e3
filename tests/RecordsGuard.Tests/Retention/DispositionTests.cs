using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention;

/// <summary>The choke point, question by question: what protects a record most is asked first.</summary>
public sealed class DispositionTests
{
    private static readonly PracticeId Practice = PracticeId.Parse("demo");
    private static readonly ClientId Client = ClientId.New();
    private static readonly RecordId Record = RecordId.New();
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly ClientFacts Due = new("p", "US-CA", "psychologist", new(2018, 3, 15), null);
    private static readonly ApprovalFacts Approved = new("c", Noon, Today, "CA-PSY-2919", new(2025, 3, 16));

    [Fact]
    public async Task A_due_and_approved_record_may_be_purged() =>
        Assert.IsType<Disposition.Purge>(await DecideAsync(Due, Approval(Approved)));

    [Fact]
    public async Task Without_approval_it_waits_for_one() => Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due));

    [Fact]
    public async Task A_hold_comes_before_everything_else() =>
        Assert.IsType<Disposition.Held>(await DecideAsync(Due, Approval(Approved), Hold(null, null)));

    [Fact]
    public async Task A_hold_on_the_whole_practice_holds_every_record()
    {
        var held = Assert.IsType<Disposition.Held>(await DecideAsync(Due, [Hold(null, null)], Approval(Approved)));
        Assert.StartsWith(Keys.Holds, Assert.Single(held.Holds), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    public async Task A_hold_is_in_force_through_its_last_day(int days, bool held) =>
        Assert.Equal(held, await DecideAsync(Due, Approval(Approved), Hold(Today.AddDays(days), null, -30)) is Disposition.Held);

    [Fact]
    public async Task A_released_hold_does_not_hold() =>
        Assert.IsType<Disposition.Purge>(await DecideAsync(Due, Approval(Approved), Hold(null, -1, -30)));

    [Theory]
    [InlineData(-30, -1)] // placed and released before the approval
    public async Task A_hold_that_ended_before_the_approval_leaves_it_valid(int placed, int released) =>
        Assert.IsType<Disposition.Purge>(await DecideAsync(Due, Approval(Approved), Hold(null, released, placed)));

    [Theory]
    [InlineData(-30, 0)] // released at the very moment
    [InlineData(-30, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task A_hold_placed_or_released_since_voids_the_approval(int placed, int released) =>
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due, Approval(Approved), Hold(null, released, placed)));

    [Fact]
    public async Task A_spanning_hold_that_came_and_went_voids_the_approval_too() =>
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due, [Hold(null, 2, 1)], Approval(Approved)));

    [Fact]
    public async Task A_hold_that_ran_out_by_itself_since_voids_the_approval() =>
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due, Approval(Approved), Hold(Today.AddDays(-1), null, 1)));

    [Fact]
    public async Task Another_date_or_another_rule_needs_another_approval()
    {
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due with { LastService = new(2018, 3, 16) }, Approval(Approved)));
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due, Approval(Approved with { Rule = "TX-PSY-465.22" })));
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due with { Jurisdiction = "US-TX" }, Approval(Approved)));
    }

    [Fact]
    public async Task What_is_not_yet_due_is_not_purged_whatever_was_approved()
    {
        var answer = await DecideAsync(Due with { LastService = new(2019, 3, 2) }, Approval(Approved with { MayDestroyFrom = new(2026, 3, 3) }));
        Assert.Equal(Today.AddDays(1), Assert.IsType<Disposition.NotYet>(answer).Schedule.MayDestroyFrom);
    }

    [Theory]
    [InlineData("US-CA", false)]
    [InlineData("US-WY", true)]
    public async Task An_unknown_anchor_or_no_rule_retains(string jurisdiction, bool known) =>
        Assert.IsType<Disposition.Retain>(await DecideAsync(
            Due with { Jurisdiction = jurisdiction, LastService = known ? Due.LastService : null }, Approval(Approved)));

    [Fact]
    public async Task The_waiting_period_ends_with_the_day_before_the_purge()
    {
        Assert.IsType<Disposition.Waiting>(await DecideAsync(Due, Approval(Approved with { PurgeFrom = Today.AddDays(1) })));
        Assert.IsType<Disposition.Purge>(await DecideAsync(Due, Approval(Approved with { PurgeFrom = Today })));
    }

    [Fact]
    public async Task An_approval_is_of_one_record_only()
    {
        var other = Row.New(Keys.Partition(Practice, Client), Keys.Approval(RecordId.New()), RowKinds.Approval, RowBody.Write(Approved));
        Assert.IsType<Disposition.NeedsApproval>(await DecideAsync(Due, other));
    }

    [Fact]
    public void The_day_begins_at_midnight_where_the_practice_is()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 3, 3, 7, 59, 59, TimeSpan.Zero));
        var practice = new PracticeFacts(Guid.Empty, "America/Los_Angeles", 0, 0, "");
        Assert.Equal(new DateOnly(2026, 3, 2), practice.Today(clock));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new DateOnly(2026, 3, 3), practice.Today(clock));
        clock.SetUtcNow(new(2026, 7, 1, 6, 59, 59, TimeSpan.Zero)); // summer time: midnight is an hour earlier in UTC
        Assert.Equal(new DateOnly(2026, 6, 30), practice.Today(clock));
        Assert.Throws<TimeZoneNotFoundException>(() => (practice with { Zone = "Mars/Olympus" }).Today(clock));
    }

    private static Task<Disposition> DecideAsync(ClientFacts facts, params Row[] rows) => DecideAsync(facts, [], rows);

    private static async Task<Disposition> DecideAsync(ClientFacts facts, Row[] spanning, params Row[] rows)
    {
        var store = new InMemoryRecordStore();
        var partition = Keys.Partition(Practice, Client);
        var record = new RecordFacts("client-record", Noon.AddYears(-9), Guid.Empty, "slip", "descriptor", "etag", null, 1, "backup");
        Row[] all =
        [
            Row.New(partition, Keys.Client, RowKinds.Client, RowBody.Write(facts)),
            Row.New(partition, Keys.Record(Record), RowKinds.Record, RowBody.Write(record)),
            .. rows,
        ];
        await store.CommitAsync(Table.Clients, partition, [.. all.Select(r => new RowChange.Insert(r))], CancellationToken.None);
        var client = await ClientPartition.ReadAsync(store, Practice, Client, CancellationToken.None);
        return Disposition.Decide(client!, Record, new(spanning, RetentionSchedule.Shipped), Today);
    }

    private static Row Approval(ApprovalFacts facts) =>
        Row.New(Keys.Partition(Practice, Client), Keys.Approval(Record), RowKinds.Approval, RowBody.Write(facts));

    private static Row Hold(DateOnly? until, int? releasedAfter, int placedAfter = -30) => Row.New(
        Keys.Partition(Practice, Client), Keys.Hold(HoldId.New()), RowKinds.Hold,
        RowBody.Write(new HoldFacts(
            "m", "r", until, "c", Noon.AddMinutes(placedAfter), releasedAfter is null ? null : "c",
            releasedAfter is { } minutes ? Noon.AddMinutes(minutes) : null)));
}
