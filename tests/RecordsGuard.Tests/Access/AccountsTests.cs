using CsCheck;
using RecordsGuard.Access;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>What clients are handed: complete, countable, in their words, and of nobody else.</summary>
public sealed class AccountsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Gen<AuditEntry[]> Entries = Gen.Select(
        Gen.Int[0, 900], Gen.OneOf("a", "b"), Gen.OneOf("read-content", "list-records", "place-hold"), Gen.OneOf("r1", "r2", ""),
        Gen.OneOf(AuditKind.Read, AuditKind.Listed, AuditKind.Refused, AuditKind.ChangeDone),
        (seconds, person, operation, record, kind) => (seconds, new AuditEvent(kind, operation, "demo", person, "c", record, [])))
        .Array[0, 60].Select(steps => steps.Aggregate(
            (At: PracticeUnderTest.Start, List: new List<AuditEntry>()),
            (so, step) =>
            {
                var at = so.At.AddSeconds(step.seconds);
                so.List.Add(new(AuditEntryId.New(), at, Guid.Empty, 0, new byte[32], step.Item2));
                return (at, so.List);
            },
            so => so.List.ToArray()));

    [Fact]
    public void Viewings_count_every_entry_once_and_none_spans_a_pause() => Entries.Sample(entries =>
    {
        var viewings = Viewing.Of(entries);
        var counted = entries.Where(e => e.Event.Kind != AuditKind.ChangeDone).ToList();
        Assert.Equal(counted.Count, viewings.Sum(v => v.Times));
        foreach (var group in counted.GroupBy(e => (e.Event.Person, e.Event.Operation, e.Event.Record, e.Event.Kind == AuditKind.Refused)))
        {
            var times = group.Select(e => e.Time).ToList();
            var breaks = times.Zip(times.Skip(1)).Count(t => t.Second - t.First > Viewing.Pause);
            Assert.Equal(breaks + 1, viewings.Count(v => (v.Person, v.Operation, v.Record, v.Refused) == group.Key));
        }
    });

    [Fact]
    public async Task Twelve_range_reads_in_a_minute_are_one_viewing_and_a_refused_attempt_says_that_nothing_was_shown()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var other = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var record = await practice.UploadAsync(client);
        for (var i = 0; i < 12; i++)
        {
            await ReadAsync(practice, client, record);
            practice.Time.Advance(TimeSpan.FromSeconds(5));
        }

        await ReadAsync(practice, other, await practice.UploadAsync(other));
        var refused = Assert.IsType<GateAnswer.Refused>(await practice.AskAsync(
            practice.Caller(4, Roles.Clinician), Operation.ReadContent, client, record, Purposes.Treatment)).Refusal;
        await practice.App.Desk.ReportAsync(refused, None);
        practice.Time.Advance(TimeSpan.FromSeconds(5));
        var sheet = (await ReportAsync(practice, client))!;
        Assert.Equal(
            ["person-2 | opened your notes of 2026-03-02 | treatment | yes", "person-4 | opened your notes of 2026-03-02 | treatment | nothing: the attempt was refused"],
            Rows(sheet).Where(r => r[2].StartsWith("opened", StringComparison.Ordinal)).Select(r => string.Join(" | ", r.Skip(1))).Order(StringComparer.Ordinal));
        Assert.Contains("tried", sheet.Sentences[1], StringComparison.Ordinal);
        Assert.Null(await ReportAsync(practice, ClientId.New()));
    }

    [Fact]
    public async Task The_accounting_has_what_went_out_without_the_clients_release_in_six_years_and_nothing_else()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (client, other) = (await practice.RegisterAsync(), await practice.RegisterAsync());
        var old = await HarmAsync(practice, client, "Police of Oakland, long ago");
        practice.Advance((365 * 6) + 3);
        await HarmAsync(practice, client, "Police of Oakland, 455 7th Street");
        await HarmAsync(practice, other, "Police of Berkeley");
        var record = await practice.UploadAsync(client);
        var prepared = Assert.IsType<DisclosureAnswer.Recorded>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, client,
            new(DisclosureKind.CourtOrder, Statements(DisclosureKind.CourtOrder, "Superior Court"), [record], Order: record), SecondPerson.Before, None));
        var sheet = (await AccountAsync(practice, client))!;
        Assert.Equal("Police of Oakland, 455 7th Street", Assert.Single(Rows(sheet))[1]); // the order's records have not gone out

        await practice.App.Disclosures.ApproveAsync(practice.Custodian, practice.Id, client, DisclosureKind.CourtOrder, prepared.Id, None);
        await practice.App.Disclosures.InformAsync(practice.Custodian, practice.Id, client, DisclosureKind.CourtOrder, prepared.Id, null, None);
        await practice.App.Disclosures.ReleaseAsync(practice.Custodian, practice.Id, client, DisclosureKind.CourtOrder, prepared.Id, None);
        Assert.Equal(2, Rows((await AccountAsync(practice, client))!).Count);
        Assert.All(Rows((await AccountAsync(practice, client))!), row => Assert.All(row, Assert.NotEmpty));
        Assert.Null(await AccountAsync(practice, ClientId.New()));
        Assert.NotEqual(old, prepared.Id);
    }

    [Theory]
    [InlineData(10, false, 10)]
    [InlineData(100, false, 30)]
    [InlineData(100, true, 100)]
    public async Task While_an_authority_asked_for_it_the_accounting_is_silent_and_afterwards_it_is_not(int days, bool written, int silent)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var id = await HarmAsync(practice, client, "Police of Oakland");
        Assert.Single(Rows((await AccountAsync(practice, client))!));
        await practice.App.Disclosures.SuspendAsync(
            practice.Custodian, practice.Id, client, DisclosureKind.RiskOfHarm, id, practice.Time.GetUtcNow().AddDays(days),
            written ? await practice.UploadAsync(client) : null, None);
        practice.Time.Advance(TimeSpan.FromDays(silent) - TimeSpan.FromTicks(1));
        Assert.Empty(Rows((await AccountAsync(practice, client))!));
        practice.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Single(Rows((await AccountAsync(practice, client))!));
    }

    [Fact]
    public void A_page_and_a_table_carry_no_markup_and_no_formula_of_anybodys()
    {
        var sheet = new Sheet("<script>", ["a & b"], ["<th>"], [new(["<img src=x onerror=alert(1)>"], []), new(["=cmd|' /C calc'!A0"], []), new(["say \"hi\"\r\nthere"], [])], ["</body>"]);
        Assert.DoesNotContain("<script>", sheet.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<img", sheet.ToHtml(), StringComparison.Ordinal);
        Assert.Equal("\"<th>\"\r\n\"<img src=x onerror=alert(1)>\"\r\n\"'=cmd|' /C calc'!A0\"\r\n\"say \"\"hi\"\"\r\nthere\"\r\n", sheet.ToCsv());
    }

    private static async Task ReadAsync(PracticeUnderTest practice, ClientId client, RecordId record)
    {
        var admission = Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(
            practice.Caller(2, Roles.Clinician), Operation.ReadContent, client, record, Purposes.Treatment)).Admission;
        await using var content = await practice.App.Release.OpenAsync(
            admission.Subject, practice.Id, client, admission.RecordRow!, Purposes.Treatment, new ContentRange(0, 3), None);
    }

    private static async Task<Sheet?> ReportAsync(PracticeUnderTest practice, ClientId client)
    {
        await practice.SequenceAsync();
        return await new AccessReport(practice.Rows, practice.LogReader, practice.App.Audit, practice.Time)
            .OfAsync(practice.Custodian, practice.Id, client, PracticeUnderTest.Start.AddDays(-1), None);
    }

    private static List<IReadOnlyList<string>> Rows(Sheet sheet) => [.. sheet.Lines.Select(l => l.Cells)];

    private static Task<Sheet?> AccountAsync(PracticeUnderTest practice, ClientId client) =>
        new Accounting(practice.App.Disclosures, practice.Rows, practice.LogReader, practice.Time).OfAsync(practice.Custodian, practice.Id, client, None);

    private static async Task<string> HarmAsync(PracticeUnderTest practice, ClientId client, string recipient) =>
        Assert.IsType<DisclosureAnswer.Recorded>(await practice.App.Disclosures.RecordAsync(
            practice.Custodian, practice.Id, client, new(DisclosureKind.RiskOfHarm, Statements(DisclosureKind.RiskOfHarm, recipient), []),
            SecondPerson.After, None)).Id;

    private static Dictionary<string, string> Statements(DisclosureKind kind, string recipient) =>
        kind.Statements().ToDictionary(s => s.Name, s => s.Name == "recipient" ? recipient : $"what was said of {s.Name}");
}
