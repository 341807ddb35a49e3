using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Retention;

/// <summary>Legal holds, from the request to the row.</summary>
public sealed class HoldsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Placing_and_releasing_bump_the_client_row_and_a_released_hold_stays()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", new(2026, 3, 31)), None);
        Assert.Equal(2, ClientRow(practice).Version);
        Assert.True(await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, hold!.Value, None));
        Assert.Equal(3, ClientRow(practice).Version);
        var row = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Hold);
        Assert.Equal(practice.Custodian.Person, row.As<HoldFacts>().ReleasedBy);
        Assert.True(await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, hold.Value, None));
        Assert.Equal(row, practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Hold));
    }

    [Fact]
    public async Task There_is_no_hold_on_nobody_and_no_release_of_nothing()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        Assert.Null(await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, ClientId.New(), new("m", "r", null), None));
        Assert.False(await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, client, HoldId.New(), None));
        Assert.False(await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, ClientId.New(), HoldId.New(), None));
    }

    [Fact]
    public async Task Two_holds_at_once_are_two_holds()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => PlaceAsync(practice, client));
        await PlaceAsync(practice, client);
        Assert.Equal(2, practice.Rows.All(Table.Clients).Count(r => r.Kind == RowKinds.Hold));
        Assert.Equal(3, ClientRow(practice).Version);
        Assert.Single(practice.Entries(), e => e.Event.Kind == AuditKind.ChangeNotDone);
    }

    [Fact]
    public async Task A_hold_that_cannot_be_logged_is_not_placed()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => PlaceAsync(practice, client));
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Hold);
    }

    [Fact]
    public async Task An_upload_bumps_nothing_so_uploads_and_holds_never_wait_for_each_other()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => practice.UploadAsync(client));
        await PlaceAsync(practice, client);
        Assert.DoesNotContain(practice.Entries(), e => e.Event.Kind == AuditKind.ChangeNotDone);
        Assert.Equal(2, ClientRow(practice).Version);
    }

    private static Task<HoldId?> PlaceAsync(PracticeUnderTest practice, ClientId client) =>
        practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);

    private static Row ClientRow(PracticeUnderTest practice) => practice.Rows.All(Table.Clients).Single(r => r.Key == Keys.Client);
}
