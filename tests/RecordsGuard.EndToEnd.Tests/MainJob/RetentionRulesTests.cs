using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Rotation;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>
/// What moves a date after a record came in: members, a practice's own rules, extensions; and what goes by itself. The rules bind
/// a place that no other test uses.
/// </summary>
public sealed class RetentionRulesTests(SharedStack shared)
{
    private const string LongAgo = "2010-03-15";

    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_joint_record_waits_for_its_youngest_member_and_a_hold_of_one_binds_it()
    {
        var (adult, child) = (await Chart.NewAsync(stack, LongAgo), await Chart.NewAsync(stack, "2012-06-01", birthDate: "2005-09-30"));
        var (custodian, frontDesk) = (await stack.PersonAsync("custodian-1"), await stack.PersonAsync("front-desk-1"));
        var name = $"Both {Guid.NewGuid():N}";
        var couple = new Chart(stack, (await frontDesk.PostAsync("/api/practices/demo/clients", JsonSerializer.Serialize(new
        {
            name,
            chartNumber = name,
            jurisdiction = "US-CA",
            profession = "psychologist",
            lastService = LongAgo,
            assignedClinicians = new[] { "clinician-1" },
            members = new[] { adult.Client, child.Client },
        }))).Is(201).Id, name);
        await couple.RecordAsync();
        Assert.Equal("2030-10-01", From(Assert.Single(await couple.ListAsync()))); // 18 on 2023-09-30, + 7y, the day after

        var facts = (await custodian.GetAsync(couple.Path)).Is(200).Json;
        Assert.Equal(new[] { adult.Client, child.Client }.Order(), facts.GetProperty("members").EnumerateArray().Select(m => m.GetString()));
        (await custodian.PatchAsync(child.Path, """{"birthDate":"1985-09-30"}""")).Is(200);
        Assert.Equal("2019-06-02", From(Assert.Single(await couple.ListAsync())));

        (await custodian.PostAsync($"{adult.Path}/holds", """{"matter":"m","reason":"r"}""")).Is(201);
        var refused = (await couple.ApproveAsync()).Is(200).Json;
        Assert.Contains("hold", Assert.Single(refused.GetProperty("notApproved").EnumerateArray()).GetProperty("because").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_practices_rules_are_tried_put_and_shown_by_command_and_an_approval_under_others_counts_no_more()
    {
        var custodian = await stack.PersonAsync("custodian-1");
        var chart = await Chart.NewAsync(stack, LongAgo);
        (await custodian.PatchAsync(chart.Path, """{"jurisdiction":"US-WY","profession":"LMFT"}""")).Is(200);
        var record = await chart.RecordAsync();
        var tape = (await chart.UploadAsync(new(Files.Text) { RecordClass = "recording", ContentType = "text/plain" })).Is(201).Id;
        Assert.All(await chart.ListAsync(), r => Assert.Null(From(r)));

        var folder = Directory.CreateTempSubdirectory("recordsguard-rules-");
        var file = Path.Combine(folder.FullName, "own.json");
        await File.WriteAllTextAsync(file, Rules("last_service+7q"), Stop);
        Assert.Contains("at character", (await RunAsync("rules", "put", "--practice", "demo", file)).Exits(1).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, Rules("last_service+7y"), Stop);
        var tried = (await RunAsync("simulate", "--practice", "demo", "--policy", file, "--as-of", "2026-03-02")).Exits(0).Output;
        Assert.Contains($"keep        → 2017-03-16  {chart.Client} {record}, client-record, due now (no rule → OURS)", tried, StringComparison.Ordinal);
        Assert.Contains("class recording would go by themselves", tried, StringComparison.Ordinal);
        Assert.All(await chart.ListAsync(), r => Assert.Null(From(r)));

        Assert.Contains("+ours-1: ", (await RunAsync("rules", "put", "--practice", "demo", file)).Exits(0).Output, StringComparison.Ordinal);
        await Until.TrueAsync(
            async () => (await custodian.GetAsync("/api/practices/demo/retention-rules")).Is(200).Json.GetProperty("settled").GetBoolean(), "the rules are settled");
        Assert.Equal(await File.ReadAllTextAsync(file, Stop), (await RunAsync("rules", "show", "--practice", "demo")).Exits(0).Output.TrimEnd('\n', '\r'));
        Assert.All(await chart.ListAsync(), r => Assert.Equal("2017-03-16", From(r)));

        // The sweep approves the tape by itself, and the record waits for somebody.
        await stack.SweepAsync();
        var due = (await chart.DueAsync() ?? []).ToDictionary(r => r.GetProperty("record").GetString()!);
        Assert.Equal(("waiting", "automatic"), (State(due[tape]), due[tape].GetProperty("approvedBy")[0].GetString()));
        Assert.Equal("needs-approval", State(due[record]));
        await chart.ApproveAsync();
        (await custodian.PostAsync("/api/practices/demo/dispositions/withdraw", $$"""{"clients":["{{chart.Client}}"]}""")).Is(200);
        Assert.All(await chart.DueAsync() ?? [], r => Assert.Equal("needs-approval", State(r)));
        await chart.ApproveAsync();

        await File.WriteAllTextAsync(file, Rules("last_service+7y+1d"), Stop);
        (await RunAsync("rules", "put", "--practice", "demo", file)).Exits(0);
        Assert.All(await chart.DueAsync() ?? [], r => Assert.Equal("needs-approval", State(r)));
        folder.Delete(recursive: true);

        Task<Tool> RunAsync(params string[] arguments) => Tool.RunAsync(stack.Http.BaseAddress, custodian.Token, ["retention", .. arguments]);
    }

    [Fact]
    public async Task An_extension_keeps_what_may_go_and_its_reason_is_read_again()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        var record = await chart.RecordAsync();
        var custodian = await stack.PersonAsync("custodian-1");
        await stack.SweepAsync();
        await chart.ApproveAsync();
        var until = DateTime.UtcNow.AddYears(1).ToString("yyyy-MM-dd");

        (await custodian.PostAsync($"{chart.Path}/extensions", $$"""{"until":"{{until}}","reason":"A sibling may sue."}""")).Is(200);

        Assert.Null(await chart.DueAsync());
        var refused = Assert.Single((await chart.ApproveAsync()).Is(200).Json.GetProperty("notApproved").EnumerateArray());
        Assert.Contains($"kept through {until}", refused.GetProperty("because").GetString(), StringComparison.Ordinal);
        var listed = Assert.Single((await custodian.GetAsync($"{chart.Path}/extensions")).Is(200).Json.GetProperty("extensions").EnumerateArray());
        Assert.Equal((record, "A sibling may sue."), (listed.GetProperty("record").GetString(), listed.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task More_clients_than_the_cap_need_a_confirmed_count_and_security_staff_hear_of_it()
    {
        string[] clients = [.. Enumerable.Range(0, 26).Select(_ => $"c-{Guid.NewGuid():N}")];
        var custodian = await stack.PersonAsync("custodian-1");
        Task<Answer> ApproveAsync(int? count) => custodian.PostAsync("/api/practices/demo/dispositions/approve", JsonSerializer.Serialize(new { clients, count }));
        var over = (await ApproveAsync(null)).IsProblem(422, "over-cap");
        Assert.Contains("\"count\": 26", over.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await ApproveAsync(25)).IsProblem(422, "over-cap");
        (await ApproveAsync(26)).IsProblem(404, "no-such-client"); // the count is right, and so the clients are looked for
        var alerts = (await (await stack.PersonAsync("security-1")).GetAsync("/api/alerts")).Is(200).Json.GetProperty("alerts");
        Assert.Contains(alerts.EnumerateArray(), a => a.GetProperty("detection").GetString() == "disposition-over-cap");
    }

    private static string Rules(string keep) => JsonSerializer.Serialize(new
    {
        format = "recordsguard-retention-catalogue-1",
        version = "ours-1",
        rules = new[]
        {
            new { id = "OURS", jurisdiction = "US-WY", binds = "us", professions = new[] { "LMFT" }, classes = new[] { "client-record", "recording" }, keep, citation = "our insurer" },
        },
        automatic = new[] { new { @class = "recording", by = "Dr. A.", reason = "Tapes serve supervision only." } },
    });

    private static string State(JsonElement record) => record.GetProperty("state").GetString()!;

    private static string? From(JsonElement record) => record.TryGetProperty("mayDestroyFrom", out var from) ? from.GetString() : null;
}
