using System.Net;
using System.Net.Sockets;
using System.Text;
using RecordsGuard.App;
using RecordsGuard.Functions;
using RecordsGuard.Local;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Tests.Local.SignIn;

namespace RecordsGuard.Tests.Functions;

public sealed class HeadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    public async Task Without_a_port_from_the_host_it_ends_with_one_sentence(string? port)
    {
        var (exitCode, output, error) = await HeadProcess.RunAsync(e => e["FUNCTIONS_CUSTOMHANDLER_PORT"] = port);

        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Equal(CustomHandlerPort.Refusal, error.Trim());
    }

    [Fact]
    public async Task It_listens_on_the_hosts_port_and_nowhere_else_whatever_it_inherits()
    {
        int port = LocalPorts.FreePort(), urls = LocalPorts.FreePort(), ports = LocalPorts.FreePort(), section = LocalPorts.FreePort();
        await using var head = await HeadProcess.StartAsync(port, e =>
        {
            e["ASPNETCORE_URLS"] = $"http://127.0.0.1:{urls}";
            e["DOTNET_URLS"] = $"http://127.0.0.1:{urls}";
            e["ASPNETCORE_PREFERHOSTINGURLS"] = "true";
            e["ASPNETCORE_HTTP_PORTS"] = $"{ports}";
            e["HTTP_PORTS"] = $"{ports}";
            e["Kestrel__Endpoints__Http__Url"] = $"http://127.0.0.1:{section}";
        });

        Assert.Equal(HttpStatusCode.OK, (await head.Http.GetAsync("/", Stop)).StatusCode);
        Assert.All([urls, ports, section], p => Assert.False(Listens(IPAddress.Loopback, p)));
        Assert.False(Listens(IPAddress.IPv6Loopback, port));
    }

    [Fact]
    public async Task Settings_that_are_missing_are_said_in_one_sentence()
    {
        var (exitCode, output, error) = await HeadProcess.RunAsync(e => e["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{LocalPorts.FreePort()}");

        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Contains("RecordsGuard:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    // Nothing but the sign-in answers behind the app here, so that most functions fail: also that is said with an object.
    // All at once, because each waits through its retries.
    [Fact]
    public async Task Every_function_answers_with_an_object_and_never_with_nothing()
    {
        await using var signIn = await RunningTenant.StartAsync();
        await using var head = await HeadProcess.StartAsync(LocalPorts.FreePort(), e =>
        {
            e["IDENTITY_ENDPOINT"] = $"{new Uri(signIn.Tenant.Host, SignInRoutes.IdentityPath)}";
            e["IDENTITY_HEADER"] = RunningTenant.IdentityHeader;
        });

        var all = new ParallelOptions { MaxDegreeOfParallelism = Triggers.All.Count, CancellationToken = Stop };
        await Parallel.ForEachAsync(Triggers.All, all, async (trigger, cancel) =>
        {
            using var answer = await head.Http.PostAsync($"/{trigger.Name}", Body(), cancel);

            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.InternalServerError, $"{trigger.Name}: {answer.StatusCode}");
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            Assert.StartsWith("{", await answer.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Anything")]
    public async Task A_forwarded_request_never_reaches_a_trigger(string header)
    {
        await using var head = await HeadProcess.StartAsync(LocalPorts.FreePort());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{Triggers.All[0].Name}") { Content = Body() };
        request.Headers.Add(header, "127.0.0.1");

        using var answer = await head.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static StringContent Body() => new("""{"Data":{"x":"\"m\""},"Metadata":{}}""", Encoding.UTF8, "application/json");

    private static bool Listens(IPAddress address, int port)
    {
        using var client = new TcpClient(address.AddressFamily);
        try
        {
            client.Connect(address, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
