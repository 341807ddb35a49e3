using System.Net;
using System.Text.Json.Nodes;
using RecordsGuard.Local.Demo;

namespace RecordsGuard.Tests.Local.Demo;

/// <summary>
/// As much of the app's API as filling needs, in memory. It breaks off at one request, before that has taken effect or
/// after, as an app that is killed.
/// </summary>
internal sealed class StandInApi(IReadOnlyList<DemoChart> charts) : HttpMessageHandler
{
    private readonly HashSet<string> listed = [];

    /// <summary>Chart number, file name and key of every record, in order.</summary>
    public List<(string Chart, string File, string Key)> Records { get; } = [];

    /// <summary>Chart numbers in the order of their registration; the client's id is <c>c-</c> and the number.</summary>
    public List<string> Clients { get; } = [];

    public List<string> Holds { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    /// <summary>The request, counted from 0, that gets no answer; every later one neither.</summary>
    public int BreaksAt { get; set; } = int.MaxValue;

    public bool TakesEffect { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var count = Requests.Count;
        Requests.Add(request);
        if (count > BreaksAt || (count == BreaksAt && !TakesEffect))
        {
            throw new HttpRequestException("The app is gone.");
        }

        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var answer = Answer(request, request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries), body);
        return count == BreaksAt
            ? throw new HttpRequestException("The app is gone.")
            : new(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString()) };
    }

    private JsonObject Answer(HttpRequestMessage request, string[] path, string body)
    {
        switch (request.Method.Method, path)
        {
            case ("GET", ["api", "practices", "demo", "clients"]):
                return new() { ["clients"] = new JsonArray([.. Clients.Select(c => new JsonObject { ["id"] = $"c-{c}", ["chartNumber"] = c })]) };
            case ("POST", ["api", "practices", "demo", "clients"]):
                var number = JsonNode.Parse(body)!["chartNumber"]!.GetValue<string>();
                Clients.Add(number);
                return new() { ["id"] = $"c-{number}" };
            case ("POST", [.., "clients", var client, "records"]):
                var key = request.Headers.GetValues("Idempotency-Key").Single();
                var name = request.Content!.Headers.ContentDisposition!;
                if (!Records.Exists(r => r.Key == key))
                {
                    Records.Add((client[2..], name.FileNameStar ?? name.FileName!.Trim('"'), key));
                }

                return new() { ["id"] = $"r-{key}" };
            case ("POST", [.., "clients", var client, "holds"]):
                Holds.Add(client[2..]);
                return new() { ["id"] = "h-1" };
            case ("POST", ["api", "admin", "run", "NightlySweep"]):
                listed.UnionWith(charts.Where(c => c.Standing != DemoStanding.Kept).Select(c => c.Number).Intersect(Records.Select(r => r.Chart)));
                return new() { ["id"] = "NightlySweep" };
            case ("GET", [.., "dispositions"]):
                return new() { ["dispositions"] = new JsonArray([.. listed.Select(Chart)]) };
            default:
                throw new InvalidOperationException($"{request.Method} {request.RequestUri}");
        }
    }

    private JsonObject Chart(string number) => new()
    {
        ["client"] = $"c-{number}",
        ["records"] = new JsonArray(new JsonObject { ["state"] = Holds.Contains(number) ? "held" : "needs-approval" }),
    };
}
