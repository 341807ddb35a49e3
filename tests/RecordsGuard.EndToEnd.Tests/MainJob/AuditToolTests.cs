using System.Text.Json;
using Azure.Data.Tables;
using RecordsGuard.EndToEnd.Tests.Rotation;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>
/// <c>recordsguard audit</c> as an auditor runs it. A stack of its own: its tables are tampered with.
/// </summary>
public sealed class AuditToolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_auditor_copies_and_verifies_the_log_and_finds_what_was_changed_by_hand()
    {
        var folder = Directory.CreateTempSubdirectory("recordsguard-audit-");
        await using (var stack = await RunningStack.StartAsync(folder.CreateSubdirectory("data"), new Dictionary<string, string>()))
        {
            var chart = await Chart.NewAsync(stack);
            var record = await chart.RecordAsync();
            (await chart.ReadAsync(record)).Is(200);
            var auditor = await stack.PersonAsync("auditor-1");
            using var key = await stack.PublicKeyAsync("log-checkpoints/");
            var vkey = Path.Combine(folder.FullName, "log.vkey");
            var pem = Path.Combine(folder.FullName, "log.pem");
            await File.WriteAllTextAsync(pem, key.ExportSubjectPublicKeyInfoPem(), Stop);
            await File.WriteAllTextAsync(vkey, (await RunAsync("key", "--origin", "local.recordsguard/log", pem)).Exits(0).Output, Stop);
            var log = $"{stack.Http.BaseAddress}api/audit";
            var copy = Path.Combine(folder.FullName, "copy");

            var whole = (await RunAsync("verify", "--log", log, "--key", vkey, "--against", "tables")).Exits(0).Output;
            Assert.Contains("Nothing was found wrong.", whole, StringComparison.Ordinal);
            Assert.DoesNotContain("no key was given", whole, StringComparison.Ordinal);
            (await RunAsync("mirror", "--log", log, "--key", vkey, copy)).Exits(0);
            (await chart.ReadAsync(record)).Is(200);
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Stop);
            (await RunAsync("mirror", "--log", log, "--key", vkey, copy)).Exits(0);
            (await RunAsync("verify", "--log", copy, "--key", vkey, "--since", Path.Combine(copy, "checkpoint"))).Exits(0);

            var csv = Path.Combine(folder.FullName, "client.csv");
            (await RunAsync("export", "--log", copy, "--key", vkey, "--client", chart.Client, "--format", "csv", csv)).Exits(0);
            Assert.Equal(2, (await File.ReadAllLinesAsync(csv, Stop)).Count(l => l.Contains("\"Read\"", StringComparison.Ordinal)));
            var fhir = Path.Combine(folder.FullName, "client.ndjson");
            (await RunAsync("export", "--log", copy, "--key", vkey, "--client", chart.Client, fhir)).Exits(0);
            Assert.All(await File.ReadAllLinesAsync(fhir, Stop), l => Assert.Equal("AuditEvent", JsonDocument.Parse(l).RootElement.GetProperty("resourceType").GetString()));

            Assert.Contains("nothing is to be removed", (await RunAsync("prune", "--log", copy, "--key", vkey, "--keep-years", "6", "--remove")).Exits(0).Error, StringComparison.Ordinal);
            (await RunAsync("prune", "--log", copy, "--keep-years", "5")).Exits(2);
            (await RunAsync("prune", "--log", log, "--keep-years", "6", "--remove")).Exits(2);

            var shown = (await ShownAsync(log, "clinician-1")).Exits(0);
            var line = JsonDocument.Parse(Assert.Single(shown.Output.Trim().Split('\n'), l => l.Contains("\"content\"", StringComparison.Ordinal))).RootElement;
            Assert.Equal((record, 2), (line.GetProperty("record").GetString(), line.GetProperty("times").GetInt32()));
            Assert.Contains("What it does not know", shown.Error, StringComparison.Ordinal);
            var pseudonym = (await auditor.GetAsync("/api/people/clinician-1")).Is(200).Json.GetProperty("people")[0].GetProperty("pseudonym").GetString()!;
            Assert.Contains(record, (await ShownAsync(copy, pseudonym)).Exits(0).Output, StringComparison.Ordinal);
            (await ShownAsync(copy, "clinician-1")).Exits(2);
            (await ShownAsync(log, "nobody")).Exits(3);

            var row = (await stack.Stores.RowAsync(Table.Clients, $"demo|{chart.Client}", Keys.Client))!;
            row["Body"] = row.GetString("Body").Replace("\"lastService\":\"2", "\"lastService\":\"1", StringComparison.Ordinal);
            await stack.Stores.PutRowAsync(Table.Clients, row);
            var forged = new TableEntity((await stack.Stores.RowAsync(Table.Clients, $"demo|{chart.Client}", $"record|{record}"))!) { RowKey = $"record|r-{new string('0', 32)}" };
            await stack.Stores.PutRowAsync(Table.Clients, forged);
            using var report = JsonDocument.Parse((await RunAsync("verify", "--log", log, "--key", vkey, "--against", "tables", "--json")).Exits(1).Output);
            Assert.False(report.RootElement.GetProperty("whole").GetBoolean());
            Assert.Equal(
                [("rowChanged", $"Clients/demo|{chart.Client}/client"), ("rowUnlogged", $"Clients/demo|{chart.Client}/{forged.RowKey}")],
                report.RootElement.GetProperty("findings").EnumerateArray()
                    .Select(f => (f.GetProperty("fault").GetString()!, f.GetProperty("where").GetString()!)).Order());

            Assert.Contains("403", (await Tool.RunAsync(null, (await stack.PersonAsync("clinician-1")).Token, "audit", "verify", "--log", log)).Exits(3).Error, StringComparison.Ordinal);
            (await RunAsync("verify", "--log", copy, "--against", "tables")).Exits(2);
            var usage = (await RunAsync("verify")).Exits(2);
            Assert.DoesNotContain(auditor.Token!, usage.Output + usage.Error, StringComparison.Ordinal);

            Task<Tool> ShownAsync(string where, string person) => Tool.RunAsync(
                null, auditor.Token, "exposure", "--log", where, "--key", vkey, "--person", person, "--since", "2000-01-01");

            Task<Tool> RunAsync(params string[] arguments) => Tool.RunAsync(null, auditor.Token, ["audit", .. arguments]);
        }

        folder.Delete(recursive: true);
    }
}
