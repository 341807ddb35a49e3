using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RecordsGuard.Local;

/// <summary>A web server inside Local: one loopback port, whatever the environment says, and no lifetime of its own.</summary>
internal static class LocalWeb
{
    public static WebApplication Create(int port, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
        services?.Invoke(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure());
        var web = builder.Build();
        web.Urls.Add($"http://{IPAddress.Loopback}:{port}");
        return web;
    }

    public static async Task<WebApplication> StartAsync(int port, Action<WebApplication> routes, CancellationToken cancellationToken)
    {
        var web = Create(port);
        routes(web);
        await web.StartAsync(cancellationToken);
        return web;
    }
}
