using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using RecordsGuard.App;
using RecordsGuard.Functions;
using RecordsGuard.Local;

namespace RecordsGuard.Tests.Functions;

public sealed class TriggerEndpointsTests : IAsyncLifetime
{
    private readonly List<string> calls = [];
    private readonly int port = LocalPorts.FreePort();
    private WebApplication app = null!;
    private HttpClient http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Task Record(string message)
        {
            calls.Add(message);
            return Task.CompletedTask;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        TriggerEndpoints.Map(
            app,
            [
                new(Duty.Audit, "Queued", TriggerKind.Queue, (_, message, _) => Record(message)),
                new(Duty.Audit, "Timed", TriggerKind.Timer, (_, message, _) => Record(message)),
                new(Duty.Audit, "Failing", TriggerKind.Queue, (_, message, _) => throw new InvalidOperationException($"about {message}")),
            ],
            AppContext.BaseDirectory);
        await app.StartAsync();
        http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData("Queued", "Ms Doe")]
    [InlineData("Timed", "")]
    public async Task The_function_is_called_once_and_its_success_has_a_body(string name, string message)
    {
        using var answer = await PostAsync(name);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Invocation.Success, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal([message], calls);
    }

    [Fact]
    public async Task A_failure_is_a_500_that_quotes_nothing_of_the_message()
    {
        using var answer = await PostAsync("Failing");
        var body = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("Doe", body, StringComparison.Ordinal);
        Assert.Equal("""{"error":"failed","invocation":"4a1c1c1e-0000-4000-8000-000000000001"}""", body);
    }

    [Fact]
    public async Task A_body_longer_than_any_invocation_is_refused()
    {
        // The answer comes before the body is read: who is in the middle of sending it would see a broken pipe instead.
        using var content = new StringContent(new string('a', Invocation.MaxBytes + 1));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/Queued") { Content = content, Headers = { ExpectContinue = true } };
        using var answer = await http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(calls);
    }

    [Fact]
    public async Task Only_POST_is_an_invocation()
    {
        using var answer = await http.GetAsync("/Queued", Stop);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Empty(calls);
    }

    private async Task<HttpResponseMessage> PostAsync(string name)
    {
        using var content = new StringContent("""{"Data":{"x":"\"Ms Doe\""},"Metadata":{}}""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{name}") { Content = content };
        request.Headers.Add("X-Azure-Functions-InvocationId", "4a1c1c1e-0000-4000-8000-000000000001");
        return await http.SendAsync(request, Stop);
    }
}
