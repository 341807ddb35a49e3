using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.Tests.Local.Host;

/// <summary>What an app may rely on, and must beware of, when its HTTP functions are proxied. Run against both hosts.</summary>
public abstract class HttpContractTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract Task<HostUnderTest> StartAsync(StandInApp app);

    [Fact]
    public async Task Method_path_and_query_are_kept()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);

        var echo = await PostAsync(host, "/api/echo?a=1&b=%20", new StringContent("12345"));

        Assert.Equal("POST", echo.GetProperty("method").GetString());
        Assert.Equal("/api/echo?a=1&b=%20", echo.GetProperty("url").GetString());
        Assert.Equal(5, echo.GetProperty("length").GetInt32());
    }

    [Theory]
    [InlineData("/api/a%2Fb", "/api/a%252Fb")]
    [InlineData("/api/a%3Ab", "/api/a:b")]
    [InlineData("/api/x/../y", "/api/y")]
    public async Task Escapes_in_a_path_do_not_arrive_as_sent(string sent, string arrives)
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);

        var answer = await RawAsync(host, $"GET {sent} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Contains($"\"url\":\"{arrives}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_and_forwarded_headers_are_overwritten_and_the_rest_passes()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{host.Port}/api/echo");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Azure-Functions-InvocationId", "forged");
        request.Headers.Add("Cookie", "a=b");
        request.Headers.Add("Authorization", "Bearer t");

        using var answer = await host.Http.SendAsync(request, Stop);
        var headers = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("headers");

        Assert.StartsWith("127.0.0.1:", headers.GetProperty("host").GetString(), StringComparison.Ordinal);
        Assert.Equal($"localhost:{host.Port}", headers.GetProperty("x-forwarded-host").GetString());
        Assert.Equal("http", headers.GetProperty("x-forwarded-proto").GetString());
        Assert.DoesNotContain("203.0.113.9", headers.GetProperty("x-forwarded-for").GetString(), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(headers.GetProperty("x-azure-functions-invocationid").GetString(), out _));
        Assert.True(Guid.TryParse(headers.GetProperty("x-ms-invocation-id").GetString(), out _));
        Assert.Equal("a=b", headers.GetProperty("cookie").GetString());
        Assert.Equal("Bearer t", headers.GetProperty("authorization").GetString());
    }

    [Theory]
    [InlineData("DELETE", "/api/echo")]
    [InlineData("GET", "/nothing/here")]
    public async Task A_method_or_a_route_that_is_not_listed_is_not_found(string method, string path)
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await host.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Statuses_redirects_and_several_cookies_pass()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);

        using var answer = await host.Http.GetAsync("/api/cookies", Stop);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/elsewhere", answer.Headers.Location!.OriginalString);
        Assert.Equal(["a=1", "b=2"], answer.Headers.GetValues("Set-Cookie"));
    }

    [Fact]
    public async Task A_response_streams_as_it_is_sent()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);

        using var answer = await host.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead, Stop);
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        var first = new byte[6];
        await body.ReadExactlyAsync(first, Stop);
        await host.GetAsync("/api/release");
        using var rest = new StreamReader(body);

        Assert.Equal("first ", Encoding.ASCII.GetString(first));
        Assert.Equal("second", await rest.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task A_body_of_known_length_is_read_whole_before_the_app_sees_any_of_it()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);
        using var client = await ConnectAsync(host);

        await SendAsync(client, "POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\nConnection: close\r\n\r\n12345");
        await Task.Delay(300, Stop);
        Assert.False((await host.GetAsync("/api/upload-began")).GetBoolean());

        await SendAsync(client, "67890");
        Assert.Contains("\"length\":10", await ReadAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunked_body_streams()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);
        using var client = await ConnectAsync(host);

        await SendAsync(client, "POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        await SendAsync(client, $"10000\r\n{new string('a', 0x10000)}\r\n");
        await UntilAsync(async () => (await host.GetAsync("/api/upload-began")).GetBoolean());

        await SendAsync(client, "5\r\n67890\r\n0\r\n\r\n");
        Assert.Contains($"\"length\":{0x10005}", await ReadAsync(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 104_857_601)]
    [InlineData("1000", 1001)]
    public async Task A_body_above_the_limit_is_answered_500(string? limit, int length)
    {
        using var app = new StandInApp();
        if (limit is not null)
        {
            app.Settings["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = limit;
        }

        await using var host = await StartAsync(app);

        var answer = await RawAsync(host, $"POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 500", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_body_is_sent_again_up_to_ten_times_when_the_connection_breaks()
    {
        using var app = new StandInApp();
        await using var host = await StartAsync(app);

        using var answer = await host.Http.GetAsync("/api/drop", Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);

        // .NET's own client may send each of the ten up to four times.
        Assert.InRange((await host.GetAsync("/api/hits")).GetProperty("/api/drop").GetInt32(), 10, 40);
    }

    [Fact]
    public async Task Functions_are_tried_in_the_order_of_their_names()
    {
        using var app = new StandInApp();
        app.Http("Aardvark", "{*path}", "get");
        await using var host = await StartAsync(app);

        using var anywhere = await host.Http.GetAsync("/anything", Stop);
        using var post = await host.Http.PostAsync("/api/echo", new StringContent(""), Stop);
        using var admin = await host.Http.GetAsync("/admin/host/nothing", Stop);

        // A catch-all of an earlier name swallows what it may; it never sees the host's own paths.
        Assert.NotEqual(HttpStatusCode.NotFound, anywhere.StatusCode);
        Assert.Equal(HttpStatusCode.OK, post.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, admin.StatusCode);
    }

    private static async Task<JsonElement> PostAsync(HostUnderTest host, string path, HttpContent content)
    {
        using var answer = await host.Http.PostAsync(path, content, Stop);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        return json.RootElement.Clone();
    }

    private static async Task<string> RawAsync(HostUnderTest host, string request)
    {
        using var client = await ConnectAsync(host);
        await SendAsync(client, request);
        return await ReadAsync(client);
    }

    private static async Task<TcpClient> ConnectAsync(HostUnderTest host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port, Stop);
        return client;
    }

    private static async Task SendAsync(TcpClient client, string text) =>
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Stop);

    private static async Task<string> ReadAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Stop).WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 200, "It did not come about within ten seconds.");
            await Task.Delay(50, Stop);
        }
    }
}

public sealed class PlayedHttpContractTests : HttpContractTests
{
    private protected override async Task<HostUnderTest> StartAsync(StandInApp app) => await PlayedHost.StartAsync(app);
}

public sealed class GenuineHttpContractTests : HttpContractTests
{
    private protected override async Task<HostUnderTest> StartAsync(StandInApp app) => await GenuineHost.StartAsync(app);
}
