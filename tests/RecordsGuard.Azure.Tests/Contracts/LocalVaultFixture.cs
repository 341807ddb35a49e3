using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using RecordsGuard.Local;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>A local vault on a free port, its log, and the app's identity.</summary>
public sealed class LocalVaultFixture : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-vault-");
    private readonly CollectedLog log = new();
    private LocalCertificates certificates = null!;
    private LocalTenant tenant = null!;
    private LocalVault vault = null!;

    public Uri Address => vault.Address;

    public string AuthorityFile => certificates.AuthorityFile;

    public TokenCredential Credential => new AppCredential(tenant);

    public IReadOnlyList<JsonNode> LogLines => [.. log.Lines.Select(l => JsonNode.Parse(l)!)];

    public void Throttle(int requests, TimeSpan retryAfter) => vault.Throttle(requests, retryAfter);

    public async ValueTask InitializeAsync()
    {
        certificates = LocalCertificates.Load(folder.CreateSubdirectory("certificates"));
        tenant = LocalTenant.Load(folder.CreateSubdirectory("tenant"), new("http://127.0.0.1:1"), TimeProvider.System);
        vault = LocalVault.Create(new()
        {
            Port = LocalPorts.From(0).Vault,
            Certificates = certificates,
            Folder = folder.CreateSubdirectory("keys"),
            Tenant = tenant,
            Time = TimeProvider.System,
            Faults = new FaultPoints(),
            ResourceLogs = log,
        });
        await vault.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await vault.DisposeAsync();
        certificates.Dispose();
        folder.Delete(recursive: true);
    }

    private sealed class AppCredential(LocalTenant tenant) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var resource = requestContext.Scopes.Single()[..^"/.default".Length];
            var token = tenant.IssueTo(LocalIdentities.App, resource, out var expires);
            return new(token, expires);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }

    private sealed class CollectedLog : ResourceLogWriter
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public override void Write(string category, string resourceId, ReadOnlyMemory<byte> json) =>
            Lines.Enqueue(Encoding.UTF8.GetString(json.Span));
    }
}
