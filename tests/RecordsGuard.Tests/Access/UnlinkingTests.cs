using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Access.Requests;
using RecordsGuard.Access.Unlinking;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>The link between a client and the log goes when nobody has to account for anything any more, and not before.</summary>
public sealed class UnlinkingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Afterwards_nothing_stored_says_whose_file_it_was_and_certificates_still_stand()
    {
        var (practice, client, record) = await PurgedAsync();
        var pseudonym = Facts(practice).Pseudonym;
        Assert.Equal(32, Facts(practice).Salt!.Length); // a row's hash is in the log for good, and its dates could be guessed
        practice.Advance(6 * 366);
        Assert.IsType<Unlinking.Closing>(await CloseAsync(practice, client));
        practice.Advance(1);
        var done = Assert.IsType<Unlinking.Unlinked>(await FinishAsync(practice, client));

        Assert.Equal((practice.Time.GetUtcNow(), true), (done.At, done.NamesErased));
        Assert.Equal([record], done.Destroyed);
        Assert.Equal((RowKinds.Unlinked, "{}"), (Directory(practice).Kind, Directory(practice).Body));
        Assert.Equal((null, null, null, null), (Facts(practice).LastService, Facts(practice).Eighteenth, Facts(practice).Events, Facts(practice).Salt));
        Assert.All(
            Enum.GetValues<Table>().SelectMany(practice.Rows.All), r => Assert.DoesNotContain(pseudonym, r.Body, StringComparison.Ordinal));
        Assert.Empty(await practice.App.Clients.SearchAsync(practice.Custodian, practice.Id, "", null, None).ToListAsync(None));
        Assert.NotNull(practice.Record(client, record)!.As<TombstoneFacts>().Certificate);
        Assert.Equal(done, await FinishAsync(practice, client) as Unlinking.Unlinked, new SameUnlinked());
        Assert.Equal(done, await practice.App.Unlinking.LookAsync(practice.Custodian, practice.Id, client, None) as Unlinking.Unlinked, new SameUnlinked());
        Assert.IsType<Unlinking.Unlinked>(await CloseAsync(practice, client));
        Assert.IsType<Unlinking.Unlinked>(await WithdrawAsync(practice, client));
        Promises.AssertKept(practice);
    }

    [Theory]
    [InlineData("2027-01-31", "2033-01-31")]
    [InlineData("2028-02-28", "2034-02-28")]
    [InlineData("2028-02-29", "2034-03-01")]
    [InlineData("2028-03-01", "2034-03-01")]
    public async Task Six_years_end_with_their_last_day_where_the_practice_is(string purged, string lastDay)
    {
        var (practice, client, _) = await PurgedAsync(DateOnly.Parse(purged, null));
        Goto(practice, DateOnly.Parse(lastDay, null).AddDays(1), new(7, 59, 59)); // still the day before, in California
        Assert.Contains(lastDay, Assert.Single(Missing(await CloseAsync(practice, client))), StringComparison.Ordinal);
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Unlinking.Closing>(await CloseAsync(practice, client));
    }

    public static TheoryData<string> Conditions => [.. Cases.Keys];

    private static readonly Dictionary<string, (Func<PracticeUnderTest, ClientId, Task> Arrange, string Says)> Cases = new()
    {
        ["a record"] = (PutRecordAsync, "1 record is still kept."),
        ["a purge without its certificate"] = (UncertifyAsync, "no certificate"),
        ["a hold"] = (HoldAsync, "1 legal hold is in force."),
        ["a hold on a class of the whole practice"] = (HoldClassAsync, "1 legal hold is in force."),
        ["a request"] = (RequestAsync, "A request has not been answered."),
        ["a disclosure that may go out"] = ((p, c) => DiscloseAsync(p, c, f => f), "may still go out"),
        ["a report that was not made"] = (
            (p, c) => DiscloseAsync(p, c, f => f with { ReleasedAt = f.PreparedAt, ReportBy = f.PreparedAt }), "report has not been made"),
        ["a second person who has not looked"] = (
            (p, c) => DiscloseAsync(p, c, f => f with { ReleasedAt = f.PreparedAt, SecondBy = f.PreparedAt }), "second person"),
        ["an accounting that is suspended"] = (
            (p, c) => DiscloseAsync(p, c, f => f with { ReleasedAt = f.PreparedAt, SuspendedUntil = f.PreparedAt.AddDays(90) }), "suspended"),
        ["an emergency nobody looked at"] = (BreakGlassAsync, "break-glass grant has not been reviewed"),
        ["a custodian's task"] = (TaskAsync, "has a task for this client"),
        ["a notice the other day"] = (NoticeAsync, "2032-03-10; its 6 years end with 2038-03-10"),
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task What_stands_in_the_way_is_named_when_it_is_closed_and_again_when_it_is_finished(string name)
    {
        var (arrange, says) = Cases[name];
        var (practice, client, _) = await PurgedAsync();
        Goto(practice, new(2032, 3, 10), new(20, 0, 0));
        await arrange(practice, client);
        Assert.Contains(Missing(await CloseAsync(practice, client)), m => m.Contains(says, StringComparison.Ordinal));
        Assert.Null(Facts(practice).ClosingSince);

        (practice, client, _) = await PurgedAsync();
        Goto(practice, new(2032, 3, 9), new(20, 0, 0));
        await CloseAsync(practice, client);
        practice.Advance(1);
        await arrange(practice, client); // by somebody who saw nothing of it
        var state = await FinishAsync(practice, client);
        Assert.True(state is Unlinking.Linked || Missing(state).Any(m => m.Contains(says, StringComparison.Ordinal)));
        Assert.Equal(RowKinds.Directory, Directory(practice).Kind);
        Assert.NotEmpty(Facts(practice).Pseudonym);
    }

    [Fact]
    public async Task A_member_stays_linked_as_long_as_a_joint_chart_names_them_and_is_named_by_none_while_closing()
    {
        var (practice, client, _) = await PurgedAsync();
        var (second, third) = (await practice.RegisterAsync(), await practice.RegisterAsync());
        var chart = await practice.App.Clients.RegisterAsync(
            practice.Custodian, practice.Id, new("A and B", "joint", null, "US-CA", "psychologist", null, []), None);
        Assert.Equal(Naming.Done, await NameAsync(client, second));
        practice.Advance(6 * 366);
        Assert.Equal("1 joint chart names this client and must be unlinked first.", Assert.Single(Missing(await CloseAsync(practice, client))));

        Assert.Equal(Naming.Done, await NameAsync(second, third));
        Assert.IsType<Unlinking.Closing>(await CloseAsync(practice, client));
        Assert.Equal(Naming.NoMembers, await NameAsync(client, second));

        Task<Naming> NameAsync(params ClientId[] members) =>
            practice.App.Joint.NameAsync(practice.Custodian, practice.Id, chart, members, None);
    }

    [Fact]
    public async Task A_client_of_whom_nothing_was_ever_destroyed_stays()
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        practice.Advance(20 * 366);
        Assert.Contains("ever destroyed", Assert.Single(Missing(await CloseAsync(practice, client))), StringComparison.Ordinal);
        Assert.IsType<Unlinking.NoSuchClient>(await CloseAsync(practice, ClientId.New()));
    }

    [Fact]
    public async Task Nothing_is_destroyed_without_a_day_between_the_steps()
    {
        var (practice, client, _) = await PurgedAsync();
        practice.Advance(6 * 366);
        Assert.IsType<Unlinking.Linked>(await FinishAsync(practice, client));
        await CloseAsync(practice, client);
        practice.Time.Advance(ClientUnlinking.Wait - TimeSpan.FromTicks(1));
        await CloseAsync(practice, client); // again: the day goes on
        Assert.IsType<Unlinking.Closing>(await FinishAsync(practice, client));
        Assert.Equal(RowKinds.Directory, Directory(practice).Kind);
        practice.Time.Advance(TimeSpan.FromTicks(1));
        Assert.IsType<Unlinking.Unlinked>(await FinishAsync(practice, client));
    }

    [Fact]
    public async Task Nothing_is_added_to_a_client_that_is_closing_until_somebody_withdraws_it()
    {
        var (practice, client, _) = await PurgedAsync();
        practice.Advance(6 * 366);
        var stray = practice.SendToInbox($"demo/{ClientId.New()}/billing/a.pdf");
        await practice.TakeAsync(stray);
        Assert.True(QuarantineId.TryParse(practice.Rows.All(Table.Quarantine).Single().Key, out var quarantined));
        Assert.True(RecordClass.TryParse("billing", out var billing));
        await CloseAsync(practice, client);

        Assert.IsType<IntakeAnswer.Closing>(await practice.ReceiveAsync(client));
        var file = await practice.TakeAsync(practice.SendToInbox($"demo/{client}/billing/b.pdf"));
        Assert.Equal(QuarantineReasons.ClosingClient, Assert.IsType<InboxAnswer.Quarantined>(file).Reason);
        Task<FilingAnswer> FileAsync() => practice.App.Filing.FileAsync(practice.Custodian, practice.Id, quarantined, client, billing, None);
        Assert.IsType<FilingAnswer.Closing>(await FileAsync());
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Record);

        Assert.IsType<Unlinking.Linked>(await WithdrawAsync(practice, client));
        Assert.IsType<FilingAnswer.Filed>(await FileAsync());
        Assert.IsType<IntakeAnswer.Received>(await practice.ReceiveAsync(client));
        practice.Advance(1);
        Assert.IsType<Unlinking.Linked>(await FinishAsync(practice, client));
        Promises.AssertKept(practice);
    }

    [Fact]
    public async Task A_hold_ends_the_closing_and_the_client_goes_on()
    {
        var (practice, client, _) = await PurgedAsync();
        practice.Advance(6 * 366);
        await CloseAsync(practice, client);
        await HoldAsync(practice, client);
        practice.Advance(1);
        Assert.Contains("hold", Missing(await FinishAsync(practice, client))[0], StringComparison.Ordinal);
        Assert.Null(Facts(practice).ClosingSince);
    }

    [Fact]
    public async Task A_hold_placed_while_the_conditions_are_read_wins()
    {
        var (practice, client) = await ClosedAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => HoldAsync(practice, client));
        Assert.IsType<Unlinking.Linked>(await FinishAsync(practice, client));
        Assert.Equal("m", Assert.Single((await practice.App.Holds.ListAsync(practice.Custodian, practice.Id, client, None))!).Matter);
        Promises.AssertKept(practice);
    }

    [Fact]
    public async Task A_hold_that_comes_a_moment_late_finds_no_client_and_leaves_nothing()
    {
        var (practice, client) = await ClosedAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => FinishAsync(practice, client));
        Assert.Null(await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None));
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Hold);
        Assert.Equal(RowKinds.Unlinked, Directory(practice).Kind);
        Promises.AssertKept(practice);
    }

    [Fact]
    public async Task An_upload_that_was_under_way_when_it_was_closed_keeps_the_link()
    {
        var (practice, client, _) = await PurgedAsync();
        practice.Advance(6 * 366);
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => CloseAsync(practice, client));
        Assert.IsType<IntakeAnswer.Received>(await practice.ReceiveAsync(client));
        practice.Advance(1);
        Assert.Contains("1 record is still kept.", Missing(await FinishAsync(practice, client)));
        Promises.AssertKept(practice);
    }

    [Fact]
    public async Task Two_who_finish_at_once_and_one_who_withdraws_leave_one_state()
    {
        var (practice, client) = await ClosedAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => FinishAsync(practice, client));
        Assert.IsType<Unlinking.Unlinked>(await FinishAsync(practice, client));
        Promises.AssertKept(practice);

        (practice, client) = await ClosedAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => WithdrawAsync(practice, client));
        Assert.IsType<Unlinking.Linked>(await FinishAsync(practice, client));
        Assert.Equal(RowKinds.Directory, Directory(practice).Kind);
    }

    [Fact]
    public async Task What_cannot_be_logged_does_not_happen()
    {
        var (practice, client) = await ClosedAsync();
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => FinishAsync(practice, client));
        Assert.NotEmpty(Facts(practice).Pseudonym);
        Assert.Equal(RowKinds.Directory, Directory(practice).Kind);
    }

    [Fact]
    public async Task Broken_off_between_the_two_rows_it_says_that_it_is_unfinished_and_goes_on()
    {
        var (practice, client) = await ClosedAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Directory", StringComparison.Ordinal), () => throw new StoreUnavailableException("Down."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => FinishAsync(practice, client));
        var look = await practice.App.Unlinking.LookAsync(practice.Custodian, practice.Id, client, None);
        Assert.False(Assert.IsType<Unlinking.Unlinked>(look).NamesErased);
        Assert.True(Assert.IsType<Unlinking.Unlinked>(await FinishAsync(practice, client)).NamesErased);
        Promises.AssertKept(practice);
    }

    [Fact]
    public async Task A_custodian_does_it_over_HTTP_and_nobody_else()
    {
        await using var app = await AskedApp.StartAsync();
        var practice = app.Practice;
        var client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        await PurgeAsync(practice, client);
        var path = $"/clients/{client}/unlinking";
        practice.Time.Advance(TimeSpan.FromDays(5 * 365));
        Assert.Equal("refused", (await app.AskAsync("2 clinician", "GET", path)).Problem);
        Assert.Equal("refused", (await app.AskAsync("1 front-desk", "POST", path)).Problem);
        var early = await app.AskAsync("3 custodian", "POST", path);
        Assert.Equal((409, "unlinking-not-yet"), (early.Status, early.Problem));
        Assert.Contains("6 years end", early.Text, StringComparison.Ordinal);

        practice.Time.Advance(TimeSpan.FromDays(2 * 365));
        Assert.Equal("linked", State(await app.AskAsync("3 custodian", "GET", path)));
        Assert.Equal("closing", State(await app.AskAsync("3 custodian", "POST", path)));
        foreach (var (add, body) in new[]
        {
            ("requests", """{"kind":"amendment","asker":"The client"}"""),
            ("relationships", """{"person":"person-2","kind":"assigned"}"""),
            ("records/upload-url", """{"class":"recording"}"""),
        })
        {
            Assert.Equal("client-closing", (await app.AskAsync("3 custodian", "POST", $"/clients/{client}/{add}", body)).Problem);
        }

        Assert.Equal("client-closing", (await app.AskAsync("3 custodian", "PATCH", $"/clients/{client}", """{"name":"Another"}""")).Problem);
        Assert.Equal("unlinking-not-yet", (await app.AskAsync("3 custodian", "POST", $"{path}/finish")).Problem);
        Assert.Equal("linked", State(await app.AskAsync("3 custodian", "POST", $"{path}/withdraw")));
        Assert.Equal("unlinking-not-yet", (await app.AskAsync("3 custodian", "POST", $"{path}/finish")).Problem);
        Assert.Equal("closing", State(await app.AskAsync("3 custodian", "POST", path)));
        practice.Advance(1);
        Assert.Equal("unlinked", State(await app.AskAsync("3 custodian", "POST", $"{path}/finish")));

        // What can still be known: that there were records under this id, and that each has its certificate.
        var known = await app.AskAsync("3 custodian", "GET", path);
        var record = Assert.Single(known.Json.GetProperty("destroyed").EnumerateArray()).GetString();
        Assert.Equal(200, (await app.AskAsync("3 custodian", "GET", $"/clients/{client}/records/{record}/certificate")).Status);
        Assert.Contains("can no longer be told", (await app.AskAsync("3 custodian", "GET", $"/clients/{client}/access-report")).Text, StringComparison.Ordinal);
        Assert.Equal("no-such-client", (await app.AskAsync("3 custodian", "GET", $"/clients/{client}/holds")).Problem);
        Assert.Equal("no-such-client", (await app.AskAsync("3 custodian", "POST", $"/clients/{client}/holds", """{"matter":"m","reason":"r"}""")).Problem);
        Assert.Equal("client-closing", (await app.AskAsync("3 custodian", "PATCH", $"/clients/{client}", """{"name":"Another"}""")).Problem);
    }

    private static string? State(Asked answer) => answer.Json.GetProperty("state").GetString();

    private static Task<Unlinking> CloseAsync(PracticeUnderTest practice, ClientId client) =>
        practice.App.Unlinking.CloseAsync(practice.Custodian, practice.Id, client, None);

    private static Task<Unlinking> WithdrawAsync(PracticeUnderTest practice, ClientId client) =>
        practice.App.Unlinking.WithdrawAsync(practice.Custodian, practice.Id, client, None);

    private static Task<Unlinking> FinishAsync(PracticeUnderTest practice, ClientId client) =>
        practice.App.Unlinking.FinishAsync(practice.Custodian, practice.Id, client, None);

    private static IReadOnlyList<string> Missing(Unlinking state) => state switch
    {
        Unlinking.Linked linked => linked.Missing,
        Unlinking.Closing closing => closing.Missing,
        _ => [],
    };

    private static async Task<PracticeUnderTest> OpenAsync() => await (await PracticeUnderTest.OpenAsync()).CopyAsync();

    /// <summary>A client whose one record was purged on a day, by default on the first.</summary>
    private static async Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record)> PurgedAsync(DateOnly? day = null)
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        return (practice, client, await PurgeAsync(practice, client, day));
    }

    /// <summary>Thirty days pass, and more if a day is given.</summary>
    private static async Task<RecordId> PurgeAsync(PracticeUnderTest practice, ClientId client, DateOnly? day = null)
    {
        var record = await practice.UploadAsync(client);
        await practice.ApproveAsync(client);
        practice.Advance(30);
        if (day is { } on)
        {
            Goto(practice, on, new(20, 0, 0));
        }

        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        return record;
    }

    private static async Task<(PracticeUnderTest Practice, ClientId Client)> ClosedAsync()
    {
        var (practice, client, _) = await PurgedAsync();
        practice.Advance(6 * 366);
        Assert.IsType<Unlinking.Closing>(await CloseAsync(practice, client));
        practice.Advance(1);
        return (practice, client);
    }

    private static void Goto(PracticeUnderTest practice, DateOnly day, TimeOnly utc) =>
        practice.Time.SetUtcNow(new(day.ToDateTime(utc), TimeSpan.Zero));

    private static ClientFacts Facts(PracticeUnderTest practice) =>
        practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Client).As<ClientFacts>();

    private static Row Directory(PracticeUnderTest practice) => practice.Rows.All(Table.Directory).Single();

    private static Task PutAsync(PracticeUnderTest practice, Table table, RowChange change) => practice.App.Audit.ChangeAsync(
        practice.Custodian, new[] { change }.Describe(table),
        async _ => await practice.Rows.CommitAsync(table, change.Row.Partition, [change], None) == Commit.Done);

    private static Task PutRecordAsync(PracticeUnderTest practice, ClientId client) => PutAsync(
        practice, Table.Clients,
        new RowChange.Insert(Row.New(
            Keys.Partition(practice.Id, client), Keys.Record(RecordId.New()), RowKinds.Record,
            RowBody.Write(new RecordFacts("billing", practice.Time.GetUtcNow(), Guid.Empty, "slip", "descriptor", "e", null, 1, "b")))));

    private static Task UncertifyAsync(PracticeUnderTest practice, ClientId client)
    {
        var row = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Tombstone);
        return PutAsync(practice, Table.Clients, new RowChange.Replace(row.Next(RowBody.Write(row.As<TombstoneFacts>() with { Certificate = null }))));
    }

    private static Task HoldAsync(PracticeUnderTest practice, ClientId client) =>
        practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("m", "r", null), None);

    private static Task HoldClassAsync(PracticeUnderTest practice, ClientId client)
    {
        Assert.True(RecordClass.TryParse("billing", out var billing));
        return practice.App.SpanningHolds.PlaceAsync(practice.Custodian, practice.Id, new("m", "r", null, Class: billing), None);
    }

    private static Task RequestAsync(PracticeUnderTest practice, ClientId client) =>
        new RequestDesk(practice.Rows, practice.App.Keys, practice.App.Audit, practice.Time).TakeAsync(
            practice.Custodian, practice.Id, client, new(RequestKind.ClientAccess, "The client", practice.Today, null, null, null), None);

    private static async Task DiscloseAsync(PracticeUnderTest practice, ClientId client, Func<DisclosureFacts, DisclosureFacts> change)
    {
        var draft = new DisclosureDraft(
            DisclosureKind.RiskOfHarm, DisclosureKind.RiskOfHarm.Statements().ToDictionary(s => s.Name, _ => "what was said"), [], null, null);
        await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, SecondPerson.No, None);
        var row = practice.Rows.All(Table.Access).Single(r => r.Kind == RowKinds.Disclosure);
        var facts = row.As<DisclosureFacts>() with { ReleasedAt = null };
        await PutAsync(practice, Table.Access, new RowChange.Replace(row.Next(RowBody.Write(change(facts)))));
    }

    private static async Task BreakGlassAsync(PracticeUnderTest practice, ClientId client)
    {
        await practice.AskAsync(practice.Caller(9, Roles.Clinician), Operation.ListRecords, client); // known from now on
        await practice.App.Glass.BreakAsync(
            practice.Custodian, practice.Id, client, PracticeUnderTest.Person(9), Purposes.BreakGlass, "client collapsed", None);
    }

    private static async Task TaskAsync(PracticeUnderTest practice, ClientId client)
    {
        await practice.AskAsync(practice.Caller(3, Roles.Custodian), Operation.ListRecords, client); // known from now on
        var now = practice.Time.GetUtcNow();
        await practice.App.Relationships.GiveAsync(
            practice.Custodian, practice.Id, client, PracticeUnderTest.Person(3), Relationship.CustodianTask, now, now.AddDays(5), None);
    }

    private static Task NoticeAsync(PracticeUnderTest practice, ClientId client) =>
        new RecordsGuard.Access.Notices.GivenNotices(practice.Rows, practice.App.Audit, practice.Time)
            .GiveAsync(practice.Custodian, practice.Id, client, "v1", null, None);

    private sealed class SameUnlinked : IEqualityComparer<Unlinking.Unlinked?>
    {
        public bool Equals(Unlinking.Unlinked? x, Unlinking.Unlinked? y) =>
            x is not null && y is not null && x.At == y.At && x.NamesErased == y.NamesErased && x.Destroyed.SequenceEqual(y.Destroyed);

        public int GetHashCode(Unlinking.Unlinked obj) => obj.At.GetHashCode();
    }
}
