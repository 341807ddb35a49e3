using System.Text.Json;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>The audit log as an auditor sees it: over HTTP, with nothing but the log's verifier key.</summary>
public abstract class LogTests(StackFixture shared)
{
    private readonly RunningStack stack = shared.Stack;

    [Fact]
    public async Task What_happened_is_in_the_tree_that_an_auditor_recomputes_from_tiles_and_proves_with_a_receipt()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        (await chart.ReadAsync(record)).Is(200);
        var refused = (await chart.ReadAsync(record, "clinician-2")).Is(403).Json.GetProperty("audit").GetString()!;
        var auditor = await stack.PersonAsync("auditor-1");
        await Until.TrueAsync(
            async () => (await auditor.GetAsync($"/api/audit/entries/{refused}/receipt")).Status == 200, "the refusal is in the tree");

        using var key = await stack.PublicKeyAsync("log-checkpoints/");
        var verifier = VerifierKey.Ecdsa("local.recordsguard/log", key.ExportSubjectPublicKeyInfo());
        var file = (await auditor.GetAsync($"/api/audit/entries/{refused}/receipt")).Is(200);
        Assert.Equal($"{refused}.tlog-proof", file.Content.ContentDisposition?.FileName);
        var receipt = Receipt.Parse(file.Text);
        Assert.True(receipt.Verify(verifier));
        var entry = AuditEntry.Parse(receipt.Entry);
        Assert.Equal((AuditKind.Refused, record, refused), (entry.Event.Kind, entry.Event.Record, entry.Id.ToString()));

        var answer = (await auditor.GetAsync("/api/audit/checkpoint")).Is(200);
        Assert.Equal("text/plain; charset=utf-8", answer.Content.ContentType?.ToString());
        var note = SignedNote.Parse(answer.Body);
        Assert.True(note.IsSignedBy(verifier));
        var checkpoint = Checkpoint.Of(note);
        var edge = new TreeEdge();
        var operations = new List<string>();
        foreach (var tile in TileId.Grown(0, checkpoint.Size).Where(t => t.Level == 0))
        {
            var bundle = (await auditor.GetAsync($"/api/audit/{tile.Bundle.Path}")).Is(200);
            Assert.Equal("application/octet-stream", bundle.Content.ContentType?.MediaType);
            Assert.Contains("immutable", bundle.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            foreach (var bytes in EntryBundle.Read(bundle.Body))
            {
                edge.Append(TreeHash.OfLeaf(bytes.Span));
                var read = AuditEntry.Parse(bytes);
                operations.AddRange(read.Event.Record == record ? [$"{read.Event.Kind} {read.Event.Operation}"] : []);
            }
        }

        Assert.Equal(checkpoint.Root, edge.Root());
        Assert.Equal(checkpoint.Root, await new TileTree(checkpoint.Size, TileAsync).RootAsync(TestContext.Current.CancellationToken));
        var growth = await new TileTree(checkpoint.Size, TileAsync).ConsistencyAsync(receipt.Proof.Size, TestContext.Current.CancellationToken);
        Assert.True(growth.Verify(Checkpoint.Of(receipt.Checkpoint).Root, checkpoint.Root));
        Assert.Contains("Read read-content", operations);
        Assert.Contains("Refused read-content", operations);

        async Task<ReadOnlyMemory<byte>?> TileAsync(TileId id, CancellationToken cancel) =>
            (await auditor.GetAsync($"/api/audit/{id.Path}")).Is(200).Body;
    }

    [Theory]
    [InlineData("clinician-1")]
    [InlineData("custodian-1")]
    [InlineData("security-1")]
    [InlineData("front-desk-1")]
    public async Task Only_an_auditor_reads_the_log(string person)
    {
        var who = await stack.PersonAsync(person);
        foreach (var path in (string[])["checkpoint", "tile/0/000", "tile/entries/000", $"entries/{Guid.NewGuid()}/receipt"])
        {
            (await who.GetAsync($"/api/audit/{path}")).IsProblem(403, "refused");
        }
    }

