using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.BadInput;

/// <summary>Ids, bodies and dates that are wrong. Looks at the whole store, so nobody else may write meanwhile.</summary>
[Collection(nameof(Alone))]
public sealed class RequestTests(SharedStack shared)
{
    private const string NoClient = "c-00000000000000000000000000000000";
    private const string NoRecord = "r-00000000000000000000000000000000";

    private readonly RunningStack stack = shared.Stack;

    [Theory]
    [InlineData("GET", "/api/practices/Demo/clients", 400, "malformed-id")]
    [InlineData("GET", "/api/practices/d/clients", 400, "malformed-id")]
    [InlineData("GET", "/api/practices/none/clients", 400, "malformed-id")]
    [InlineData("GET", "/api/practices/nowhere/clients", 403, "refused")]
    [InlineData("GET", "/api/practices/demo/clients/c-123/records", 400, "malformed-id")]
    [InlineData("GET", "/api/practices/demo/clients/C-00000000000000000000000000000000/records", 400, "malformed-id")]
    [InlineData("GET", "/api/practices/demo/clients/c-0000000000000000000000000000000g/records", 400, "malformed-id")]
    [InlineData("GET", $"/api/practices/demo/clients/{NoClient}/records", 403, "refused")]
    [InlineData("GET", $"/api/practices/demo/clients/{NoClient}/records/r-1", 400, "malformed-id")]
    [InlineData("GET", $"/api/practices/demo/clients/{NoClient}/records/{NoRecord}", 403, "refused")]
    [InlineData("POST", $"/api/practices/demo/clients/{NoClient}/holds/h-1/release", 400, "malformed-id")]
    [InlineData("POST", $"/api/practices/demo/clients/{NoClient}/holds/h-00000000000000000000000000000000/release", 404, "no-such-hold")]
    [InlineData("POST", $"/api/practices/demo/clients/{NoClient}/records", 404, "no-such-client")]
    [InlineData("POST", "/api/alerts/nothing/acknowledge", 403, "refused")]
    public async Task A_wrong_id_gets_a_clear_answer_and_leaves_nothing_behind(string method, string path, int status, string type)
    {
        var custodian = await stack.PersonAsync("custodian-1");
        await UnchangedAsync(async () =>
        {
            var body = method == "GET" ? null : new Upload([1, 2, 3]).Body();
            (await custodian.SendAsync(new HttpMethod(method), path, body, new Upload([]).Headers())).IsProblem(status, type);
        });
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("99999999-000000000000000000000000")]
    [InlineData("..%2f..%2fpractice")]
    public async Task An_alert_that_is_not_there_is_404(string id)
    {
        var security = await stack.PersonAsync("security-1");

        (await security.PostAsync($"/api/alerts/{id}/acknowledge")).IsProblem(404, "no-such-alert");
        (await security.PostAsync($"/api/alerts/{id}/resolve", """{"reason":"gone"}""")).IsProblem(404, "no-such-alert");
    }

