using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Rotation;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>What lies outside the policy's daily rules: broken glass, relationships, disclosures, and the client's account of them.</summary>
public abstract class ExceptionTests(StackFixture shared)
{
    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Broken_glass_opens_one_chart_alerts_is_reviewed_and_stands_in_the_clients_report()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        (await chart.ReadAsync(record, "clinician-2")).IsProblem(403, "refused");
        var clinician = await stack.PersonAsync("clinician-2");
        var grant = (await clinician.PostAsync(
            $"{chart.Path}/break-glass", """{"purpose":"BTG","reason":"Collapsed in the waiting room, medication unknown."}""")).Is(201).Id;
        (await clinician.GetAsync($"{chart.Records}/{record}/content", ("Purpose-Of-Use", "BTG"))).Is(200);
        (await clinician.GetAsync($"{chart.Records}/{record}/content", ("Purpose-Of-Use", "TREAT"))).IsProblem(403, "refused");
        await Until.TrueAsync(
            async () => (await chart.AlertsAsync()).Any(a => a.GetProperty("detection").GetString() == "break-glass"), "security staff hear of it");

        var review = $"{chart.Path}/break-glass/{grant}/review";
        const string Lawful = """{"verdict":"lawful","comment":"Called the ward: it was so."}""";
        (await clinician.PostAsync(review, Lawful)).IsProblem(403, "refused");
        (await (await stack.PersonAsync("security-1")).PostAsync(review, Lawful)).Is(200);

