using Microsoft.AspNetCore.Builder;

namespace RecordsGuard.App;

/// <summary>The application, whatever host runs it: services in, routes out.</summary>
public static class RecordsGuardApp
{
    public static void AddServices(WebApplicationBuilder builder) => ArgumentNullException.ThrowIfNull(builder);

    public static void MapRoutes(WebApplication app) => ArgumentNullException.ThrowIfNull(app);
}
