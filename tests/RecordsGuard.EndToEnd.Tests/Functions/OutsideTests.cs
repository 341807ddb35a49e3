using System.Net;
using System.Text;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.Functions;

/// <summary>What can be reached from outside is the API and nothing else.</summary>
public sealed class OutsideTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sweep")]
    [InlineData("Purge")]
    [InlineData("Reconcile")]
    [InlineData("DeliverAlerts")]
    [InlineData("NightlySweep")]
    [InlineData("NightlyReconcile")]
    [InlineData("WatchPoison")]
    [InlineData("Api")]
    public async Task A_trigger_endpoint_is_unreachable_from_outside(string function)
    {
        var custodian = await stack.PersonAsync("custodian-1");
        const string Body = """{"Data":{"message":"\"nightly\""},"Metadata":{}}""";
        foreach (var path in (string[])[$"/{function}", $"//{function}", $"/api/../{function}", $"/api/%2e%2e/{function}", $"/api/..%2f{function}", $"/api/..%252f{function}"])
        {
            using var request = await RawRequest.BeginAsync(
                stack, $"POST {path} HTTP/1.1", $"Authorization: Bearer {custodian.Token}",
                "Content-Type: application/json", $"Content-Length: {Body.Length}");
            await request.SendAsync(Encoding.ASCII.GetBytes(Body));
            Assert.StartsWith("HTTP/1.1 404 ", await request.StatusLineAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_handlers_own_port_refuses_a_forwarded_request_to_a_trigger()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{await AppPortAsync()}/NightlySweep");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");

        using var answer = await stack.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/favicon.ico")]
    [InlineData("/console")]
    [InlineData("/admin/host/status")]
    public async Task There_is_nothing_beside_the_api(string path)
    {
        (await stack.Nobody().GetAsync(path)).Is(404);
    }

    [Fact]
    public async Task An_unknown_route_of_the_api_says_so_to_whoever_is_signed_in_and_401_to_others()
    {
        var clinician = await stack.PersonAsync("clinician-1");

        (await clinician.GetAsync("/api/nothing/here")).IsProblem(404, "no-such-route");
        (await clinician.GetAsync("/api")).Is(404);
        (await clinician.PostAsync("/api/practices/demo/clients/x/y/z")).IsProblem(404, "no-such-route");
        (await stack.Nobody().GetAsync("/api/nothing/here")).IsProblem(401, "sign-in");
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_take_is_answered_as_no_such_address()
    {
        var custodian = await stack.PersonAsync("custodian-1");

        var answer = await custodian.SendAsync(HttpMethod.Delete, "/api/practices/demo/clients", null);

        answer.IsProblem(404, "no-such-route");
    }

    /// <summary>Where the app listens: its process's only listening socket, from /proc.</summary>
    private async Task<int> AppPortAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The app's port is looked up in /proc.");
        using var json = System.Text.Json.JsonDocument.Parse(await stack.Http.GetStringAsync("/.local/app", Stop));
        var pid = json.RootElement.GetProperty("pid").GetInt32();
        var environment = (await File.ReadAllTextAsync($"/proc/{pid}/environ", Stop)).Split('\0');
        return int.Parse(environment.Single(e => e.StartsWith("FUNCTIONS_CUSTOMHANDLER_PORT=", StringComparison.Ordinal)).Split('=')[1]);
    }
}