        var custodian = await stack.PersonAsync("custodian-1");
        await Until.TrueAsync(
            async () =>
            {
                var report = (await custodian.GetAsync($"{chart.Path}/access-report?format=csv")).Is(200).Text;
                return report.Contains("clinician-2", StringComparison.Ordinal) && report.Contains("break-glass", StringComparison.Ordinal)
                    && report.Contains("nothing: the attempt was refused", StringComparison.Ordinal);
            },
            "the log's index has it");
    }

    [Fact]
    public async Task What_a_client_is_handed_proves_itself_offline_and_whoever_changes_it_is_found_out()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        var (clinician, custodian) = (await stack.PersonAsync("clinician-1"), await stack.PersonAsync("custodian-1"));
        var copy = $"{chart.Path}/disclosures/own-copy";
        var own = (await clinician.PostAsync(copy, Body(new
        {
            of = "client",
            records = new[] { record },
            statements = new { recipient = "The client", description = "All notes", identity = "Passport, seen by clinician-1" },
        }))).Is(201).Id;
        (await clinician.PostAsync($"{copy}/{own}/release")).Is(200);
        (await clinician.GetAsync($"{copy}/{own}/records/{record}/content")).Is(200);
        (await clinician.PostAsync($"{chart.Path}/disclosures/risk-of-harm", Body(new
        {
            statements = new
            {
                recipient = "Police of Oakland, 455 7th Street",
                description = "The threat of 1 March",
                facts = "He said he would go there tonight",
                threatened = "His brother",
                imminent = "He has a plan and the means",
                ableToPrevent = "They can protect the brother",
                toldBy = "The client",
            },
        }))).Is(201);
        using var key = await stack.PublicKeyAsync("log-checkpoints/");
        var folder = Directory.CreateTempSubdirectory("recordsguard-report-");
        var (pem, vkey) = (Path.Combine(folder.FullName, "log.pem"), Path.Combine(folder.FullName, "log.vkey"));
        await File.WriteAllTextAsync(pem, key.ExportSubjectPublicKeyInfoPem(), Stop);
        await File.WriteAllTextAsync(vkey, (await Tool.RunAsync(null, null, "audit", "key", "--origin", "local.recordsguard/log", pem)).Exits(0).Output, Stop);
        foreach (var (path, says) in new[] { ("access-report", "to hand you your own copy"), ("accounting", "Police of Oakland") })
        {
            var page = "";
            await Until.TrueAsync(
                async () => (page = (await custodian.GetAsync($"{chart.Path}/{path}")).Is(200).Text).Contains(says, StringComparison.Ordinal), "the log's index has it");
            Assert.DoesNotContain("own-copy", page, StringComparison.Ordinal);
            var file = Path.Combine(folder.FullName, $"{path}.html");
            await File.WriteAllTextAsync(file, page, Stop);
            Assert.Contains("Genuine", (await ReportAsync("verify", file)).Exits(0).Output, StringComparison.Ordinal);
            var fhir = Path.Combine(folder.FullName, $"{path}.fhir.json");
            (await ReportAsync("export", file, fhir)).Exits(0);
            (await ReportAsync("verify", fhir)).Exits(0);
            var forged = Path.Combine(folder.FullName, $"{path}.forged.html");
            await File.WriteAllTextAsync(forged, page.Replace($"{says}</td>", "something harmless</td>", StringComparison.Ordinal).Replace($"<td>{says}", "<td>Nobody", StringComparison.Ordinal), Stop);
            Assert.Contains("Line ", (await ReportAsync("verify", forged)).Exits(1).Output, StringComparison.Ordinal);
            Assert.Contains("Nothing was written", (await ReportAsync("export", forged, $"{fhir}.2")).Exits(1).Error, StringComparison.Ordinal);
        }

        (await ReportAsync("verify", vkey)).Exits(2);
        (await Tool.RunAsync(null, null, "report", "verify", pem)).Exits(2);
        folder.Delete(recursive: true);

        Task<Tool> ReportAsync(string what, params string[] files) => Tool.RunAsync(null, null, ["report", what, .. files, "--key", vkey]);
    }

    [Fact]
    public async Task Who_covers_reads_until_it_ends_and_a_custodian_with_a_task_answers_an_order_with_a_second_person()
    {
        var chart = await Chart.NewAsync(stack);
        var (record, order) = (await chart.RecordAsync(), await chart.RecordAsync());
        var (custodian, owner) = (await stack.PersonAsync("custodian-1"), await stack.PersonAsync("owner-1"));
        var until = DateTimeOffset.UtcNow.AddDays(2).ToString("O");
        (await chart.ReadAsync(record, "clinician-2")).Is(403);
        (await custodian.PostAsync($"{chart.Path}/relationships", Body(new { person = "clinician-2", kind = "covering", until }))).Is(201);
        (await chart.ReadAsync(record, "clinician-2")).Is(200);
        (await custodian.PostAsync($"{chart.Path}/relationships/end", Body(new { person = "clinician-2", kind = "covering" }))).Is(200);
        (await chart.ReadAsync(record, "clinician-2")).Is(403);

        (await custodian.PostAsync($"{chart.Path}/relationships", Body(new { person = "custodian-1", kind = "custodian-task", until }))).IsProblem(403, "refused");
        (await owner.PostAsync($"{chart.Path}/relationships", Body(new { person = "custodian-1", kind = "custodian-task", until }))).Is(201);
        var request = (await custodian.PostAsync($"{chart.Path}/requests", Body(new { kind = "court-order", asker = "Superior Court", file = order }))).Is(201);
        Assert.StartsWith("h-", request.Json.GetProperty("hold").GetString(), StringComparison.Ordinal);
        var disclosures = $"{chart.Path}/disclosures/court-order";
        var id = (await custodian.PostAsync(disclosures, Body(new
        {
            records = new[] { record },
            orderFile = order,
            statements = new { recipient = "Superior Court, Alameda", description = "Progress notes", court = "Superior Court", order = "24-1107" },
        }))).Is(201).Id;
        (await custodian.PostAsync($"{disclosures}/{id}/release")).IsProblem(422, "not-yet");
        (await (await stack.PersonAsync("custodian-2")).PostAsync($"{disclosures}/{id}/approve")).Is(200);
        (await custodian.PostAsync($"{disclosures}/{id}/client-informed")).Is(200);
        (await custodian.PostAsync($"{disclosures}/{id}/release")).Is(200);
        (await custodian.GetAsync($"{disclosures}/{id}/records/{record}/content")).Is(200);
        Assert.Contains("Superior Court, Alameda", (await custodian.GetAsync($"{chart.Path}/accounting")).Is(200).Text, StringComparison.Ordinal);
    }

    private static string Body(object body) => JsonSerializer.Serialize(body);
}
