using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.Tests.Local.Vault;

/// <summary>A local vault on a free port, and a client that trusts it and finds it on loopback.</summary>
internal sealed class RunningVault : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client;
    private LocalVault vault;

    private RunningVault()
    {
        Time = new(TimeProvider.System.GetUtcNow());
        Certificates = LocalCertificates.Load(folder.Sub("certificates"));
        Tenant = LocalTenant.Load(folder.Tenant(), new("http://127.0.0.1:1"), Time);
        Options = new()
        {
            Port = LocalPorts.From(0).Vault,
            Certificates = Certificates,
            Folder = Keys,
            Tenant = Tenant,
            Time = Time,
            Faults = Faults,
            ResourceLogs = Logs,
        };
        vault = LocalVault.Create(Options);
        client = new(Handler()) { BaseAddress = vault.Address };
        Token = Tenant.IssueTo(LocalIdentities.App, VaultDoor.Resource);
    }

    public FakeTimeProvider Time { get; }

    public LocalCertificates Certificates { get; }

    public LocalTenant Tenant { get; }

    public FaultPoints Faults { get; } = new();

    public CollectedLogs Logs { get; } = new();

    public LocalVaultOptions Options { get; private set; }

    public DirectoryInfo Keys => folder.Sub("keys");

    public Uri Address => vault.Address;

    /// <summary>Sent with every request unless null.</summary>
    public string? Token { get; set; }

    public static async Task<RunningVault> StartAsync(Func<LocalVaultOptions, LocalVaultOptions>? change = null)
    {
        var running = new RunningVault();
        if (change is not null)
        {
            await running.vault.DisposeAsync();
            running.Options = change(running.Options);
            running.vault = LocalVault.Create(running.Options);
        }

        await running.vault.StartAsync(TestContext.Current.CancellationToken);
        return running;
    }

    public async Task RestartAsync()
    {
        await vault.StopAsync(TestContext.Current.CancellationToken);
        await vault.DisposeAsync();
        vault = LocalVault.Create(Options);
        await vault.StartAsync(TestContext.Current.CancellationToken);
    }

    public void Throttle(int requests, TimeSpan retryAfter) => vault.Throttle(requests, retryAfter);

    public async Task<VaultReply> SendAsync(string method, string path, string? body = null)
    {
        string versioned = path.Contains("api", StringComparison.Ordinal) ? path : path + "?api-version=2025-07-01";
        using var request = new HttpRequestMessage(new(method), versioned);
        request.Headers.Add("x-ms-client-request-id", "11111111-2222-3333-4444-555555555555");
        request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await vault.DisposeAsync();
        Certificates.Dispose();
        folder.Dispose();
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler
        {
            // *.localhost does not resolve everywhere.
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Certificates.AuthorityFile) },
        };
        return handler;
    }
}

internal sealed record VaultReply(int Status, JsonNode? Body, HttpResponseHeaders Headers)
{
    public string? Code => (string?)Body?["error"]?["code"];

    public string? InnerCode => (string?)Body?["error"]?["innererror"]?["code"];

    public string Version => ((string)Body!["key"]!["kid"]!).Split('/')[^1];
}

internal sealed class CollectedLogs : ResourceLogWriter
{
    private readonly ConcurrentQueue<string> lines = [];

    public IReadOnlyList<JsonNode> Lines => [.. lines.Select(l => JsonNode.Parse(l)!)];

    public override void Write(string category, string resourceId, ReadOnlyMemory<byte> json)
    {
        Assert.Equal("AuditEvent", category);
        Assert.Equal(LocalResourceIds.Vault, resourceId);
        lines.Enqueue(Encoding.UTF8.GetString(json.Span));
    }
}
