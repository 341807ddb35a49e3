using System.Text.Json;

namespace RecordsGuard.Local.Host;

/// <summary>
/// <c>POST /admin/functions/&lt;name&gt;</c> with <c>{"input":"…"}</c> runs a timer or queue function at once, as on the
/// genuine host (which asks for the master key on Azure, and for none on a developer's machine). Answers 202.
/// </summary>
internal static class AdminRoutes
{
    /// <param name="runNow">Null if there is no timer or queue function of that name.</param>
    public static void Map(WebApplication web, Func<string, string, Task<bool>?> runNow) =>
        web.MapPost("/admin/functions/{name}", async (HttpContext context, string name) =>
        {
            // A web page of another origin can send anything but this type without asking first.
            if (context.Request.ContentType is not { } type || !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            {
                return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            }

            var input = "";
            try
            {
                using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
                input = json.RootElement.At("input")?.GetString() ?? "";
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return Results.BadRequest();
            }

            return runNow(name, input) is null ? Results.NotFound() : Results.Accepted();
        });
}
