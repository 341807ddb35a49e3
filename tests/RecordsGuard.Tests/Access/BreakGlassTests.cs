using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>A grant opens one client's chart to one person for its minutes, and somebody else looks at it afterwards.</summary>
public sealed class BreakGlassTests
{
    private const string Reason = "Client collapsed in the waiting room, medication unknown.";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Guid Second = PracticeUnderTest.Person(2);

    [Fact]
    public async Task A_grant_opens_the_chart_of_its_client_with_an_alert_and_of_nobody_else()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (client, other) = (await practice.RegisterAsync(), await practice.RegisterAsync());
        var (record, foreign) = (await practice.UploadAsync(client), await practice.UploadAsync(other));
        Assert.IsType<Decision.Refuse>(await ReadAsync(practice, client, record));
        await BreakAsync(practice, client);
        Assert.IsType<Decision.AllowAndAlert>(await ReadAsync(practice, client, record));
        Assert.Equal(RefusalReason.NoRelationship, Assert.IsType<Decision.Refuse>(await ReadAsync(practice, other, foreign)).Because);
        Assert.Equal(
            RefusalReason.NoRelationship,
            Assert.IsType<Decision.Refuse>(await ReadAsync(practice, other, record)).Because); // a record of the one under the other's path
        Assert.IsType<Decision.Refuse>(await ReadAsync(practice, client, record, person: 3));
        Assert.Equal(RefusalReason.Purpose, Assert.IsType<Decision.Refuse>(await ReadAsync(practice, client, record, Purposes.Treatment)).Because);
    }

    [Fact]
    public async Task A_grant_ends_by_itself_at_its_last_instant()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        await BreakAsync(practice, client);
        practice.Time.Advance(AccessPolicy.Default.Terms.BreakGlass - TimeSpan.FromTicks(1));
        Assert.IsType<Decision.AllowAndAlert>(await ReadAsync(practice, client, record));
        practice.Time.Advance(TimeSpan.FromTicks(1));
        Assert.IsType<Decision.Refuse>(await ReadAsync(practice, client, record));
    }

    [Fact]
    public async Task A_grant_does_not_open_psychotherapy_notes()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var notes = ((RecordsGuard.Retention.Intake.IntakeAnswer.Received)await practice.ReceiveAsync(client, recordClass: "psychotherapy-notes")).Id;
        await BreakAsync(practice, client);
        Assert.Equal("psychotherapy-notes-apart", Assert.IsType<Decision.Refuse>(await ReadAsync(practice, client, notes)).Rule);
    }

    [Fact]
    public async Task Nobody_is_granted_anything_for_a_client_who_does_not_exist()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.RegisterAsync();
        Assert.Null(await practice.App.Glass.BreakAsync(practice.Custodian, practice.Id, ClientId.New(), Second, Purposes.BreakGlass, Reason, None));
        Assert.DoesNotContain(practice.Rows.All(Table.Access), r => r.Kind is RowKinds.Grant or RowKinds.Deadline);
    }

    [Fact]
    public async Task The_reason_is_sealed_and_shown_to_who_reviews_it_and_the_review_stays()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var given = await BreakAsync(practice, client);
        Assert.Equal(Reason, Assert.Single(await practice.App.Glass.ListAsync(practice.Custodian, practice.Id, None)).Reason);
        Assert.Equal(GrantReview.Done, await ReviewAsync(practice, client, given.Id, "lawful"));
        Assert.Equal(GrantReview.Already, await ReviewAsync(practice, client, given.Id, "unlawful"));
        Assert.Equal(GrantReview.None, await ReviewAsync(practice, client, "00000000000000000000000000000000", "lawful"));
        Assert.Equal(GrantReview.None, await ReviewAsync(practice, await practice.RegisterAsync(), given.Id, "lawful"));
        var reviewed = Assert.Single(await practice.App.Glass.ListAsync(practice.Custodian, practice.Id, None));
        Assert.Equal(("lawful", "Called the ward, it was so."), (reviewed.Facts.Verdict, reviewed.Comment));
        var stored = Enum.GetValues<Table>().SelectMany(practice.Rows.All).Select(r => $"{r.Partition} {r.Key} {r.Body}")
            .Concat(practice.Log.All.Select(e => System.Text.Encoding.Latin1.GetString(e.Bytes.Span)));
        Assert.All(stored, text => Assert.DoesNotContain("collapsed", text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Whoever_broke_the_glass_is_its_author_and_may_not_review_it()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var caller = practice.Caller(2, Roles.Clinician, Roles.Security, Roles.Custodian);
        var admission = Assert.IsType<GateAnswer.Admitted>(
            await practice.AskAsync(caller, Operation.BreakGlass, client, purpose: Purposes.BreakGlass)).Admission;
        var given = (await practice.App.Glass.BreakAsync(admission.Subject, practice.Id, client, Second, Purposes.BreakGlass, Reason, None))!;
        Assert.Equal(admission.Person, await practice.App.Glass.AuthorAsync(practice.Id, client, given.Id, None));
        var review = Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(caller, Operation.ReviewBreakGlass, client)).Admission;
        Assert.Equal(
            RefusalReason.SecondPerson,
            Assert.IsType<Decision.Refuse>(AccessPolicy.Default.Decide(review.Question with { OwnDoing = true })).Because);
    }

    [Fact]
    public async Task A_review_that_does_not_come_is_a_second_alert_every_day_until_it_does()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var given = await BreakAsync(practice, client);
        practice.Time.Advance(AccessPolicy.Default.Terms.BreakGlassReview - TimeSpan.FromMinutes(1));
        await practice.App.DeadlineWatch.LookAsync(None);
        Assert.Empty(await practice.App.Desk.ListAsync(practice.Id, None));
        practice.Time.Advance(TimeSpan.FromMinutes(1));
        await practice.App.DeadlineWatch.LookAsync(None);
        await practice.App.DeadlineWatch.LookAsync(None);
        var alert = Assert.Single(await practice.App.Desk.ListAsync(practice.Id, None));
        Assert.Equal(("break-glass-review-missing", 1), (alert.Detection, alert.Count));
        practice.Advance(1);
        await practice.App.DeadlineWatch.LookAsync(None);
        Assert.Equal(2, (await practice.App.Desk.ListAsync(practice.Id, None)).Count);
        await ReviewAsync(practice, client, given.Id, "lawful");
        practice.Advance(1);
        await practice.App.DeadlineWatch.LookAsync(None);
        Assert.Equal(2, (await practice.App.Desk.ListAsync(practice.Id, None)).Count);
    }

    [Fact]
    public async Task There_is_no_grant_that_nobody_is_to_review_wherever_it_breaks_off()
    {
        for (var n = 1; ; n++)
        {
            var practice = await PracticeUnderTest.OpenAsync();
            var client = await practice.RegisterAsync();
            practice.Hook.InterposeAt(n, () => throw new StoreUnavailableException("Down."));
            try
            {
                await BreakAsync(practice, client);
                Assert.True(n > 5, "Nothing was broken off.");
                return;
            }
            catch (StoreUnavailableException)
            {
                practice.Hook.Forget();
                practice.Advance(2);
                await practice.App.DeadlineWatch.LookAsync(None);
                Assert.Equal(
                    practice.Rows.All(Table.Access).Count(r => r.Kind == RowKinds.Grant), (await practice.App.Desk.ListAsync(practice.Id, None)).Count);
            }
        }
    }

    [Fact]
    public async Task With_the_log_down_there_is_no_grant()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        practice.Log.Down = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => BreakAsync(practice, client));
        Assert.DoesNotContain(practice.Rows.All(Table.Access), r => r.Kind == RowKinds.Grant);
    }

    [Fact]
    public async Task The_same_words_for_the_third_time_are_noticed_however_they_are_written()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var worn = new List<bool>();
        foreach (var reason in new[] { "Emergency, as always", "emergency as always.", "EMERGENCY... as ALWAYS", "Emergency, not as always" })
        {
            var client = await practice.RegisterAsync();
            worn.Add((await BreakAsync(practice, client, reason)).Worn);
        }

        Assert.Equal([false, false, true, false], worn);
    }

    [Theory]
    [InlineData("Klientin bewusstlos", true)]
    [InlineData("病人昏迷不醒", true)]
    [InlineData("المريض فاقد الوعي", true)]
    [InlineData("клиент без сознания", true)]
    [InlineData("क्लाइंट बेहोश है", true)]
    [InlineData("", false)]
    [InlineData("   \n\t ", false)]
    [InlineData("..........", false)]
    [InlineData("aaaaaaaaaaaa", false)]
    [InlineData("\u200B\u200B\u200B\u200B\u200B\u200B", false)]
    [InlineData("\u0301\u0301\u0301\u0301\u0301", false)]
    [InlineData("client \u202Egnihton\u202C happened", false)]
    [InlineData("client\u0000 collapsed", false)]
    public void A_reason_may_be_in_any_script_and_must_say_something(string reason, bool counts) =>
        Assert.Equal(counts, Reasons.Complaint(reason, "reason") is null);

    [Fact]
    public void Half_a_character_is_no_text() => Assert.NotNull(Reasons.Complaint($"client {(char)0xD800} collapsed", "reason"));

    private static async Task<GivenGrant> BreakAsync(PracticeUnderTest practice, ClientId client, string reason = Reason) =>
        (await practice.App.Glass.BreakAsync(practice.Custodian, practice.Id, client, Second, Purposes.BreakGlass, reason, None))!;

    private static Task<GrantReview> ReviewAsync(PracticeUnderTest practice, ClientId client, string id, string verdict) =>
        practice.App.Glass.ReviewAsync(practice.Custodian, practice.Id, client, id, verdict, "Called the ward, it was so.", None);

    private static async Task<Decision> ReadAsync(
        PracticeUnderTest practice, ClientId client, RecordId record, string purpose = Purposes.BreakGlass, int person = 2) =>
        await practice.AskAsync(practice.Caller(person, Roles.Clinician), Operation.ReadContent, client, record, purpose) switch
        {
            GateAnswer.Admitted admitted => admitted.Admission.Decision,
            GateAnswer.Refused refused => refused.Refusal.Decision,
            var other => throw new InvalidOperationException($"{other}"),
        };
}