    [Fact]
    public async Task What_is_no_tile_or_entry_is_not_found()
    {
        var auditor = await stack.PersonAsync("auditor-1");
        foreach (var path in (string[])["tile/0/999", "tile/0/1", "tile/0/x000/001", "tile/../head", "tile/63/000", "tile/0/000.p/256"])
        {
            Assert.Equal(404, (await auditor.GetAsync($"/api/audit/{path}")).Status);
        }

        (await auditor.GetAsync($"/api/audit/entries/{Guid.NewGuid()}/receipt")).IsProblem(404, "no-such-entry");
        (await auditor.GetAsync("/api/audit/entries/x/receipt")).IsProblem(404, "no-such-entry");
    }
}

/// <summary>Without a log nothing is released and nothing changes. A stack of its own: its log is cut off for good.</summary>
public sealed class LogCutOffTests
{
    [Fact]
    public async Task With_the_log_cut_off_no_endpoint_releases_or_changes_anything()
    {
        var data = Directory.CreateTempSubdirectory("recordsguard-cut-");
        await using (var stack = await RunningStack.StartAsync(data, new Dictionary<string, string>()))
        {
            var chart = await Chart.NewAsync(stack);
            var record = await chart.RecordAsync();
            var due = await Chart.NewAsync(stack);
            await due.RecordAsync();
            await stack.SweepAsync();
            (await chart.ReadAsync(record, "clinician-2")).Is(403);
            var people = new Dictionary<string, SignedIn>();
            foreach (var name in (string[])["front-desk-1", "clinician-1", "clinician-2", "custodian-1", "custodian-2", "security-1", "auditor-1"])
            {
                people[name] = await stack.PersonAsync(name);
                (await people[name].GetAsync("/api/practices/demo/clients")).Is(name.StartsWith("sec", StringComparison.Ordinal) || name.StartsWith("aud", StringComparison.Ordinal) ? 403 : 200);
            }

            var hold = (await people["custodian-1"].PostAsync($"{chart.Path}/holds", """{"matter":"M","reason":"R"}""")).Is(201).Id;
            var alert = (await chart.AlertsAsync())[0].GetProperty("id").GetString()!;
            await stack.Stores.CutLogOffAsync();
            string[] before = [.. await stack.Stores.TracesAsync(chart.Client), .. await stack.Stores.TracesAsync(due.Client)];

            (string Person, string Method, string Path, string? Body)[] requests =
            [
                ("custodian-1", "POST", "/api/practices/demo/clients", JsonSerializer.Serialize(new
                {
                    name = "Ada", chartNumber = "X-1", birthDate = "1970-01-01", jurisdiction = "US-CA", profession = "psychologist",
                    assignedClinicians = new[] { "clinician-1" }, lastService = "2018-03-15",
                })),
                ("front-desk-1", "GET", "/api/practices/demo/clients?q=Thessaly", null),
                ("custodian-1", "PATCH", chart.Path, """{"lastService":"2019-01-01"}"""),
                ("clinician-1", "GET", chart.Records, null),
                ("clinician-1", "GET", $"{chart.Records}/{record}", null),
                ("clinician-1", "GET", $"{chart.Records}/{record}/content", null),
                ("clinician-2", "GET", $"{chart.Records}/{record}/content", null),
                ("custodian-1", "POST", $"{chart.Path}/holds", """{"matter":"M2","reason":"R"}"""),
                ("custodian-1", "GET", $"{chart.Path}/holds", null),
                ("custodian-2", "POST", $"{chart.Path}/holds/{hold}/release", """{"reason":"R"}"""),
                ("custodian-1", "POST", "/api/practices/demo/dispositions/approve", $$"""{"clients":["{{due.Client}}"]}"""),
                ("security-1", "POST", $"/api/alerts/{alert}/acknowledge", "{}"),
                ("security-1", "POST", $"/api/alerts/{alert}/resolve", """{"reason":"R"}"""),
                ("security-1", "GET", "/api/audit/checkpoint", null),
            ];
            foreach (var (person, method, path, body) in requests)
            {
                var content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
                var answer = await people[person].SendAsync(new(method), path, content, ("Purpose-Of-Use", "TREAT"));
                Assert.True(answer.Status == 503, $"{method} {path} by {person}: {answer.Status} {answer.Text}");
                answer.IsProblem(503, "unavailable");
            }

            (await chart.UploadAsync(new(Guid.NewGuid().ToByteArray()))).IsProblem(503, "unavailable");
            string[] after = [.. await stack.Stores.TracesAsync(chart.Client), .. await stack.Stores.TracesAsync(due.Client)];
            Assert.Equal(before, after);
        }

        data.Delete(recursive: true);
    }
}
