using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using RecordsGuard.Local;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Tests.Local.SignIn;

/// <summary>The sign-in routes on a port of their own, as the Functions host serves them.</summary>
internal sealed class RunningTenant : IAsyncDisposable
{
    public const string IdentityHeader = "a secret of this run";

    public const string AnotherHeader = "the secret of another app";

    private readonly TemporaryFolder folder = new();
    private readonly WebApplication app;

    private RunningTenant()
    {
        var host = new Uri($"http://127.0.0.1:{LocalPorts.From(0).Host}");
        Tenant = LocalTenant.Load(folder.Tenant(), host, TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrel().UseUrls(host.ToString());
        builder.Services.AddRouting();
        app = builder.Build();
        SignInRoutes.Map(app, Tenant, new LocalApp(LocalIdentities.App, IdentityHeader), new LocalApp(LocalIdentities.Duties[0], AnotherHeader));
        Client = new() { BaseAddress = host };
    }

    public LocalTenant Tenant { get; }

    public HttpClient Client { get; }

    public static async Task<RunningTenant> StartAsync()
    {
        var running = new RunningTenant();
        await running.app.StartAsync(TestContext.Current.CancellationToken);
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