    [Theory]
    [InlineData("/api/practices/demo/clients/..%2f..%2felsewhere/records", 400)]
    [InlineData("/api/practices/..%2felsewhere/clients", 400)]
    [InlineData("/api/practices/demo/clients/c-%00/records", 400)]
    [InlineData("/api/practices/demo/..%2f..%2falerts", 404)]
    [InlineData("/api/practices/demo/clients/%2e%2e/records", 404)]
    [InlineData("/api/practices/demo/clients/../../elsewhere/clients", 403)]
    [InlineData("/api/practices/demo/clients/../../../../../etc/passwd", 404)]
    public async Task A_path_that_climbs_gets_nowhere(string path, int status)
    {
        var custodian = await stack.PersonAsync("custodian-1");
        await UnchangedAsync(async () =>
        {
            using var request = await RawRequest.BeginAsync(stack, $"GET {path} HTTP/1.1", $"Authorization: Bearer {custodian.Token}");
            Assert.StartsWith($"HTTP/1.1 {status} ", await request.StatusLineAsync(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"name\"")]
    [InlineData("""{"name":"A","name":{"x":1}}""")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"2023-02-29","jurisdiction":"US-CA","profession":"psychologist"}""")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"10/06/2007","jurisdiction":"US-CA","profession":"psychologist"}""")]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}""")]
    public async Task Json_that_is_none_or_of_another_shape_is_400(string json)
    {
        var custodian = await stack.PersonAsync("custodian-1");
        var chart = await Chart.NewAsync(stack);
        await UnchangedAsync(async () =>
        {
            (await custodian.PostAsync("/api/practices/demo/clients", json)).IsProblem(400, "bad-json");
            (await custodian.PatchAsync(chart.Path, json)).IsProblem(400, "bad-json");
        });
    }

    [Theory]
    [InlineData("""{"chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"US-CA","profession":"psychologist"}""", "name")]
    [InlineData("""{"name":" ","chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"US-CA","profession":"psychologist"}""", "name")]
    [InlineData("""{"name":"A\u0000","chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"US-CA","profession":"psychologist"}""", "name")]
    [InlineData("""{"name":"A","chartNumber":"1","jurisdiction":"US-CA","profession":"psychologist"}""", "birthDate")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"2990-01-01","jurisdiction":"US-CA","profession":"psychologist"}""", "birthDate")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"California","profession":"psychologist"}""", "jurisdiction")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"US-CA","profession":"psychologist","lastService":"1999-12-31"}""", "lastService")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"US-CA","profession":"psychologist","lastService":"2990-01-01"}""", "lastService")]
    [InlineData("""{"name":"A","chartNumber":"1","birthDate":"2000-01-01","jurisdiction":"US-CA","profession":"psychologist","assignedClinicians":["nobody"]}""", "assignedClinicians")]
    public async Task A_client_with_a_wrong_fact_is_400_names_it_and_is_not_registered(string json, string names)
    {
        var frontDesk = await stack.PersonAsync("front-desk-1");
        await UnchangedAsync(async () =>
        {
            var answer = (await frontDesk.PostAsync("/api/practices/demo/clients", json)).Is(400);
            Assert.Contains(names, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_correction_that_puts_the_birth_after_the_last_service_is_400_also_when_only_one_of_them_is_sent()
    {
        var chart = await Chart.NewAsync(stack, lastService: "2018-03-15", birthDate: "1970-06-10");
        var custodian = await stack.PersonAsync("custodian-1");
        await UnchangedAsync(async () =>
        {
            (await custodian.PatchAsync(chart.Path, """{"birthDate":"2020-01-01","lastService":"2019-01-01"}""")).IsProblem(400, "bad-client");
            (await custodian.PatchAsync(chart.Path, """{"birthDate":"2020-01-01"}""")).IsProblem(400, "bad-client");
            (await custodian.PatchAsync(chart.Path, """{"lastService":"1969-01-01"}""")).IsProblem(400, "bad-client");
        });
    }

    [Fact]
    public async Task An_approval_over_the_cap_without_its_count_is_422_approves_nothing_and_somebody_is_told()
    {
        var chart = await Chart.NewAsync(stack, "2010-03-15");
        await chart.RecordAsync();
        await stack.SweepAsync();
        var custodian = await stack.PersonAsync("custodian-1");
        var others = string.Join(',', Enumerable.Range(0, 25).Select(_ => $"\"c-{Guid.NewGuid():N}\""));
        async Task<Answer> Approve(string count) =>
            await custodian.PostAsync("/api/practices/demo/dispositions/approve", $$"""{"clients":["{{chart.Client}}",{{others}}]{{count}}}""");
        await UnchangedAsync(async () =>
        {
            var answer = (await Approve("")).IsProblem(422, "over-cap");
            Assert.Contains("\"count\": 26", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
            (await Approve(",\"count\":25")).IsProblem(422, "over-cap");
            (await Approve(",\"count\":26")).IsProblem(404, "no-such-client");
        });

        Assert.Equal("needs-approval", Assert.Single(await chart.DueAsync() ?? []).GetProperty("state").GetString());
        await shared.Webhook.ReceivedAsync(d => d.Detection == "disposition-over-cap");
    }

    [Theory]
    [InlineData("""{"clients":[]}""", "nothing-to-approve")]
    [InlineData("{}", "nothing-to-approve")]
    [InlineData("""{"clients":["everybody"]}""", "malformed-id")]
    [InlineData("""{"clients":[null]}""", "malformed-id")]
    [InlineData("""{"clients":"c-00000000000000000000000000000000"}""", "bad-json")]
    public async Task An_approval_of_nobody_is_400(string json, string type)
    {
        var custodian = await stack.PersonAsync("custodian-1");

        (await custodian.PostAsync("/api/practices/demo/dispositions/approve", json)).IsProblem(400, type);
    }

    [Theory]
    [InlineData("{}", "bad-hold")]
    [InlineData("""{"matter":" ","reason":"r"}""", "bad-hold")]
    [InlineData("""{"matter":"m","reason":"r","until":"2023-02-29"}""", "bad-json")]
    public async Task A_hold_without_its_words_is_400_and_holds_nothing(string json, string type)
    {
        var chart = await Chart.NewAsync(stack);
        var custodian = await stack.PersonAsync("custodian-1");

        await UnchangedAsync(async () => (await custodian.PostAsync($"{chart.Path}/holds", json)).IsProblem(400, type));
    }

    [Fact]
    public async Task A_json_body_over_64_kibibytes_is_413()
    {
        var custodian = await stack.PersonAsync("custodian-1");

        await UnchangedAsync(async () => Assert.Contains(
            "65536 bytes",
            (await custodian.PostAsync("/api/practices/demo/clients", $$"""{"name":"{{new string('a', 70_000)}}"}""")).IsProblem(413, "too-large").Text,
            StringComparison.Ordinal));
    }

    private async Task UnchangedAsync(Func<Task> request)
    {
        var before = await stack.Stores.TracesAsync();
        await request();
        Assert.Equal(before, await stack.Stores.TracesAsync());
    }
}
