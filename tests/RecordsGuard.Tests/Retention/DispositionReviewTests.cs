using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.Tests.Retention;

/// <summary>What a custodian approves, and what an approval is worth.</summary>
public sealed class DispositionReviewTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task More_clients_than_the_cap_need_a_confirmed_count_and_without_it_nothing_is_approved()
    {
        var practice = await PracticeUnderTest.OpenAsync(clientCap: 1);
        ClientId[] clients = [await practice.RegisterAsync(), await practice.RegisterAsync()];
        await practice.UploadAsync(clients[0]);
        await practice.UploadAsync(clients[1]);
        foreach (int? count in new int?[] { null, 1, 3, 0, -2 })
        {
            Assert.Equal(
                new ApprovalAnswer.OverCap(2, 1),
                await practice.App.Review.ApproveAsync(practice.Custodian, practice.Id, clients, count, None));
        }

        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Approval);
        Assert.IsType<ApprovalAnswer.Done>(await practice.App.Review.ApproveAsync(practice.Custodian, practice.Id, clients, 2, None));
        Assert.Equal(2, practice.Rows.All(Table.Clients).Count(r => r.Kind == RowKinds.Approval));
    }

    [Fact]
    public async Task An_unknown_client_among_them_means_nothing_is_approved()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        var unknown = ClientId.New();
        Assert.Equal(
            new ApprovalAnswer.NoSuchClient(unknown),
            await practice.App.Review.ApproveAsync(practice.Custodian, practice.Id, [client, unknown], null, None));
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Approval);
    }

    [Fact]
    public async Task A_repeated_approval_changes_nothing_and_keeps_its_day()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        var first = await practice.ApproveAsync(client);
        Assert.Equal(practice.Today.AddDays(30), first.PurgeFrom);
        var rows = practice.Rows.All(Table.Clients);
        practice.Advance(3);
        var again = await practice.ApproveAsync(client);
        Assert.Equal([record], again.Approved);
        Assert.Equal(first.PurgeFrom, again.PurgeFrom);
        Assert.Equal(rows, practice.Rows.All(Table.Clients));
    }

    [Fact]
    public async Task A_chart_of_more_records_than_a_batch_takes_is_approved_whole_and_purged()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync();
        var one = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        var like = practice.Record(client, one)!;
        foreach (var batch in Enumerable.Range(0, 210).Select(_ => RecordId.New()).Chunk(70))
        {
            await practice.Rows.CommitAsync(
                Table.Clients, like.Partition,
                [.. batch.Select(id => new RowChange.Insert(like with { Key = Keys.Record(id), ETag = "" }))], None);
        }

        var done = await practice.ApproveAsync(client);
        Assert.Equal(211, done.Approved.Count);
        Assert.Equal(211, done.Approved.Distinct().Count());
        Assert.Empty(done.NotApproved);
        Assert.Equal(211, practice.Queue.Messages(WorkQueues.Purge).Select(m => m.Text.Split(' ')[2]).Distinct().Count());
    }

    [Fact]
    public async Task A_hold_that_comes_while_it_is_approved_is_seen_and_no_record_is_in_both_lists()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        practice.Hook.Interpose(
            call => call.StartsWith("Commit Clients", StringComparison.Ordinal),
            () => practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None));
        var done = await practice.ApproveAsync(client);
        Assert.Empty(done.Approved);
        Assert.IsType<Disposition.Held>(done.NotApproved[record]);
    }

    [Fact]
    public async Task A_hold_released_while_it_is_approved_leaves_the_record_in_one_list_only()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var (record, billing) = (await practice.UploadAsync(client), await practice.ReceiveAsync(client, recordClass: "billing"));
        var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        practice.Hook.Interpose(
            call => call.StartsWith("List Practices", StringComparison.Ordinal),
            () => practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, hold!.Value, None));
        var done = await practice.ApproveAsync(client);
        Assert.Empty(done.Approved.Intersect(done.NotApproved.Keys));
        Assert.Equal(2, done.Approved.Count + done.NotApproved.Count);
        Assert.IsType<RecordsGuard.Retention.Intake.IntakeAnswer.Received>(billing);
        Assert.Contains(record, done.Approved.Concat(done.NotApproved.Keys));
    }

    [Fact]
    public async Task An_approval_that_a_hold_voids_at_the_same_instant_ends_and_says_so()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);
        await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, hold!.Value, None);
        Assert.IsType<Disposition.NeedsApproval>((await practice.ApproveAsync(client)).NotApproved[record]);
        practice.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([record], (await practice.ApproveAsync(client)).Approved);
    }

    [Fact]
    public async Task What_is_not_due_is_not_approved_and_the_answer_says_why()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2025, 1, 1));
        var record = await practice.UploadAsync(client);
        var done = await practice.ApproveAsync(client);
        Assert.Empty(done.Approved);
        Assert.IsType<Disposition.NotYet>(done.NotApproved[record]);
    }

    [Fact]
    public async Task With_the_log_down_nothing_is_approved()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => practice.ApproveAsync(client));
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Approval);
    }

    [Fact]
    public async Task The_list_shows_by_client_what_stands_where()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        ClientId[] clients = [await practice.RegisterAsync(), await practice.RegisterAsync(), await practice.RegisterAsync()];
        foreach (var client in clients)
        {
            await practice.UploadAsync(client);
        }

        await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, clients[0], new("m", "r", null), None);
        Assert.Empty(await practice.App.Review.ListAsync(practice.Id, None)); // nothing was swept yet
        await practice.App.Sweep.RunAsync(null, None);
        await practice.ApproveAsync(clients[1]);
        var states = (await practice.App.Review.ListAsync(practice.Id, None)).ToDictionary(c => c.Client, c => Assert.Single(c.Records).State);
        Assert.IsType<Disposition.Held>(states[clients[0].ToString()]);
        Assert.IsType<Disposition.Waiting>(states[clients[1].ToString()]);
        Assert.IsType<Disposition.NeedsApproval>(states[clients[2].ToString()]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_that_nobody_can_read_hides_no_other(bool clientRow)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        ClientId[] clients = [await practice.RegisterAsync(), await practice.RegisterAsync()];
        var broken = await practice.UploadAsync(clients[0]);
        var beside = await practice.UploadAsync(clients[0]);
        await practice.UploadAsync(clients[1]);
        await practice.App.Sweep.RunAsync(null, None);
        var row = practice.Rows.All(Table.Clients).Single(r => r.Partition.EndsWith(clients[0].ToString(), StringComparison.Ordinal)
            && r.Key == (clientRow ? Keys.Client : Keys.Record(broken)));
        await practice.Rows.CommitAsync(Table.Clients, row.Partition, [new RowChange.Replace(row.Next("{}"))], None);
        var charts = (await practice.App.Review.ListAsync(practice.Id, None)).ToDictionary(c => c.Client);
        Assert.True(charts[clients[0].ToString()].Unreadable);
        Assert.Equal(clientRow ? [] : [beside], charts[clients[0].ToString()].Records.Select(r => r.Record));
        Assert.False(charts[clients[1].ToString()].Unreadable);
        Assert.Single(charts[clients[1].ToString()].Records);
    }
}
