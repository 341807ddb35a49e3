using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.Tests.Retention;

/// <summary>The nightly sweep: lists, moves, sends, drops, and destroys nothing.</summary>
public sealed class SweepTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task It_lists_what_is_due_once_and_looks_again_in_thirty_days()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        Assert.Equal(new SweepReport(1, 1, 0, 0, 0), await practice.App.Sweep.RunAsync(null, None));
        Assert.Equal(client.ToString(), Assert.Single(practice.Rows.All(Table.Dispositions)).Key);
        Assert.Equal(new SweepReport(0, 0, 0, 0, 0), await practice.App.Sweep.RunAsync(null, None));
        practice.Advance(Sweep.ReviewDays);
        Assert.Equal(new SweepReport(1, 1, 0, 0, 0), await practice.App.Sweep.RunAsync(null, None));
        Assert.Single(practice.Rows.All(Table.Dispositions));
    }

    [Theory]
    [InlineData("2020-01-01|0", "demo|c-1|r-1", RowKinds.Due)]
    [InlineData("2020-01-01", "", RowKinds.Foreign)]
    [InlineData("2020-13-01|0", "x|y|z", RowKinds.Due)]
    public async Task A_row_that_is_none_of_ours_stops_nobodys_sweep(string partition, string key, string kind)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.UploadAsync(await practice.RegisterAsync());
        await practice.Rows.CommitAsync(
            Table.RetentionDue, partition, [new RowChange.Insert(Row.New(partition, key, kind, "{}"))], None);
        Assert.Equal(1, (await practice.App.Sweep.RunAsync(null, None)).Listed);
    }

    [Fact]
    public async Task It_visits_only_what_is_due()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2025, 1, 1)); // lawful from 2032-01-02
        await practice.UploadAsync(client);
        practice.Hook.Forget();
        Assert.Equal(new SweepReport(0, 0, 0, 0, 0), await practice.App.Sweep.RunAsync(null, None));
        Assert.Equal(2, practice.Hook.Calls.Count); // which rules listed them, and the due days
        practice.Time.SetUtcNow(new(2032, 1, 2, 7, 59, 0, TimeSpan.Zero)); // the day before, in California
        Assert.Equal(0, (await practice.App.Sweep.RunAsync(null, None)).Listed);
        practice.Time.SetUtcNow(new(2032, 1, 2, 8, 0, 0, TimeSpan.Zero));
        Assert.Equal(1, (await practice.App.Sweep.RunAsync(null, None)).Listed);
    }

    [Fact]
    public async Task It_sends_what_is_approved_and_has_waited_and_destroys_nothing_itself()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        await practice.App.Sweep.RunAsync(null, None);
        practice.Advance(29);
        Assert.Equal(0, (await practice.App.Sweep.RunAsync(null, None)).SentToPurge);
        practice.Advance(1);
        Assert.Equal(1, (await practice.App.Sweep.RunAsync(null, None)).SentToPurge);
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
        await practice.DrainPurgesAsync();
        Assert.Equal(RowKinds.Tombstone, practice.Record(client, record)!.Kind);
        practice.Advance(60);
        await practice.App.Sweep.RunAsync(null, None);
        await practice.DrainPurgesAsync();
        Assert.Equal(0, (await practice.App.Sweep.RunAsync(null, None)).Visited);
    }

    [Fact]
    public async Task What_may_not_be_destroyed_moves_to_the_day_on_which_it_may()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await practice.App.Correction.CorrectAsync(practice.Custodian, practice.Id, client, new(null, null, null, null, null, new(2025, 1, 1)), None);
        Assert.Equal(1, (await practice.App.Sweep.RunAsync(null, None)).Moved);
        var due = Assert.Single(practice.DueRows);
        Assert.StartsWith("2032-01-02|", due.Partition, StringComparison.Ordinal);
        Assert.EndsWith(record.ToString(), due.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_record_is_listed_and_stays()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
        Assert.Equal(1, (await practice.App.Sweep.RunAsync(null, None)).Listed);
        await practice.DrainPurgesAsync();
        Assert.Equal("what was said", await practice.ReadAsync(client, record));
    }

    [Fact]
    public async Task A_row_without_a_record_goes_only_when_its_upload_cannot_still_be_under_way()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var due = new DueIndex(practice.Rows);
        await due.AddAsync(new(practice.Today, practice.Id, client, RecordId.New()), None);
        Assert.Equal(new SweepReport(1, 0, 0, 0, 0), await practice.App.Sweep.RunAsync(null, None));
        practice.Advance(1);
        Assert.Equal(0, (await practice.App.Sweep.RunAsync(null, None)).Dropped);
        practice.Advance(1);
        Assert.Equal(1, (await practice.App.Sweep.RunAsync(null, None)).Dropped);
        Assert.Empty(practice.DueRows);
    }

    [Fact]
    public async Task A_due_row_may_be_added_and_dropped_twice_and_is_never_lost_in_a_move()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var due = new DueIndex(practice.Hook);
        var entry = new DueEntry(practice.Today, practice.Id, ClientId.New(), RecordId.New());
        await due.AddAsync(entry, None);
        await due.AddAsync(entry, None);
        practice.Hook.Interpose(
            call => call.StartsWith("Read RetentionDue", StringComparison.Ordinal), () => throw new StoreUnavailableException("Down."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => due.MoveAsync(entry, entry.Day.AddDays(30), None));
        Assert.Equal(2, practice.DueRows.Count);
        await due.DropAsync(entry, None);
        await due.DropAsync(entry, None);
        Assert.StartsWith(entry.Day.AddDays(30).ToString("yyyy-MM-dd"), Assert.Single(practice.DueRows).Partition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_keeps_no_other_from_its_turn_and_is_not_passed_over_in_silence()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var broken = await practice.RegisterAsync();
        await practice.UploadAsync(broken);
        var whole = await practice.RegisterAsync();
        await practice.UploadAsync(whole);
        var row = practice.Rows.All(Table.Clients).Single(r => r.Partition == Keys.Partition(practice.Id, broken) && r.Key == Keys.Client);
        Assert.Equal(Commit.Done, await practice.Rows.CommitAsync(Table.Clients, row.Partition, [new RowChange.Replace(row.Next("{"))], None));

        await Assert.ThrowsAsync<AggregateException>(() => practice.App.Sweep.RunAsync(null, None));

        Assert.Equal(whole.ToString(), Assert.Single(practice.Rows.All(Table.Dispositions)).Key);
    }

    [Fact]
    public async Task Who_may_keep_a_record_no_longer_and_has_decided_nothing_is_told()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2014, 4, 10), born: new(2005, 1, 1));
        await practice.App.Correction.CorrectAsync(practice.Custodian, practice.Id, client, new(null, null, null, "US-CO", "LPC", null), None);
        var record = await practice.UploadAsync(client); // kept until 2030 by one clause, and by another not after 2026-04-10
        var told = new List<SweepNotice>();
        Task Tell(SweepNotice found)
        {
            told.Add(found);
            return Task.CompletedTask;
        }

        await practice.App.Sweep.RunAsync(Tell, None);
        Assert.Empty(told);
        Assert.Empty(await practice.App.Review.ListAsync(practice.Id, None));
        practice.Advance(9); // 2026-03-11
        await practice.App.Sweep.RunAsync(Tell, None);
        Assert.Equal(new SweepNotice.MustGo(practice.Id, client, record, new(2026, 4, 10)), Assert.Single(told));
        var blocked = Assert.IsType<Disposition.Retain>(Assert.Single(Assert.Single(await practice.App.Review.ListAsync(practice.Id, None)).Records).State);
        Assert.Contains("contradict", blocked.Because, StringComparison.Ordinal);
        practice.Advance(30);
        await practice.App.Sweep.RunAsync(Tell, None);
        Assert.Equal(2, told.Count);
        Assert.Equal(RowKinds.Record, practice.Record(client, record)!.Kind);
    }
}
