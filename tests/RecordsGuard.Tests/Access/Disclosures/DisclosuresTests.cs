using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access.Disclosures;

/// <summary>What leaves the practice is what was stated, named and agreed to, at the moment it leaves.</summary>
public sealed class DisclosuresTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AuditSubject Other = new("test", "demo", "0000000000000000000000000000beef");

    public static TheoryData<DisclosureKind> Kinds => [.. Enum.GetValues<DisclosureKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_statement_that_is_missing_is_asked_for_by_name(DisclosureKind kind)
    {
        var complete = Draft(kind, RecordId.New());
        Assert.Empty(complete.Complaints(PracticeUnderTest.Start));
        Assert.All(kind.Statements(), s =>
        {
            var without = complete.Statements.Where(p => p.Key != s.Name).ToDictionary();
            var complaint = Assert.Single((complete with { Statements = without }).Complaints(PracticeUnderTest.Start));
            Assert.Contains(s.Name, complaint, StringComparison.Ordinal);
            Assert.Contains(s.Question, complaint, StringComparison.Ordinal);
            var empty = complete.Statements.ToDictionary(p => p.Key, p => p.Key == s.Name ? "  ...  " : p.Value);
            Assert.Single((complete with { Statements = empty }).Complaints(PracticeUnderTest.Start));
        });
        Assert.Single((complete with { Statements = new Dictionary<string, string>(complete.Statements) { ["gossip"] = "of the village" } })
            .Complaints(PracticeUnderTest.Start));
    }

    [Fact]
    public void An_order_needs_its_file_and_the_records_that_it_names_and_a_subpoena_is_no_kind_of_order()
    {
        var draft = Draft(DisclosureKind.CourtOrder, RecordId.New());
        Assert.Contains("orderFile", Assert.Single((draft with { Order = null }).Complaints(PracticeUnderTest.Start)), StringComparison.Ordinal);
        Assert.Contains("records", Assert.Single((draft with { Records = [] }).Complaints(PracticeUnderTest.Start)), StringComparison.Ordinal);
        Assert.Null(DisclosureKinds.Parse("subpoena"));
        Assert.All(["privilege", "client", "signed release", "order"], word =>
            Assert.Contains(word, DisclosureKinds.InsteadOfSubpoena, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_court_ordered_goes_out_when_two_agreed_and_the_client_was_told_and_nothing_else_does()
    {
        var (practice, client, record) = await OpenAsync();
        var unnamed = await practice.UploadAsync(client);
        var id = (await RecordAsync(practice, client, Draft(DisclosureKind.CourtOrder, record) with { Order = unnamed }, SecondPerson.Before)).Id;
        Assert.Equal(2, NotYet(await ReleaseAsync(practice, client, DisclosureKind.CourtOrder, id)).Count);
        Assert.NotEmpty((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, record))!);
        await practice.App.Disclosures.ApproveAsync(Other, practice.Id, client, DisclosureKind.CourtOrder, id, None);
        Assert.Contains("client", Assert.Single(NotYet(await ReleaseAsync(practice, client, DisclosureKind.CourtOrder, id))), StringComparison.Ordinal);
        await practice.App.Disclosures.InformAsync(
            practice.Custodian, practice.Id, client, DisclosureKind.CourtOrder, id, "The order forbids telling until the hearing.", None);
        Assert.Contains("release", Assert.Single((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, record))!), StringComparison.Ordinal);
        Assert.IsType<DisclosureStep.Done>(await ReleaseAsync(practice, client, DisclosureKind.CourtOrder, id));
        Assert.Empty((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, record))!);
        Assert.Contains("not among", Assert.Single((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, unnamed))!), StringComparison.Ordinal);
        var listed = Assert.Single((await practice.App.Disclosures.ListAsync(practice.Custodian, practice.Id, client, None))!);
        Assert.Equal(("waived", "The order forbids telling until the hearing."), (listed.Facts.Informed, listed.Waiver));
    }

    [Fact]
    public async Task A_disclosure_ends_at_its_last_instant_and_is_of_one_client_and_one_kind()
    {
        var (practice, client, record) = await OpenAsync();
        var id = (await RecordAsync(practice, client, Draft(DisclosureKind.RiskOfHarm, record), SecondPerson.After)).Id;
        Assert.Empty((await MissingAsync(practice, client, DisclosureKind.RiskOfHarm, id, record))!);
        Assert.Null(await MissingAsync(practice, await practice.RegisterAsync(), DisclosureKind.RiskOfHarm, id, record));
        Assert.Null(await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, record));
        Assert.Null(await MissingAsync(practice, client, DisclosureKind.RiskOfHarm, "../other", record));
        Assert.IsType<DisclosureStep.None>(await practice.App.Disclosures.ApproveAsync(
            Other, practice.Id, client, DisclosureKind.AbuseOrNeglect, id, None));
        practice.Time.Advance(RecordsGuard.Access.Disclosures.Disclosures.Lifetime - TimeSpan.FromTicks(1));
        Assert.Empty((await MissingAsync(practice, client, DisclosureKind.RiskOfHarm, id, record))!);
        practice.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains("time is over", Assert.Single((await MissingAsync(practice, client, DisclosureKind.RiskOfHarm, id, record))!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_not_in_this_chart_cannot_be_named()
    {
        var (practice, client, record) = await OpenAsync();
        var other = await practice.UploadAsync(await practice.RegisterAsync());
        var refused = Assert.IsType<DisclosureAnswer.Refused>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, client, Draft(DisclosureKind.CourtOrder, record, other), SecondPerson.Before, None));
        Assert.Contains(other.ToString(), Assert.Single(refused.Missing, m => m.StartsWith("There is no record", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(practice.Rows.All(Table.Access), r => r.Kind == RowKinds.Disclosure);
        Assert.IsType<DisclosureAnswer.NoSuchClient>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, ClientId.New(), Draft(DisclosureKind.RiskOfHarm), SecondPerson.After, None));
    }

    [Fact]
    public async Task Psychotherapy_notes_stay_here_unless_somebody_says_where_they_are_named_expressly()
    {
        var (practice, client, _) = await OpenAsync();
        var notes = ((IntakeAnswer.Received)await practice.ReceiveAsync(client, recordClass: "psychotherapy-notes")).Id;
        var draft = Draft(DisclosureKind.CourtOrder, notes) with { Order = notes };
        var refused = Assert.IsType<DisclosureAnswer.Refused>(
            await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, SecondPerson.Before, None));
        Assert.Contains("psychotherapyNotes", Assert.Single(refused.Missing), StringComparison.Ordinal);
        await RecordAsync(
            practice, client,
            draft with { Statements = new Dictionary<string, string>(draft.Statements) { ["psychotherapyNotes"] = "Paragraph 3 of the order." } },
            SecondPerson.Before);
    }

    [Theory]
    [InlineData("child", 36)]
    [InlineData("adult", 48)]
    public async Task The_clock_of_a_report_runs_from_when_the_facts_were_learned_and_alerts_until_it_was_made(string of, int hours)
    {
        var (practice, client, _) = await OpenAsync();
        var learned = practice.Time.GetUtcNow().AddHours(-5);
        var recorded = await RecordAsync(practice, client, Draft(DisclosureKind.AbuseOrNeglect) with { Of = of, LearnedAt = learned }, SecondPerson.No);
        Assert.Equal(("must", learned.AddHours(hours)), (recorded.Ground.Force, recorded.Facts.ReportBy));
        practice.Time.Advance(TimeSpan.FromHours(hours - 5) - TimeSpan.FromMinutes(1));
        Assert.Empty(await WatchAsync(practice));
        practice.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("report-overdue", Assert.Single(await WatchAsync(practice)).Detection);
        await practice.App.Disclosures.ReportAsync(practice.Custodian, practice.Id, client, DisclosureKind.AbuseOrNeglect, recorded.Id, None);
        practice.Advance(1);
        Assert.Single(await WatchAsync(practice));
    }

    [Fact]
    public async Task What_could_not_wait_for_a_second_person_alerts_when_nobody_looked_at_it_in_time()
    {
        var (practice, client, _) = await OpenAsync();
        var recorded = await RecordAsync(practice, client, Draft(DisclosureKind.RiskOfHarm), SecondPerson.After);
        Assert.NotNull(recorded.Facts.ReleasedAt);
        practice.Time.Advance(AccessPolicy.Default.Terms.BreakGlassReview);
        Assert.Equal("disclosure-review-missing", Assert.Single(await WatchAsync(practice)).Detection);
        await practice.App.Disclosures.ApproveAsync(Other, practice.Id, client, DisclosureKind.RiskOfHarm, recorded.Id, None);
        practice.Advance(1);
        Assert.Single(await WatchAsync(practice));
    }

    [Fact]
    public async Task A_signed_release_is_asked_for_again_at_the_moment_it_goes_out()
    {
        var (practice, client, record) = await OpenAsync();
        var consent = await ConsentAsync(practice, client);
        var id = (await RecordAsync(practice, client, Draft(DisclosureKind.SignedRelease, record) with { Consent = consent }, SecondPerson.No)).Id;
        Assert.IsType<DisclosureStep.Done>(await ReleaseAsync(practice, client, DisclosureKind.SignedRelease, id));
        Assert.Empty((await MissingAsync(practice, client, DisclosureKind.SignedRelease, id, record))!);
        Assert.True(await practice.App.Consents.RevokeAsync(practice.Custodian, practice.Id, client, consent, None));
        Assert.Contains("revoked", Assert.Single((await MissingAsync(practice, client, DisclosureKind.SignedRelease, id, record))!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dr. Grace Hopper, Harbor Clinic", "client-record", 10, null)]
    [InlineData("dr grace hopper — HARBOR clinic", "client-record", 10, null)]
    [InlineData("Dr. Howard Aiken", "client-record", 10, "recipient")]
    [InlineData("Dr. Grace Hopper, Harbor Clinic", "billing", 10, "does not cover")]
    [InlineData("Dr. Grace Hopper, Harbor Clinic", "client-record", 0, "held until")]
    public async Task A_signed_release_covers_its_recipient_its_classes_and_its_time(string recipient, string recordClass, int days, string? missing)
    {
        var (practice, client, _) = await OpenAsync();
        var record = ((IntakeAnswer.Received)await practice.ReceiveAsync(client, recordClass: recordClass)).Id;
        var consent = await ConsentAsync(practice, client, days);
        var draft = Draft(DisclosureKind.SignedRelease, record) with { Consent = consent };
        draft = draft with { Statements = new Dictionary<string, string>(draft.Statements) { ["recipient"] = recipient } };
        var answer = await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, SecondPerson.No, None);
        if (missing is null)
        {
            Assert.IsType<DisclosureAnswer.Recorded>(answer);
        }
        else
        {
            Assert.Contains(missing, Assert.Single(Assert.IsType<DisclosureAnswer.Refused>(answer).Missing), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_signed_release_is_for_its_purpose()
    {
        var (practice, client, record) = await OpenAsync();
        var draft = Draft(DisclosureKind.SignedRelease, record) with { Consent = await ConsentAsync(practice, client) };
        draft = draft with { Statements = new Dictionary<string, string>(draft.Statements) { ["purpose"] = "a job application" } };
        var answer = await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, SecondPerson.No, None);
        Assert.Contains("purpose", Assert.Single(Assert.IsType<DisclosureAnswer.Refused>(answer).Missing), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redacted_copy_goes_out_for_its_original_which_stays()
    {
        var (practice, client, original) = await OpenAsync();
        var (order, copy) = (await practice.UploadAsync(client), await practice.UploadAsync(client, "what was ██"));
        var draft = Draft(DisclosureKind.CourtOrder, original) with { Order = order, Redacted = new Dictionary<RecordId, RecordId> { [original] = copy } };
        Assert.Empty(draft.Complaints(PracticeUnderTest.Start));
        Assert.Single((draft with { Redacted = new Dictionary<RecordId, RecordId> { [order] = copy } }).Complaints(PracticeUnderTest.Start));
        Assert.Single((draft with { Redacted = new Dictionary<RecordId, RecordId> { [original] = original } }).Complaints(PracticeUnderTest.Start));
        var foreign = await practice.UploadAsync(await practice.RegisterAsync());
        Assert.IsType<DisclosureAnswer.Refused>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, client, draft with { Redacted = new Dictionary<RecordId, RecordId> { [original] = foreign } }, SecondPerson.No, None));
        var id = (await RecordAsync(practice, client, draft, SecondPerson.No)).Id;
        await practice.App.Disclosures.InformAsync(practice.Custodian, practice.Id, client, DisclosureKind.CourtOrder, id, null, None);
        Assert.IsType<DisclosureStep.Done>(await ReleaseAsync(practice, client, DisclosureKind.CourtOrder, id));
        Assert.Empty((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, copy))!);
        Assert.Contains(copy.ToString(), Assert.Single((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, original))!), StringComparison.Ordinal);
        Assert.NotEmpty((await MissingAsync(practice, client, DisclosureKind.CourtOrder, id, order))!);
    }

    [Fact]
    public async Task The_consent_of_one_client_releases_nothing_of_anothers()
    {
        var (practice, client, record) = await OpenAsync();
        var foreign = await ConsentAsync(practice, await practice.RegisterAsync());
        var answer = await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, client, Draft(DisclosureKind.SignedRelease, record) with { Consent = foreign }, SecondPerson.No, None);
        Assert.Contains("no such consent", Assert.Single(Assert.IsType<DisclosureAnswer.Refused>(answer).Missing), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_state_stands_in_no_row_log_entry_or_alert()
    {
        var (practice, client, record) = await OpenAsync();
        await ConsentAsync(practice, client);
        await RecordAsync(practice, client, Draft(DisclosureKind.RiskOfHarm, record), SecondPerson.After);
        practice.Advance(2);
        await WatchAsync(practice);
        var stored = Enum.GetValues<Table>().SelectMany(practice.Rows.All).Select(r => $"{r.Partition} {r.Key} {r.Body}")
            .Concat(practice.Log.All.Select(e => System.Text.Encoding.Latin1.GetString(e.Bytes.Span)))
            .Concat(WorkQueues.All.SelectMany(practice.Queue.Messages).Select(m => m.Text));
        Assert.All(stored, text => Assert.All(
            ["Hopper", "Harbor", "said of facts", "said of recipient", "treatment elsewhere"],
            secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("client-record", "psychotherapy-notes", "covers nothing else")]
    public void A_release_of_psychotherapy_notes_is_for_nothing_else(string one, string other, string why)
    {
        Assert.True(RecordClass.TryParse(one, out var first) & RecordClass.TryParse(other, out var second));
        var consent = new SignedConsent("Dr. Hopper", "care elsewhere", "the client", new(2026, 3, 1), [first, second], new(2026, 6, 1), null);
        Assert.Contains(why, Assert.Single(consent.Complaints(new(2026, 3, 2))), StringComparison.Ordinal);
        Assert.Empty((consent with { Classes = [second] }).Complaints(new(2026, 3, 2)));
        Assert.Equal(4, (consent with { Classes = [], Recipient = "", SignedOn = new(2027, 1, 1) }).Complaints(new(2026, 3, 2)).Count);
    }

    private static async Task<(PracticeUnderTest, ClientId, RecordId)> OpenAsync()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        return (practice, client, await practice.UploadAsync(client));
    }

    private static async Task<string> ConsentAsync(PracticeUnderTest practice, ClientId client, int days = 30)
    {
        Assert.True(RecordClass.TryParse("client-record", out var recordClass));
        var today = DateOnly.FromDateTime(practice.Time.GetUtcNow().UtcDateTime);
        return (await practice.App.Consents.RecordAsync(
            practice.Custodian, practice.Id, client,
            new("Dr. Grace Hopper, Harbor Clinic", "treatment elsewhere", "the client", today.AddDays(-1), [recordClass], today.AddDays(days), null), None))!;
    }

    private static async Task<DisclosureAnswer.Recorded> RecordAsync(
        PracticeUnderTest practice, ClientId client, DisclosureDraft draft, SecondPerson second) =>
        Assert.IsType<DisclosureAnswer.Recorded>(
            await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, second, None));

    private static DisclosureDraft Draft(DisclosureKind kind, params RecordId[] records) => new(
        kind,
        kind.Statements().ToDictionary(
            s => s.Name, s => (s.Name, kind) switch
            {
                ("recipient", DisclosureKind.SignedRelease) => "Dr. Grace Hopper, Harbor Clinic",
                ("purpose", _) => "treatment elsewhere",
                _ => $"what was said of {s.Name}",
            }),
        records, Of: kind == DisclosureKind.OwnCopy ? "client" : "child", LearnedAt: PracticeUnderTest.Start, Consent: kind == DisclosureKind.SignedRelease ? new string('0', 32) : null,
        Order: records is [var first, ..] ? first : null);

    private static Task<DisclosureStep> ReleaseAsync(PracticeUnderTest practice, ClientId client, DisclosureKind kind, string id) =>
        practice.App.Disclosures.ReleaseAsync(practice.Custodian, practice.Id, client, kind, id, None);

    private static Task<IReadOnlyList<string>?> MissingAsync(
        PracticeUnderTest practice, ClientId client, DisclosureKind kind, string id, RecordId record) =>
        practice.App.Disclosures.MissingForAsync(practice.Custodian, practice.Id, client, kind, id, record, None);

    private static IReadOnlyList<string> NotYet(DisclosureStep step) => Assert.IsType<DisclosureStep.NotYet>(step).Missing;

    private static async Task<IReadOnlyList<Alert>> WatchAsync(PracticeUnderTest practice)
    {
        await practice.App.DeadlineWatch.LookAsync(None);
        return await practice.App.Desk.ListAsync(practice.Id, None);
    }
}
