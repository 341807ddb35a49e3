using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace RecordsGuard.Local.Storage;

/// <summary>Connections to Azurite itself: loopback, HTTP/1.1, and only to the one certificate that we gave it.</summary>
internal static class AzuriteConnection
{
    public static SocketsHttpHandler CreateHandler(X509Certificate2 server)
    {
        var expected = server.RawData;
        return new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(expected),
            },
        };
    }

    /// <summary>A transport for Azure SDK clients that go to Azurite directly, around the proxy and its logs.</summary>
    public static HttpClientTransport CreateTransport(X509Certificate2 server) =>
        new(new HttpClient(CreateHandler(server)) { Timeout = Timeout.InfiniteTimeSpan });
}
