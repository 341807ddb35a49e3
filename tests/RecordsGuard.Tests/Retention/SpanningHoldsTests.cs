using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.Tests.Retention;

/// <summary>Holds on a practice, a class, a record: written first, settled then, in force only after that.</summary>
public sealed class SpanningHoldsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task It_is_kept_to_from_the_moment_it_is_written_and_in_force_when_every_client_row_was_bumped()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        ClientId[] clients = [await practice.RegisterAsync(), await practice.RegisterAsync()];
        var record = await practice.UploadAsync(clients[0]);
        var hold = await practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("strike", "letter", null), None);
        Assert.False(Assert.Single((await ListAsync(practice))!).InForce);
        Assert.IsType<Disposition.Held>((await practice.ApproveAsync(clients[0])).NotApproved[record]);
        Assert.All(ClientRows(practice), r => Assert.Equal(1, r.Version));

        Assert.True(await practice.App.SpanningHolds.SettleAsync(practice.Custodian, practice.Id, hold!.Value, None));
        Assert.All(ClientRows(practice), r => Assert.Equal(2, r.Version));
        var listed = Assert.Single((await ListAsync(practice))!);
        Assert.Equal((true, "strike", "letter"), (listed.InForce, listed.Matter, listed.Reason));
        Assert.True(await practice.App.SpanningHolds.SettleAsync(practice.Custodian, practice.Id, hold.Value, None));
        Assert.All(ClientRows(practice), r => Assert.Equal(2, r.Version)); // once is enough

        Assert.True(await practice.App.SpanningHolds.ReleaseAsync(practice.Custodian, practice.Id, hold.Value, None));
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([record], (await practice.ApproveAsync(clients[0])).Approved);
    }

    [Fact]
    public async Task A_purge_that_read_the_rows_before_the_hold_was_written_loses_its_commit()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), async () =>
        {
            var hold = await practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("m", "r", null), None);
            Assert.True(await practice.App.SpanningHolds.SettleAsync(practice.Custodian, practice.Id, hold!.Value, None));
        });
        Assert.IsType<Disposition.Held>(await practice.PurgeAsync(client, record));
        Assert.Equal(RowKinds.Record, practice.Record(client, record)!.Kind);
        Assert.Contains(practice.Entries(), e => e.Event is { Operation: "purge", Kind: AuditKind.Refused }
            && e.Event.Details.Contains(new("because", "held")));
    }

    [Fact]
    public async Task A_crash_while_it_is_settled_leaves_it_written_and_whoever_repeats_goes_on()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await practice.RegisterAsync();
        }

        var hold = await practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("m", "r", null), None);
        for (var at = 1; ; at++)
        {
            practice.Faults.Arm(new(at, RecordsGuard.Fakes.FaultKind.FailButPersisted));
            try
            {
                await practice.App.SpanningHolds.SettleAsync(practice.Custodian, practice.Id, hold!.Value, None);
            }
            catch (Exception e) when (e is StoreUnavailableException or AuditUnavailableException)
            {
                practice.Restart();
                continue;
            }

            practice.Restart();
            break;
        }

        Assert.True(await practice.App.SpanningHolds.SettleAsync(practice.Custodian, practice.Id, hold.Value, None));
        Assert.All(ClientRows(practice), r => Assert.True(r.Version > 1));
        Assert.True(Assert.Single((await ListAsync(practice))!).InForce);
    }

    [Fact]
    public async Task A_large_practice_is_settled_in_parts()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.RegisterAsync();
        var (client, directory) = (ClientRows(practice)[0], practice.Rows.All(Table.Directory)[0]);
        for (var i = 0; i < Settling.ClientsAtOnce + 100; i++)
        {
            var id = ClientId.New();
            await practice.Rows.CommitAsync(Table.Clients, Keys.Partition(practice.Id, id), [new RowChange.Insert(client with { Partition = Keys.Partition(practice.Id, id), ETag = "" })], None);
            await practice.Rows.CommitAsync(Table.Directory, directory.Partition, [new RowChange.Insert(directory with { Key = id.ToString(), ETag = "" })], None);
        }

        var hold = await practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("m", "r", null), None);
        Assert.False(await practice.App.SpanningHolds.SettleAsync(practice.Custodian, practice.Id, hold!.Value, None));
        Assert.False(Assert.Single((await ListAsync(practice))!).InForce);
        await practice.App.Settling.RunAsync(Assert.IsType<string>(practice.Queue.Take(WorkQueues.Settle)), None); // goes on by itself
        Assert.True(Assert.Single((await ListAsync(practice))!).InForce);
        Assert.Null(practice.Queue.Take(WorkQueues.Settle));
        Assert.All(ClientRows(practice), r => Assert.Equal(2, r.Version));
    }

    [Fact]
    public async Task A_hold_on_a_record_or_a_class_holds_that_and_nothing_else()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var (held, free) = (await practice.UploadAsync(client), await practice.UploadAsync(client));
        Assert.Null(await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null, RecordId.New()), None));
        await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null, held), None);
        Assert.True(RecordClass.TryParse("recording", out var recording));
        await practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("m", "r", null, Class: recording), None);
        var done = await practice.ApproveAsync(client);
        Assert.Equal([free], done.Approved);
        Assert.IsType<Disposition.Held>(done.NotApproved[held]);
    }

    [Fact]
    public async Task Who_placed_it_is_known_to_whoever_asks_for_a_second_person()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var hold = await practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("m", "r", null), None);
        Assert.True(await practice.App.SpanningHolds.WasPlacedByAsync(practice.Id, hold!.Value, practice.Custodian.Person, None));
        Assert.False(await practice.App.SpanningHolds.WasPlacedByAsync(practice.Id, hold.Value, "somebody-else", None));
        Assert.False(await practice.App.SpanningHolds.WasPlacedByAsync(practice.Id, HoldId.New(), practice.Custodian.Person, None));
        Assert.False(await practice.App.SpanningHolds.ReleaseAsync(practice.Custodian, practice.Id, HoldId.New(), None));
    }

    [Fact]
    public async Task An_approval_taken_back_counts_no_more_and_a_purge_that_saw_it_loses_its_commit()
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        practice.Hook.Interpose(
            c => c.StartsWith("Commit Clients", StringComparison.Ordinal),
            async () => Assert.Equal([record], await practice.App.Review.WithdrawAsync(practice.Custodian, practice.Id, [client], None)));
        Assert.IsType<Disposition.NeedsApproval>(await practice.PurgeAsync(client, record));
        Assert.Equal([], await practice.App.Review.WithdrawAsync(practice.Custodian, practice.Id, [client], None));
        Assert.Null(await practice.App.Review.WithdrawAsync(practice.Custodian, practice.Id, [ClientId.New()], None));
        practice.Advance(1);
        await practice.ApproveAsync(client); // somebody may still change their mind again
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
    }

    private static Task<IReadOnlyList<ListedHold>?> ListAsync(PracticeUnderTest practice) =>
        practice.App.SpanningHolds.ListAsync(practice.Custodian, practice.Id, None);

    private static List<Row> ClientRows(PracticeUnderTest practice) => [.. practice.Rows.All(Table.Clients).Where(r => r.Key == Keys.Client)];
}
