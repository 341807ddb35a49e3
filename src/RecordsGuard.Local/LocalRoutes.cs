using System.Net;
using System.Text.Json;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Local;

/// <summary>
/// What Local itself answers under <c>/.local</c>, in front of the functions: for tests and for the person at the
/// terminal. Nothing of it reaches the app.
/// </summary>
internal static class LocalRoutes
{
    /// <summary>Only this machine's own clients: no name that merely resolves to loopback, no page of another origin.</summary>
    public static void Guard(WebApplication web) => web.Use((context, next) =>
    {
        var request = context.Request;
        if (!request.Path.StartsWithSegments("/.local") && !request.Path.StartsWithSegments("/admin"))
        {
            return next(context);
        }

        var own = request.Host.Host is "localhost" || IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
        if (own && (request.Headers.Origin.Count == 0 || request.Headers.Origin == $"{request.Scheme}://{request.Host}"))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    public static void MapServices(WebApplication web, LocalEndpoints endpoints) =>
        web.MapGet("/.local/services", () => Json(endpoints.ToJson()));

    /// <summary>The app's process: who it is, and its end on purpose.</summary>
    public static void MapApp(WebApplication web, Func<Handler> handler, FaultPoints faults)
    {
        web.MapGet("/.local/app", () => Json($$"""{"pid":{{handler().ProcessId?.ToString() ?? "null"}},"restarts":{{handler().Restarts}}}"""));
        web.MapPost("/.local/app/kill", async () =>
        {
            await handler().KillAsync();
            return Results.NoContent();
        });
        web.MapPost("/.local/faults", (int killAt) =>
        {
            faults.Arm(killAt);
            return Results.NoContent();
        });
        web.MapDelete("/.local/faults", () => Json(JsonSerializer.Serialize(faults.Disarm())));
    }

    private static IResult Json(string json) => Results.Text(json, "application/json");
}
