using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>
/// The extra root counts for this machine alone. The server's certificate is good for a local and for a foreign name;
/// a Host header makes the client expect the foreign one, as if a resolver had been lied to.
/// </summary>
public sealed class LoopbackTransportTests : IAsyncLifetime
{
    private const string Foreign = "records.blob.core.windows.net";

    private readonly string rootFile = Path.GetTempFileName();
    private WebApplication server = null!;
    private int port;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost")]
    [InlineData("local.vault.localhost")]
    [InlineData("127.0.0.1")]
    public async Task A_local_host_is_reached_and_trusted_by_the_extra_root(string host)
    {
        using var client = new HttpClient(LoopbackTransport.CreateHandler(rootFile));
        Assert.Equal("here", await client.GetStringAsync(new Uri($"https://{host}:{port}/"), Cancel));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("local.vault.localhost")]
    [InlineData("127.0.0.1")]
    public async Task Without_the_extra_root_nobody_vouches_for_a_local_host(string host) =>
        Assert.True(await IsRefusedAsync(null, host));

    [Fact]
    public async Task The_extra_root_vouches_for_no_other_host()
    {
        Assert.True(await IsRefusedAsync(rootFile, "127.0.0.1", Foreign));
        Assert.True(await IsRefusedAsync(rootFile, "a.vault.localhost", Foreign));
        Assert.False(await IsRefusedAsync(rootFile, "127.0.0.1", "b.vault.localhost"));
    }

    [Fact]
    public async Task A_name_that_the_certificate_does_not_have_is_refused_also_locally() =>
        Assert.True(await IsRefusedAsync(rootFile, "other.localhost"));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("a.b.localhost", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("notlocalhost", false)]
    [InlineData("localhost.example", false)]
    [InlineData("127.0.0.1.example", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("", false)]
    public void Local_is_loopback_and_localhost(string host, bool local) => Assert.Equal(local, LoopbackTransport.IsLocal(host));

    public async ValueTask InitializeAsync()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=a root for tests", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(rootFile, root.ExportCertificatePem(), Cancel);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.vault.localhost");
        names.AddDnsName(Foreign);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using var leaf = request.Create(root, now.AddDays(-1), now.AddHours(12), [1, 2, 3, 4]);
        var certificate = leaf.CopyWithPrivateKey(key);

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        server = builder.Build();
        server.Run(context => context.Response.WriteAsync("here", Cancel));
        await server.StartAsync(Cancel);
        port = new Uri(server.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(rootFile);
    }

    private async Task<bool> IsRefusedAsync(string? root, string host, string? expectedName = null)
    {
        using var client = new HttpClient(LoopbackTransport.CreateHandler(root));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://{host}:{port}/"));
        request.Headers.Host = expectedName;
        try
        {
            using var answer = await client.SendAsync(request, Cancel);
            return false;
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            Assert.IsType<System.Security.Authentication.AuthenticationException>(e.InnerException);
            return true;
        }
    }
}
