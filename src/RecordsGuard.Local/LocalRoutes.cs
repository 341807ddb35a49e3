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

    /// <summary>The apps' processes: who they are, and their end on purpose. The first is meant where none is named.</summary>
    public static void MapApps(WebApplication web, Func<IReadOnlyDictionary<string, Handler>> apps, FaultPoints faults)
    {
        Handler? App(string? name) => name is null ? apps().Values.FirstOrDefault() : apps().GetValueOrDefault(name);
        web.MapGet("/.local/apps", () => Json(JsonSerializer.Serialize(apps().Keys)));
        web.MapGet("/.local/app", (string? name) => App(name) is { } app
            ? Json($$"""{"pid":{{app.ProcessId?.ToString() ?? "null"}},"restarts":{{app.Restarts}}}""")
            : Results.NotFound());
        web.MapPost("/.local/app/kill", async (string? name) =>
        {
            if (App(name) is not { } app)
            {
                return Results.NotFound();
            }

            await app.KillAsync();
            return Results.NoContent();
        });
        web.MapPost("/.local/faults", (int killAt) =>
        {
            faults.Arm(killAt);
            return Results.NoContent();
        });
        web.MapPost("/.local/faults/park", (string? trace, string? function, string? message, int at) =>
        {
            faults.Park(new(trace, function, message, at));
            return Results.NoContent();
        });
        web.MapGet("/.local/faults", () =>
        {
            var (reached, held) = faults.State;
            return Json(JsonSerializer.Serialize(new { reached, held }, JsonSerializerOptions.Web));
        });
        web.MapDelete("/.local/faults", () => Json(JsonSerializer.Serialize(faults.Disarm(), JsonSerializerOptions.Web)));
    }

    private static IResult Json(string json) => Results.Text(json, "application/json");
}
