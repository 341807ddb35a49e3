using System.Net;
using RecordsGuard.App;

namespace RecordsGuard.Functions;

/// <summary>
/// The custom-handler head: the app behind the Azure Functions host. HTTP functions arrive proxied and go to the
/// app's own routes; every timer and queue function is posted to <c>/&lt;name&gt;</c> in the JSON protocol.
/// </summary>
internal static class Head
{
    /// <param name="settings">Settings over those of the environment, as <c>--Section:Key=value</c>.</param>
    public static WebApplication Build(int port, params IEnumerable<string> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. settings],
        });

        // The environment handed down by the host holds the host's own address in ASPNETCORE_URLS. Nothing inherited may
        // choose ours: Kestrel's configuration section is left unread here, and addresses set below leave the rest unread.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure());

        // The host reads lines: standard output is information, standard error is an error.
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(o => o.SingleLine = true);
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            o => o.LogToStandardErrorThreshold = LogLevel.Error);

        // ASP.NET Core logs whole request lines at Information, and a query may name a person.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);

        RecordsGuardApp.AddServices(builder);
        var app = builder.Build();
        app.Urls.Add($"http://{IPAddress.Loopback}:{port}");

        // The host takes any answer to this for "ready".
        app.MapGet("/", (HttpContext http) => http.Response.WriteAsync("RecordsGuard\n"));
        TriggerEndpoints.Map(app, Triggers.Of(app.Services.GetRequiredService<Duties>()), FunctionFolders.Root);
        RecordsGuardApp.MapRoutes(app);
        return app;
    }
}
