using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// Azure Key Vault on one machine: the Keys REST contract over https on loopback, with keys that survive a restart,
/// and a line of Key Vault's own log for every request. What production would do under load it does on request
/// (<see cref="Throttle"/>). A stand-in for tests and demonstrations: private keys lie in files.
/// </summary>
internal sealed class LocalVault : IAsyncDisposable
{
    public const string ThrottlePath = "/.local/throttle";

    private readonly VaultThrottle throttle = new();
    private readonly VaultKeyStore store;

    private LocalVault(LocalVaultOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SoftDeleteDays, 7);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.SoftDeleteDays, LocalVaultOptions.DefaultSoftDeleteDays);
        Address = new(AddressOf(options.Port));
        store = new(options.Folder);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<IHostLifetime, WithoutSignals>();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.ListenLocalhost(options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(options.Certificates.Server);
            });
        });
        App = builder.Build();
        var endpoint = new VaultEndpoint(options, store, throttle);
        App.Run(context => context.Request.Path == ThrottlePath ? ThrottleAsync(context) : endpoint.HandleAsync(context));
    }

    /// <summary>The vault's URI, as the app is told it. Its name may not resolve: connect to loopback.</summary>
    public Uri Address { get; }

    /// <summary>For whoever hosts the vault with other listeners; <see cref="StartAsync"/> is all there is to it.</summary>
    public WebApplication App { get; }

    public static string AddressOf(int port) => $"https://local.vault.localhost:{port}";

    /// <summary>Reads the keys; nothing listens before <see cref="StartAsync"/>.</summary>
    public static LocalVault Create(LocalVaultOptions options) => new(options);

    public Task StartAsync(CancellationToken cancel) => App.StartAsync(cancel);

    public Task StopAsync(CancellationToken cancel) => App.StopAsync(cancel);

    /// <summary>
    /// The next <paramref name="requests"/> requests that carry a valid token are answered 429 with Retry-After. Also
    /// <c>POST /.local/throttle?requests=N&amp;seconds=S</c> at the vault's port, without a token.
    /// </summary>
    public void Throttle(int requests, TimeSpan retryAfter) => throttle.Set(requests, retryAfter);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        store.Dispose();
    }

    private Task ThrottleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        bool good = HttpMethods.IsPost(context.Request.Method)
            & int.TryParse(query["requests"], NumberStyles.None, CultureInfo.InvariantCulture, out int requests)
            & int.TryParse(query["seconds"], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        if (good)
        {
            Throttle(requests, TimeSpan.FromSeconds(seconds));
        }

        context.Response.StatusCode = good ? StatusCodes.Status204NoContent : StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    /// <summary>
    /// Whoever composes the local stack decides when the vault ends: on Ctrl+C it must outlive the app, which still
    /// has requests to finish.
    /// </summary>
    private sealed class WithoutSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
