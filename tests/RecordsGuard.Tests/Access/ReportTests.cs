using System.Security.Cryptography;
using CsCheck;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Validation;
using RecordsGuard.Access;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Cli;
using RecordsGuard.Records;
using RecordsGuard.Tests.Audit.Sequencing;
using RecordsGuard.Tests.Retention;
using Bundle = Hl7.Fhir.Model.Bundle;
using ModelInfo = Hl7.Fhir.Model.ModelInfo;

namespace RecordsGuard.Tests.Access;

/// <summary>What a client was handed proves itself to somebody with the log's key, and whoever changes it is found out.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private PracticeUnderTest practice = null!;
    private ClientId client;
    private Report report = null!;

    public static TheoryData<string> Kinds => [Report.AccessReport, Report.Accounting];

    public async ValueTask InitializeAsync()
    {
        practice = await PracticeUnderTest.OpenAsync();
        (client, var other) = (await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2)), await practice.RegisterAsync());
        await FillAsync(client);
        await FillAsync(other);
        report = await IssueAsync(Report.AccessReport, client);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_line_is_proven_in_every_shape_and_by_the_logs_key_alone(string kind)
    {
        var issued = await IssueAsync(kind, client);
        Assert.NotEmpty(issued.Lines);
        foreach (var shape in new[] { issued.ToHtml(), issued.ToCsv(), issued.ToJson(), FhirReport.Write(issued) })
        {
            var verdict = ReportFile.Of(shape).Verify(LogUnderTest.Verifier);
            Assert.Empty(verdict.Findings);
            Assert.Empty(verdict.Unproven);
            Assert.NotNull(verdict.IssuedAt);
            Assert.Contains(ReportCommand.Words(verdict), w => w.StartsWith("Genuine", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task In_FHIR_a_line_is_an_AuditEvent_that_validates_and_a_disclosure_has_the_shape_of_its_profile(string kind)
    {
        var issued = await IssueAsync(kind, client);
        var bundle = new FhirJsonDeserializer().Deserialize<Bundle>(FhirReport.Write(issued));
        Assert.Empty(bundle.Validate(ModelInfo.ModelInspector));
        var events = bundle.Entry.Select(e => e.Resource).OfType<Hl7.Fhir.Model.AuditEvent>().ToList();
        Assert.Equal(issued.Lines.Count, events.Count);
        foreach (var (line, resource) in issued.Lines.Zip(events))
        {
            Assert.All(line.Cells, c => Assert.Contains(System.Net.WebUtility.HtmlEncode(c), resource.Text!.Div, StringComparison.Ordinal));
            Assert.Equal(line.Entries[0], resource.Id);
            if (kind == Report.Accounting)
            {
                Assert.Equal(["https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source"], resource.Meta!.Profile);
                Assert.Equal(("110106", "disclose"), (resource.Type!.Code, resource.Subtype[0]!.Code));
                Assert.Equal(["110153", "110152", "IRCP"], resource.Agent.Select(a => a.Type!.Coding[0].Code));
                Assert.Equal(line.Cells[1], resource.Agent[1].Who!.Display);
                Assert.Equal(resource.Agent[0].Who!.Identifier!.Value, resource.Source!.Observer!.Identifier!.Value);
            }
        }
    }

    [Fact]
    public void A_changed_dropped_added_or_moved_line_is_named()
    {
        Named(report with { Lines = [.. report.Lines.Select((l, i) => i == 1 ? l with { Cells = [l.Cells[0], "somebody else", .. l.Cells.Skip(2)] } : l)] }, (ReportFault.LineChanged, 2));
        Named(report with { Lines = [.. report.Lines.Where((_, i) => i != 1)] }, (ReportFault.LineMissing, 2));
        Named(report with { Lines = [] }, (ReportFault.LineMissing, 1), (ReportFault.LineMissing, 2));
        Named(report with { Lines = [.. report.Lines, report.Lines[0]] }, (ReportFault.LineAdded, report.Lines.Count + 1), (ReportFault.Twice, report.Lines.Count + 1));
        Named(report with { Lines = [.. report.Lines.Reverse()] }, (ReportFault.WordsChanged, null));
        Named(report with { Sentences = ["Nobody looked at it."] }, (ReportFault.WordsChanged, null));
        Named(report with { Subject = "feedface" }, (ReportFault.OtherClient, 1));
        Named(report with { Receipt = null, Lines = [report.Lines[0]] }, (ReportFault.NotIssued, null));
    }

    [Fact]
    public void A_line_that_says_something_else_than_its_entry_is_named_also_if_the_practice_issued_it_so()
    {
        foreach (var (cell, text) in new[] { (0, "2026-03-02 17:59"), (3, "payment"), (4, "yes, or no") })
        {
            var lines = report.Lines.Select((l, i) => i == 0 ? l with { Cells = [.. l.Cells.Select((c, at) => at == cell ? text : c)] } : l);
            Named(report with { Receipt = null, Lines = [.. lines] }, (ReportFault.Contradicts, 1));
        }
    }

    [Fact]
    public async Task A_forged_receipt_another_clients_and_one_of_another_log_are_named()
    {
        var others = (await ReportsClient()).Lines[0];
        var mine = Receipt.Parse(report.Lines[0].Receipts[0]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bytes = mine.Entry.ToArray();
        bytes[20] ^= 1;
        Named(With(mine with { Entry = bytes }), (ReportFault.Forged, 1));
        Named(With(mine with { Proof = mine.Proof with { Index = mine.Proof.Index ^ 1 } }), (ReportFault.Forged, 1));
        Named(With(mine with { Checkpoint = await SignAsync(LogUnderTest.Origin, mine, key) }), (ReportFault.Forged, 1));
        Named(With(mine with { Checkpoint = await SignAsync("other.example/log", mine, key) }), (ReportFault.OtherLog, 1));
        Named(report with { Lines = [others, .. report.Lines.Skip(1)] }, (ReportFault.OtherClient, 1), (ReportFault.LineChanged, 1));
        Named(report with { Lines = [report.Lines[0] with { Receipts = report.Lines[1].Receipts }, .. report.Lines.Skip(1)] }, (ReportFault.NotProven, 1));
        Named(report with { Lines = [report.Lines[0] with { Receipts = [] }, .. report.Lines.Skip(1)] }, (ReportFault.NotProven, 1));
        Named(report with { Lines = [report.Lines[0] with { Receipts = ["c2sp.org/tlog-proof@v1"] }] }, (ReportFault.BadReceipt, 1));
        Named(report with { Receipt = (await IssueAsync(Report.AccessReport, client)).Receipt }, (ReportFault.LineChanged, 1)); // of an earlier report's salt
        Named(report with { Receipt = report.Lines[0].Receipts[0] }, (ReportFault.NotIssued, null));

        Report With(Receipt receipt) => report with { Lines = [report.Lines[0] with { Receipts = [receipt.ToString(), .. report.Lines[0].Receipts.Skip(1)] }, .. report.Lines.Skip(1)] };
    }

    [Fact]
    public void What_a_file_shows_besides_its_proof_is_compared_with_it()
    {
        foreach (var file in new[] { report.ToHtml(), report.ToCsv() })
        {
            var html = file.StartsWith('<');
            var row = html ? file[file.IndexOf("<tr><td>", StringComparison.Ordinal)..(file.IndexOf("</tr>\n", file.IndexOf("<tr><td>", StringComparison.Ordinal), StringComparison.Ordinal) + 6)]
                : $"{file.Split("\r\n")[1]}\r\n";
            Shown(file.Replace(row, "", StringComparison.Ordinal), 1);
            Shown(file.Replace(row, row.Replace("person-", "nobody-", StringComparison.Ordinal), StringComparison.Ordinal), 1);
            Shown(file.Replace(row, row + row.Replace("person-", "nobody-", StringComparison.Ordinal), StringComparison.Ordinal), 2);
            Shown(html ? file.Replace(">Who<", ">Whose<", StringComparison.Ordinal) : file.Replace("\"Who\"", "\"Whose\"", StringComparison.Ordinal), null);
            Shown(file + " ", null);
        }

        Shown(report.ToHtml().Replace("</style>", "tr:nth-child(2){display:none}</style>", StringComparison.Ordinal), null);
        Shown(FhirReport.Write(report).Replace("person-4", "person-5", StringComparison.Ordinal), 1);

        static void Shown(string file, int? line)
        {
            var verdict = ReportFile.Of(file).Verify(LogUnderTest.Verifier);
            Assert.Contains(verdict.Findings, f => f.Fault == ReportFault.ShownOtherwise && f.Line == line);
        }
    }

    [Fact]
    public void No_byte_of_a_page_can_be_changed()
    {
        var page = report.ToHtml();
        Gen.Select(Gen.Int[0, page.Length - 1], Gen.Char['!', '~']).Sample(
            (at, with) =>
            {
                var changed = $"{page[..at]}{with}{page[(at + 1)..]}";
                try
                {
                    return changed == page || ReportFile.Of(changed).Verify(LogUnderTest.Verifier).Findings.Count > 0;
                }
                catch (FormatException)
                {
                    return true;
                }
            },
            iter: 300);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("<!doctype html><p>Nobody looked.")]
    [InlineData("\"When\",\"Who\"\r\n")]
    [InlineData("When,Who\r\n\"Proof\",\"%%\"\r\n")]
    [InlineData("""{"resourceType":"Bundle","type":"collection"}""")]
    [InlineData("""{"format":"recordsguard-report-9"}""")]
    [InlineData("""{"format":"recordsguard-report-1","kind":"accounting","subject":"","salt":"","title":"","sentences":[],"columns":[],"lines":[null],"notes":[],"receipt":null}""")]
    [InlineData("""{"format":"recordsguard-report-1","kind":"accounting","subject":"","salt":"","title":"","sentences":[null],"columns":[],"lines":[],"notes":[],"receipt":null}""")]
    [InlineData("""{"format":"recordsguard-report-1","kind":"accounting","subject":"","salt":"","title":"\ud800","sentences":[],"columns":[],"lines":[],"notes":[],"receipt":null}""")]
    public void What_is_no_report_is_not_taken_for_one(string file) => Assert.ThrowsAny<FormatException>(() => ReportFile.Of(file));

    [Fact]
    public async Task Before_the_log_was_published_a_report_says_that_it_is_not_proven_and_a_slow_log_is_not_waited_for_long()
    {
        var fresh = await PracticeUnderTest.OpenAsync();
        var id = await fresh.RegisterAsync();
        var unproven = await new ReportIssue(fresh.LogReader, fresh.App.Audit, fresh.Time).IssueAsync(
            fresh.Custodian, Report.Accounting, new("Title", [], ["Date", "To whom", "What", "Why"], [], []), None);
        Assert.Null(unproven.Receipt);
        Assert.NotEqual(default, id);

        var issuing = new ReportIssue(practice.LogReader, practice.App.Audit, practice.Time).IssueAsync(
            practice.Custodian, Report.Accounting, new("Title", [], ["Date", "To whom", "What", "Why"], [], []), None);
        while (!issuing.IsCompleted)
        {
            practice.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Null((await issuing).Receipt);
    }

    [Fact]
    public async Task Of_a_log_whose_tiles_do_not_lead_to_its_checkpoint_there_are_no_receipts()
    {
        var places = new List<KeyValuePair<long, RecordsGuard.Audit.AuditEntry>>();
        await foreach (var place in practice.LogReader.OfClientAsync(report.Subject, PracticeUnderTest.Start.AddDays(-1), practice.Time.GetUtcNow(), None))
        {
            places.Add(place);
        }

        var checkpoint = Checkpoint.Of(SignedNote.Parse((await practice.LogReader.CheckpointAsync(None))!.Value.Span));
        Assert.Equal(places.Count, (await practice.LogReader.ReceiptsAsync(places, null, None)).Count);
        var tile = TileId.In(checkpoint.Size, 0, 0);
        var bytes = (await practice.LogReader.TileAsync(tile, None))!.Value.ToArray();
        bytes[5] ^= 1;
        practice.Tree.Tamper(RecordsGuard.Audit.TreePart.Tiles, tile.Path, bytes);
        Assert.Equal(LogFault.RootDiffers, (await Assert.ThrowsAsync<LogBrokenException>(() => practice.LogReader.ReceiptsAsync(places, null, None))).Fault);
        practice.Tree.Tamper(RecordsGuard.Audit.TreePart.Tiles, tile.Path, null);
        Assert.Equal(LogFault.TileMissing, (await Assert.ThrowsAsync<LogBrokenException>(() => practice.LogReader.ReceiptsAsync(places, null, None))).Fault);
    }

    [Fact]
    public async Task The_app_hands_out_a_page_that_verifies()
    {
        await using var app = await AskedApp.StartAsync();
        practice = app.Practice;
        client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        await FillAsync(client);
        foreach (var (path, format) in new[] { ("accounting", "html"), ("access-report", "csv"), ("access-report", "json") })
        {
            var asking = app.AskAsync("3 custodian", "GET", $"/clients/{client}/{path}?format={format}");
            var answer = await WhileSequencingAsync(asking);
            Assert.Equal(200, answer.Status);
            Assert.Empty(ReportFile.Of(answer.Text).Verify(LogUnderTest.Verifier).Findings);
        }

        Assert.Equal("format", (await app.AskAsync("3 custodian", "GET", $"/clients/{client}/accounting?format=fhir")).Problem);
    }

    private static void Named(Report changed, params (ReportFault Fault, int? Line)[] expected)
    {
        var found = ReportCheck.Verify(changed, LogUnderTest.Verifier, changed.ToHtml()).Findings;
        Assert.All(expected, e => Assert.Contains(found, f => f.Fault == e.Fault && f.Line == e.Line));
    }

    private static Task<SignedNote> SignAsync(string origin, Receipt receipt, ECDsa key) =>
        (Checkpoint.Of(receipt.Checkpoint) with { Origin = origin }).SignAsync(
            (digest, _) => Task.FromResult(new DigestSignature(key.SignHash(digest.ToArray()), key.ExportSubjectPublicKeyInfo())), None);

    private async Task FillAsync(ClientId who)
    {
        var record = await practice.UploadAsync(who);
        var admission = Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(
            practice.Caller(3, Roles.Custodian), Operation.ReadAccounting, who)).Admission;
        for (var i = 0; i < 3; i++)
        {
            await using var content = await practice.App.Release.OpenAsync(
                admission.Subject with { Operation = "read-content", Record = record.ToString() }, practice.Id, who,
                practice.Record(who, record)!, Purposes.Treatment, new ContentRange(0, 3), None);
            practice.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var refused = Assert.IsType<GateAnswer.Refused>(await practice.AskAsync(
            practice.Caller(4, Roles.Clinician), Operation.ReadContent, who, record, Purposes.Treatment)).Refusal;
        await practice.App.Desk.ReportAsync(refused, None);
        foreach (var recipient in new[] { "Police of Oakland, 455 7th Street", "Police of Berkeley" })
        {
            await practice.App.Disclosures.RecordAsync(
                admission.Subject, practice.Id, who,
                new(DisclosureKind.RiskOfHarm, DisclosureKind.RiskOfHarm.Statements().ToDictionary(s => s.Name, s => s.Name == "recipient" ? recipient : "What was said."), []),
                SecondPerson.After, None);
            practice.Time.Advance(TimeSpan.FromDays(1));
        }

        await practice.SequenceAsync();
    }

    private async Task<Report> ReportsClient()
    {
        var other = await practice.RegisterAsync();
        await FillAsync(other);
        return await IssueAsync(Report.AccessReport, other);
    }

    private async Task<Report> IssueAsync(string kind, ClientId who)
    {
        var admission = Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(
            practice.Caller(3, Roles.Custodian), Operation.ReadAccounting, who)).Admission;
        var sheet = kind == Report.Accounting
            ? await new Accounting(practice.App.Disclosures, practice.Rows, practice.LogReader, practice.Time).OfAsync(admission.Subject, practice.Id, who, None)
            : await new AccessReport(practice.Rows, practice.LogReader, practice.App.Audit, practice.Time).OfAsync(
                admission.Subject, practice.Id, who, PracticeUnderTest.Start.AddDays(-1), None);
        return await WhileSequencingAsync(new ReportIssue(practice.LogReader, practice.App.Audit, practice.Time).IssueAsync(admission.Subject, kind, sheet!, None));
    }

    private async Task<T> WhileSequencingAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            await practice.SequenceAsync();
            practice.Time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(task, Task.Run(() => { }));
        }

        return await task;
    }
}
