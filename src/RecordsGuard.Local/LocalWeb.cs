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
        foreach (var key in new[] { WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey })
        {
            builder.WebHost.UseSetting(key, "");
        }

        builder.WebHost.UseSetting(WebHostDefaults.PreferHostingUrlsKey, "false");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Configure();
            kestrel.Listen(IPAddress.Loopback, port);
        });
        return builder.Build();
    }

    public static async Task<WebApplication> StartAsync(int port, Action<WebApplication> routes, CancellationToken cancellationToken)
    {
        var web = Create(port);
        routes(web);
        await web.StartAsync(cancellationToken);
        return web;
    }
}
