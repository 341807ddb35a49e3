using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>Relationships begin, end and are handed over, and count at no other time.</summary>
public sealed class RelationshipsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Guid Second = PracticeUnderTest.Person(2);
    private static readonly Guid Third = PracticeUnderTest.Person(3);

    [Fact]
    public async Task A_relationship_that_ended_a_second_ago_refuses_also_to_go_on_with_a_range()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(clinicians: Second);
        var record = await practice.UploadAsync(client);
        Assert.True(await ReadsAsync(practice, 2, client, record));
        Assert.True(await practice.App.Relationships.EndAsync(practice.Custodian, practice.Id, client, Second, Relationship.Assigned, None));
        Assert.False(await ReadsAsync(practice, 2, client, record));
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await ReadsAsync(practice, 2, client, record));
    }

    [Fact]
    public async Task Standing_in_counts_from_its_first_instant_to_its_last_and_is_extended_in_place()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        var from = practice.Time.GetUtcNow().AddDays(1);
        await GiveAsync(practice, client, Third, Relationship.Covering, from, from.AddDays(7));
        Assert.False(await ReadsAsync(practice, 3, client, record));
        practice.Advance(1);
        Assert.True(await ReadsAsync(practice, 3, client, record));
        await GiveAsync(practice, client, Third, Relationship.Covering, from, from.AddDays(14));
        practice.Advance(13);
        Assert.True(await ReadsAsync(practice, 3, client, record));
        practice.Advance(1);
        Assert.False(await ReadsAsync(practice, 3, client, record));
        var listed = Assert.Single(await practice.App.Relationships.OfClientAsync(practice.Custodian, practice.Id, client, None));
        Assert.Equal(("covering", false), (listed.Kind, listed.Current));
    }

    [Fact]
    public async Task One_person_may_be_several_things_to_a_client_and_one_end_leaves_the_others()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(clinicians: Second);
        var notes = ((RecordsGuard.Retention.Intake.IntakeAnswer.Received)await practice.ReceiveAsync(client, recordClass: "psychotherapy-notes")).Id;
        await GiveAsync(practice, client, Second, Relationship.Supervisor);
        await practice.App.Relationships.EndAsync(practice.Custodian, practice.Id, client, Second, Relationship.Assigned, None);
        Assert.False(await ReadsAsync(practice, 2, client, notes));
        Assert.True(await ReadsAsync(practice, 2, client, await practice.UploadAsync(client)));
    }

    [Fact]
    public async Task Who_leaves_hands_over_all_that_they_are_to_anybody_and_keeps_nothing()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var mine = await practice.RegisterAsync(clinicians: Second);
        var covered = await practice.RegisterAsync();
        var ended = await practice.RegisterAsync(clinicians: Second);
        var foreign = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(4));
        var now = practice.Time.GetUtcNow();
        await GiveAsync(practice, covered, Second, Relationship.Covering, now.AddDays(2), now.AddDays(4));
        await practice.App.Relationships.EndAsync(practice.Custodian, practice.Id, ended, Second, Relationship.Assigned, None);
        Assert.Equal(2, await practice.App.Relationships.HandOverAsync(practice.Custodian, practice.Id, Second, Third, None));
        Assert.Equal(0, await practice.App.Relationships.HandOverAsync(practice.Custodian, practice.Id, Second, Third, None));
        practice.Advance(3);
        Assert.Equal("++--", await Each(practice, 3, mine, covered, ended, foreign));
        Assert.Equal("----", await Each(practice, 2, mine, covered, ended, foreign));
        practice.Advance(1);
        Assert.Equal("+---", await Each(practice, 3, mine, covered, ended, foreign));
    }

    [Fact]
    public async Task A_hand_over_broken_off_anywhere_leaves_nobody_without_anyone_and_goes_on_when_repeated()
    {
        for (var n = 1; n < 40; n++)
        {
            var practice = await (await PracticeUnderTest.OpenAsync()).CopyAsync();
            var clients = new[] { await practice.RegisterAsync(clinicians: Second), await practice.RegisterAsync(clinicians: Second) };
            practice.Hook.InterposeAt(n, () => throw new StoreUnavailableException("Down."));
            try
            {
                await practice.App.Relationships.HandOverAsync(practice.Custodian, practice.Id, Second, Third, None);
                Assert.True(n > 10, "Nothing was broken off.");
                return;
            }
            catch (StoreUnavailableException)
            {
                practice.Hook.Forget();
                var (before, after) = (await Each(practice, 2, clients), await Each(practice, 3, clients));
                Assert.All(before.Zip(after), c => Assert.True(c is not ('-', '-')));
                await practice.App.Relationships.HandOverAsync(practice.Custodian, practice.Id, Second, Third, None);
                Assert.Equal("++", await Each(practice, 3, clients));
                Assert.Equal("--", await Each(practice, 2, clients));
                Promises.AssertKept(practice);
            }
        }
    }

    [Fact]
    public async Task Every_change_of_a_relationship_is_in_the_log_and_the_same_again_is_no_change()
    {
        var practice = await (await PracticeUnderTest.OpenAsync()).CopyAsync();
        var client = await practice.RegisterAsync();
        await GiveAsync(practice, client, Third, Relationship.Assigned);
        var entries = practice.Log.All.Count;
        await GiveAsync(practice, client, Third, Relationship.Assigned);
        Assert.Equal(entries, practice.Log.All.Count);
        Promises.AssertKept(practice);
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(
            () => practice.App.Relationships.EndAsync(practice.Custodian, practice.Id, client, Third, Relationship.Assigned, None));
        practice.Log.Down = false;
        Assert.Equal("+", await Each(practice, 3, client));
    }

    [Theory]
    [InlineData(Relationship.Covering, 0, null)]
    [InlineData(Relationship.CustodianTask, 0, null)]
    [InlineData(Relationship.Covering, 0, 400)]
    [InlineData(Relationship.Assigned, 5, 5)]
    [InlineData(Relationship.Assigned, 5, 1)]
    [InlineData(Relationship.BreakGlass, 0, 1)]
    [InlineData(Relationship.OwnUpload, 0, 1)]
    public async Task A_relationship_that_cannot_be_is_not_given(Relationship kind, int fromDay, int? untilDay)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var now = practice.Time.GetUtcNow();
        await Assert.ThrowsAsync<ArgumentException>(() =>
            GiveAsync(practice, client, Third, kind, now.AddDays(fromDay), untilDay is { } day ? now.AddDays(day) : null));
        Assert.Empty(practice.Rows.All(Table.Access));
    }

    [Fact]
    public async Task A_search_shows_a_clinician_whom_they_cover_and_not_whom_they_broke_the_glass_for()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (covered, broken) = (await practice.RegisterAsync(), await practice.RegisterAsync());
        var now = practice.Time.GetUtcNow();
        await GiveAsync(practice, covered, Third, Relationship.Covering, now, now.AddDays(1));
        await practice.App.Glass.BreakAsync(practice.Custodian, practice.Id, broken, Third, Purposes.BreakGlass, "chest pain in the waiting room", None);
        var found = new List<ClientId>();
        await foreach (var client in practice.App.Clients.SearchAsync(practice.Custodian, practice.Id, "", Third, None))
        {
            found.Add(client.Id);
        }

        Assert.Equal([covered], found);
    }

    private static Task GiveAsync(
        PracticeUnderTest practice, ClientId client, Guid person, Relationship kind, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        practice.App.Relationships.GiveAsync(
            practice.Custodian, practice.Id, client, person, kind, from ?? practice.Time.GetUtcNow(), until, None);

    private static async Task<bool> ReadsAsync(PracticeUnderTest practice, int person, ClientId client, RecordId record) =>
        await practice.AskAsync(practice.Caller(person, Roles.Clinician), Operation.ReadContent, client, record, Purposes.Treatment)
            is GateAnswer.Admitted;

    /// <summary>A plus for each chart that the person may list.</summary>
    private static async Task<string> Each(PracticeUnderTest practice, int person, params ClientId[] clients)
    {
        var may = "";
        foreach (var client in clients)
        {
            may += await practice.AskAsync(practice.Caller(person, Roles.Clinician), Operation.ListRecords, client) is GateAnswer.Admitted ? "+" : "-";
        }

        return may;
    }
}
