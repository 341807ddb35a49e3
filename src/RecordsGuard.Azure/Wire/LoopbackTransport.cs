using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace RecordsGuard.Azure;

/// <summary>
/// The connections to Azure, and to what stands for it on one machine: there, names under <c>.localhost</c> are this
/// machine whatever its resolver says, no proxy is asked, and an extra root certificate may be trusted. That root
/// counts for loopback addresses and <c>.localhost</c> names alone: it cannot vouch for any other host.
/// </summary>
public static class LoopbackTransport
{
    /// <param name="extraRootFile">PEM file of root certificates for local hosts; null on Azure.</param>
    public static HttpPipelineTransport Create(string? extraRootFile) =>
        new HttpClientTransport(new HttpClient(CreateHandler(extraRootFile)) { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>The same for a plain <see cref="HttpClient"/>.</summary>
    public static SocketsHttpHandler CreateHandler(string? extraRootFile)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            Proxy = new RemoteOnlyProxy(HttpClient.DefaultProxy),
        };
        if (Validation(extraRootFile) is { } validation)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = validation;
        }

        return handler;
    }

    /// <summary>Null: nothing but what the machine trusts.</summary>
    internal static RemoteCertificateValidationCallback? Validation(string? extraRootFile)
    {
        if (extraRootFile is null)
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(extraRootFile);
        return (sender, certificate, chain, errors) =>
            errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors
                && (sender as SslStream)?.TargetHostName is var stream && (stream ?? sender as string) is { } host && IsLocal(host)
                && certificate is X509Certificate2 leaf && IsVouchedFor(leaf, chain, roots));
    }

    /// <summary>A loopback address, <c>localhost</c>, or a name under it (RFC 6761).</summary>
    internal static bool IsLocal(string host)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(name, out var address) ? IPAddress.IsLoopback(address) : IsLocalName(name);
    }

    private static bool IsLocalName(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static bool IsVouchedFor(X509Certificate2 leaf, X509Chain? presented, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1")); // serverAuth
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var target = context.DnsEndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (IsLocalName(target.Host.TrimEnd('.')))
            {
                await socket.ConnectAsync([IPAddress.Loopback, IPAddress.IPv6Loopback], target.Port, cancel);
            }
            else
            {
                await socket.ConnectAsync(target, cancel);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class RemoteOnlyProxy(IWebProxy inner) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => inner.Credentials;
            set => inner.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => inner.GetProxy(destination);

        public bool IsBypassed(Uri host) => IsLocal(host.IdnHost) || inner.IsBypassed(host);
    }
}
