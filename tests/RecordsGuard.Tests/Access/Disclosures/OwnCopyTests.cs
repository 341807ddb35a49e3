using RecordsGuard.Access.Accounts;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access.Disclosures;

/// <summary>Who decides for a client, and who is handed what: adults, minors, the dead, couples.</summary>
public sealed class OwnCopyTests
{
    private const string Me = "Ada Lovelace";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateOnly Today = DateOnly.FromDateTime(PracticeUnderTest.Start.UtcDateTime);

    [Theory]
    [InlineData("US-CA", 40, false, "client guardian power-of-attorney", "parent personal-representative")]
    [InlineData("US-CA", 13, false, "client parent guardian", "power-of-attorney personal-representative")] // Cal. Fam. 6924: from 12
    [InlineData("US-CA", 11, false, "parent guardian", "client power-of-attorney personal-representative")]
    [InlineData("US-NY", 13, false, "parent guardian", "client power-of-attorney personal-representative")] // no such row was read
    [InlineData("US-AL", 18, false, "parent guardian", "client power-of-attorney personal-representative")] // majority at 19
    [InlineData("US-MS", 20, false, "parent guardian", "client power-of-attorney personal-representative")] // at 21
    [InlineData("US-CA", 40, true, "personal-representative", "client parent guardian power-of-attorney")]
    [InlineData("US-CA", 11, true, "personal-representative", "client parent guardian power-of-attorney")]
    public void Who_decides_depends_on_age_and_place_and_death(string place, int age, bool died, string may, string mayNot)
    {
        var client = new ClientStanding(place, Today.AddYears(-age), died);
        Assert.All(Parse(may), c => Assert.Null(c.Complaint(client, Today)));
        Assert.All(Parse(mayNot), c => Assert.NotNull(c.Complaint(client, Today)));

        static IEnumerable<Capacity> Parse(string words) =>
            words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => Capacities.Parse(w)!.Value);
    }

    [Fact]
    public void Majority_comes_at_the_birthday_and_not_a_day_before()
    {
        var client = new ClientStanding("US-CA", new(2008, 2, 29), HasDied: false);
        Assert.NotNull(Capacity.Client.Complaint(client with { Jurisdiction = "US-NY" }, new(2026, 2, 28)));
        Assert.Null(Capacity.Client.Complaint(client, new(2026, 3, 1)));
        Assert.NotNull(Capacity.Parent.Complaint(client, new(2026, 3, 1)));
    }

    [Fact]
    public async Task A_copy_is_handed_out_on_the_day_to_who_decides_then_recorded_and_never_accounted()
    {
        var (practice, client, record) = await OpenAsync(new(1980, 12, 10));
        var id = await RecordAsync(practice, client, Draft(record));
        Assert.NotNull(Assert.Single((await MissingAsync(practice, client, id, record))!)); // not released yet
        await ReleaseAsync(practice, client, id);
        Assert.Empty((await MissingAsync(practice, client, id, record))!);
        Assert.NotEmpty((await MissingAsync(practice, client, id, RecordId.New()))!);
        var sheet = await new Accounting(practice.App.Disclosures, practice.Rows, practice.LogReader, practice.Time)
            .OfAsync(practice.Custodian, practice.Id, client, None);
        Assert.Empty(sheet!.Lines);
        var listed = Assert.Single((await practice.App.Disclosures.ListAsync(practice.Custodian, practice.Id, client, None))!);
        Assert.Equal(("own-copy", "client", Me), (listed.Facts.Kind, listed.Facts.Capacity, listed.Statements["recipient"]));
        Assert.Equal(practice.Custodian.Person, listed.Facts.ReleasedBy);
    }

    [Fact]
    public void Who_takes_it_for_the_client_brings_a_paper_and_shows_who_they_are()
    {
        var draft = Draft(RecordId.New());
        Assert.Empty(draft.Complaints(PracticeUnderTest.Start));
        Assert.Contains("orderFile", Assert.Single((draft with { Of = "parent" }).Complaints(PracticeUnderTest.Start)), StringComparison.Ordinal);
        Assert.Contains("capacity", Assert.Single((draft with { Of = "neighbour" }).Complaints(PracticeUnderTest.Start)), StringComparison.Ordinal);
        Assert.Contains(
            "identity",
            Assert.Single((draft with { Statements = draft.Statements.Where(s => s.Key != "identity").ToDictionary() }).Complaints(PracticeUnderTest.Start)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_minor_old_enough_to_consent_alone_somebody_says_whether_they_did()
    {
        var (practice, client, record) = await OpenAsync(Today.AddYears(-14));
        foreach (var of in new[] { "client", "parent" })
        {
            var draft = Draft(record) with { Of = of, Order = record };
            var refused = Assert.IsType<DisclosureAnswer.Refused>(
                await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, SecondPerson.No, None));
            Assert.Contains("Cal. Fam. Code 6924", Assert.Single(refused.Missing), StringComparison.Ordinal);
            await RecordAsync(practice, client, draft with
            {
                Statements = new Dictionary<string, string>(draft.Statements) { ["minorConsent"] = "No: the mother brought him, and he agrees." },
            });
        }
    }

    [Fact]
    public async Task What_a_parent_signed_ends_with_the_childhood_and_a_death_ends_what_the_client_signed()
    {
        var (practice, client, record) = await OpenAsync(Today.AddYears(-18).AddDays(10));
        var consent = await ConsentAsync(practice, client, Me, Capacity.Parent, record);
        var draft = Draft(record) with
        {
            Kind = DisclosureKind.SignedRelease,
            Of = null,
            Consent = consent,
            Statements = new Dictionary<string, string> { ["recipient"] = Me, ["description"] = "Notes of 2009", ["purpose"] = "their own copy" },
        };
        var id = await RecordAsync(practice, client, draft);
        Assert.IsType<DisclosureStep.Done>(await practice.App.Disclosures.ReleaseAsync(practice.Custodian, practice.Id, client, DisclosureKind.SignedRelease, id, None));
        practice.Advance(9);
        Assert.Empty((await practice.App.Disclosures.MissingForAsync(practice.Custodian, practice.Id, client, DisclosureKind.SignedRelease, id, record, None))!);
        practice.Advance(1);
        Assert.Contains(
            "of age",
            Assert.Single((await practice.App.Disclosures.MissingForAsync(practice.Custodian, practice.Id, client, DisclosureKind.SignedRelease, id, record, None))!),
            StringComparison.Ordinal);

        var own = await RecordAsync(practice, client, Draft(record));
        await ReleaseAsync(practice, client, own);
        await practice.App.Correction.CorrectAsync(
            practice.Custodian, practice.Id, client, new(null, null, null, null, null, null, new Dictionary<RecordsGuard.Retention.Schedules.Anchor, DateOnly?> { [RecordsGuard.Retention.Schedules.Anchor.Death] = Today }), None);
        Assert.Contains("has died", Assert.Single((await MissingAsync(practice, client, own, record))!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Out_of_a_joint_chart_nothing_goes_until_each_member_has_released_it_to_that_recipient()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (first, second) = (await practice.RegisterAsync(), await practice.RegisterAsync(born: Today.AddYears(-11)));
        var chart = await practice.App.Clients.RegisterAsync(
            practice.Custodian, practice.Id, new("A and B", "j", null, "US-FL", "LMFT", null, []), None);
        var early = await practice.UploadAsync(chart);
        Assert.Contains("members", Assert.Single(Assert.IsType<DisclosureAnswer.Refused>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, chart, Draft(early), SecondPerson.No, None)).Missing), StringComparison.Ordinal);
        Assert.Equal(Naming.Done, await practice.App.Joint.NameAsync(practice.Custodian, practice.Id, chart, [first, second], None));
        var record = await practice.UploadAsync(chart);
        Assert.Equal(2, (await RefusedAsync()).Count);
        await ConsentAsync(practice, chart, Me, Capacity.Client, record, first);
        await ConsentAsync(practice, chart, "Somebody Else", Capacity.Parent, record, second);
        await ConsentAsync(practice, chart, Me, Capacity.Client, record, second); // a child of eleven
        Assert.Contains(second.ToString(), Assert.Single(await RefusedAsync()), StringComparison.Ordinal);
        var consent = await ConsentAsync(practice, chart, Me, Capacity.Parent, record, second);
        var id = await RecordAsync(practice, chart, Draft(record));
        await ReleaseAsync(practice, chart, id);
        Assert.Empty((await MissingAsync(practice, chart, id, record))!);
        await practice.App.Consents.RevokeAsync(practice.Custodian, practice.Id, chart, consent, None);
        Assert.Single((await MissingAsync(practice, chart, id, record))!);

        async Task<IReadOnlyList<string>> RefusedAsync() => Assert.IsType<DisclosureAnswer.Refused>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, chart, Draft(record), SecondPerson.No, None)).Missing;
    }

    [Fact]
    public async Task At_the_desk_the_copy_is_downloaded_and_the_client_reads_in_their_report_that_it_was_theirs()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var record = await app.Practice.UploadAsync(client);
        var path = $"/clients/{client}/disclosures/own-copy";
        var body = $$"""
            {"of":"client","records":["{{record}}"],"statements":{"recipient":"{{Me}}","description":"Notes of 2009","identity":"Passport, seen by person-2"} }
            """;
        Assert.Equal("refused", (await app.AskAsync("1 front-desk", "POST", path, body)).Problem);
        var recorded = await app.AskAsync("2 clinician", "POST", path, body);
        Assert.Equal(201, recorded.Status);
        var content = $"{path}/{recorded.Id}/records/{record}/content";
        Assert.Equal("not-yet", (await app.AskAsync("2 clinician", "GET", content)).Problem);
        Assert.Equal(200, (await app.AskAsync("2 clinician", "POST", $"{path}/{recorded.Id}/release")).Status);
        Assert.Equal("what was said", (await app.AskAsync("2 clinician", "GET", content)).Text);
        Assert.Null(await app.AlertAsync("disclosure"));
        await app.Practice.SequenceAsync();
        app.Practice.Time.Advance(TimeSpan.FromSeconds(1));
        var sheet = await new AccessReport(app.Practice.Rows, app.Practice.LogReader, app.Practice.App.Audit, app.Practice.Time).OfAsync(
            app.Practice.Custodian, app.Practice.Id, client, PracticeUnderTest.Start.AddDays(-1), None);
        Assert.Contains(sheet!.Lines, l => l.Cells[2].EndsWith("to hand you your own copy", StringComparison.Ordinal));
    }

    private static async Task<(PracticeUnderTest, ClientId, RecordId)> OpenAsync(DateOnly born)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(born: born, lastService: Today.AddDays(-1));
        return (practice, client, await practice.UploadAsync(client));
    }

    private static DisclosureDraft Draft(RecordId record) => new(
        DisclosureKind.OwnCopy,
        new Dictionary<string, string> { ["recipient"] = Me, ["description"] = "Notes of 2009", ["identity"] = "Passport, seen by the custodian" },
        [record], Of: "client");

    private static async Task<string> RecordAsync(PracticeUnderTest practice, ClientId client, DisclosureDraft draft) =>
        Assert.IsType<DisclosureAnswer.Recorded>(
            await practice.App.Disclosures.RecordAsync(practice.Custodian, practice.Id, client, draft, SecondPerson.No, None)).Id;

    private static async Task ReleaseAsync(PracticeUnderTest practice, ClientId client, string id) => Assert.IsType<DisclosureStep.Done>(
        await practice.App.Disclosures.ReleaseAsync(practice.Custodian, practice.Id, client, DisclosureKind.OwnCopy, id, None));

    private static Task<IReadOnlyList<string>?> MissingAsync(PracticeUnderTest practice, ClientId client, string id, RecordId record) =>
        practice.App.Disclosures.MissingForAsync(practice.Custodian, practice.Id, client, DisclosureKind.OwnCopy, id, record, None);

    private static async Task<string> ConsentAsync(
        PracticeUnderTest practice, ClientId client, string recipient, Capacity capacity, RecordId document, ClientId? member = null)
    {
        Assert.True(RecordClass.TryParse("client-record", out var recordClass));
        return (await practice.App.Consents.RecordAsync(
            practice.Custodian, practice.Id, client,
            new(recipient, "their own copy", "who signed", Today.AddDays(-1), [recordClass], Today.AddDays(60), document, capacity, member), None))!;
    }
}
