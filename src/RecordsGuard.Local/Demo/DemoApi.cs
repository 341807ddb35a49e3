using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Demo;

/// <summary>The app's own HTTP API, called as the people of the practice call it, each with a token of their own.</summary>
internal sealed class DemoApi(HttpClient http, LocalTenant tenant)
{
    private const string FrontDesk = "front-desk-1";
    private const string Custodian = "custodian-1";
    private const string Clients = "/api/practices/demo/clients";
    private const string Dispositions = "/api/practices/demo/dispositions";

    /// <summary>Client ids by chart number, of those whose name or chart number contains the text.</summary>
    public async Task<Dictionary<string, string>> FindAsync(string text, CancellationToken cancel)
    {
        var found = await SendAsync(FrontDesk, HttpMethod.Get, $"{Clients}?q={Uri.EscapeDataString(text)}", null, cancel);
        return Items(found, "clients").DistinctBy(c => Text(c, "chartNumber"))
            .ToDictionary(c => Text(c, "chartNumber"), c => Text(c, "id"), StringComparer.Ordinal);
    }

    /// <summary>The new client's id.</summary>
    public async Task<string> RegisterAsync(DemoChart chart, CancellationToken cancel) => Text(
        await SendAsync(FrontDesk, HttpMethod.Post, Clients, Json(new()
        {
            ["name"] = chart.Name,
            ["chartNumber"] = chart.Number,
            ["birthDate"] = chart.Born.ToString("O"),
            ["jurisdiction"] = chart.Jurisdiction,
            ["profession"] = chart.Profession,
            ["assignedClinicians"] = new JsonArray(chart.Clinician),
            ["lastService"] = chart.LastService.ToString("O"),
        }), cancel), "id");

    /// <summary>
    /// The record's id, the same one however often the key is sent. Null if the key belongs to a record that has been
    /// purged since, or whose dates are of another day: either way it was received.
    /// </summary>
    public async Task<string?> UploadAsync(string client, DemoFile file, string key, CancellationToken cancel)
    {
        // Without a length: the host would hold the whole body in memory first.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Clients}/{client}/records")
        {
            Content = new StreamContent(file.Content()),
            Headers = { TransferEncodingChunked = true },
        };
        request.Headers.Add("Record-Class", file.Class);
        request.Headers.Add("Idempotency-Key", key);
        request.Content.Headers.ContentType = new(file.ContentType);
        request.Content.Headers.ContentDisposition = Ascii.IsValid(file.Name)
            ? new("attachment") { FileName = $"\"{file.Name}\"" }
            : new("attachment") { FileNameStar = file.Name };
        return await SendAsync(FrontDesk, request, HttpStatusCode.UnprocessableEntity, cancel) is { } record ? Text(record, "id") : null;
    }

    public Task PlaceHoldAsync(string client, CancellationToken cancel) => SendAsync(
        Custodian, HttpMethod.Post, $"{Clients}/{client}/holds", Json(new()
        {
            ["matter"] = "A family matter before a court (invented)",
            ["reason"] = "Counsel asks that the whole chart be preserved.",
        }), cancel);

    /// <summary>Asks for the nightly sweep now; it runs by queue, a few seconds later.</summary>
    public Task SweepAsync(CancellationToken cancel) =>
        SendAsync(Custodian, HttpMethod.Post, "/api/admin/run/NightlySweep", null, cancel);

    /// <summary>What the sweep has listed: the states of each client's records.</summary>
    public async Task<Dictionary<string, IReadOnlyList<string>>> DispositionsAsync(CancellationToken cancel) =>
        Items(await SendAsync(Custodian, HttpMethod.Get, Dispositions, null, cancel), "dispositions").ToDictionary(
            c => Text(c, "client"), IReadOnlyList<string> (c) => [.. Items(c, "records").Select(r => Text(r, "state"))], StringComparer.Ordinal);

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    private static IEnumerable<JsonNode> Items(JsonNode node, string name) => node[name]!.AsArray().OfType<JsonNode>();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task<JsonNode> SendAsync(
        string person, HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return (await SendAsync(person, request, null, cancel))!;
    }

    /// <param name="nothing">The status that is answered with null.</param>
    private async Task<JsonNode?> SendAsync(string person, HttpRequestMessage request, HttpStatusCode? nothing, CancellationToken cancel)
    {
        request.Headers.Authorization = new("Bearer", tenant.IssueTo(LocalPeople.Find(person)!));
        try
        {
            using var response = await http.SendAsync(request, cancel);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel));
            return response.StatusCode == nothing ? null
                : response.IsSuccessStatusCode && body is not null ? body
                : throw Unfinished($"was answered {(int)response.StatusCode} {body?["title"]}", null);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException)
        {
            throw Unfinished("got no answer", e);
        }

        LocalFailure Unfinished(string what, Exception? inner) => new(
            $"The demo practice is not complete: {request.Method} {request.RequestUri} {what}. Start again with --demo and the same folder; it goes on where it stopped.", inner);
    }
}
