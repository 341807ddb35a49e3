using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace RecordsGuard.Local.SignIn;

/// <summary>
/// The local tenant over HTTP, under <c>/.local/</c> on the Functions host's port: tokens for people, the discovery
/// document and keys that <c>JwtBearer</c> reads, and App Service's managed identity endpoint.
/// </summary>
internal static class SignInRoutes
{
    public const string IdentityPath = "/.local/identity/token";

    public const string IdentityHeader = "X-IDENTITY-HEADER";

    private static readonly string[] Resources =
        ["https://storage.azure.com", "https://storage.azure.com/", "https://vault.localhost", "https://vault.localhost/"];

    /// <param name="routes">Of the program that listens at <see cref="LocalTenant.Host"/>.</param>
    /// <param name="apps">Each has got its secret as <c>IDENTITY_HEADER</c>.</param>
    public static void Map(IEndpointRouteBuilder routes, LocalTenant tenant, params IReadOnlyList<LocalApp> apps)
    {
        var local = routes.MapGroup("/.local").AddEndpointFilter(OnlyLoopbackNames);
        local.MapGet("people", People);
        local.MapGet("token", (string? person, bool? expired, bool? unsigned, string? audience) =>
            Token(tenant, person, expired, unsigned, audience));
        local.MapGet("identity/token", (HttpRequest request) => Identity(request, tenant, apps));

        // "common" and each tenant's own document, as Entra ID has them.
        foreach (string authority in LocalTenants.All.Select(t => t.ToString("D")).Prepend("common"))
        {
            local.MapGet($"{authority}/v2.0/.well-known/openid-configuration", () => Discovery(tenant, authority));
            local.MapGet($"{authority}/discovery/v2.0/keys", () => Keys(tenant));
        }
    }

    /// <summary>A page of a foreign site that resolves its name to loopback gets no token.</summary>
    private static async ValueTask<object?> OnlyLoopbackNames(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string host = context.HttpContext.Request.Host.Host;
        bool loopback = string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        return loopback ? await next(context) : Results.Text("Only by a loopback name.", statusCode: 403);
    }

    private static IResult People() => Results.Json(
        [.. LocalPeople.All.Select(p => new PersonShape(p.Name, p.ObjectId, p.TenantId, p.Roles))],
        SignInJson.Default.IReadOnlyListPersonShape);

    private static IResult Token(LocalTenant tenant, string? person, bool? expired, bool? unsigned, string? audience)
    {
        if (LocalPeople.Find(person) is not { } found)
        {
            string names = string.Join(", ", LocalPeople.All.Select(p => p.Name));
            return Results.Text($"Nobody is called '{person}'. There are: {names}.\n", statusCode: 404);
        }

        return Results.Text(tenant.IssueTo(found, new()
        {
            Expired = expired ?? false,
            Unsigned = unsigned ?? false,
            Audience = audience ?? LocalTenant.AppAudience,
        }));
    }

    private static IResult Discovery(LocalTenant tenant, string authority)
    {
        string under = $"{tenant.Host}.local/{authority}";
        string issuer = authority == "common" ? tenant.IssuerTemplate : $"{under}/v2.0";
        var shape = new DiscoveryShape(
            issuer,
            $"{under}/oauth2/v2.0/authorize",
            $"{under}/oauth2/v2.0/token",
            $"{under}/discovery/v2.0/keys",
            ["code", "id_token", "code id_token", "id_token token"],
            ["pairwise"],
            ["RS256"]);
        return Results.Json(shape, SignInJson.Default.DiscoveryShape);
    }

    private static IResult Keys(LocalTenant tenant)
    {
        var key = tenant.SigningKey;
        var shape = new KeyShape(key.Kty, key.Use, key.Kid, key.N, key.E, tenant.IssuerTemplate);
        return Results.Json(new([shape]), SignInJson.Default.KeySetShape);
    }

    private static IResult Identity(HttpRequest request, LocalTenant tenant, IReadOnlyList<LocalApp> apps)
    {
        byte[] sent = Encoding.UTF8.GetBytes(request.Headers[IdentityHeader].ToString());
        if (apps.FirstOrDefault(a => CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes(a.IdentityHeader)))
            is not { Identity: var identity })
        {
            return Refuse(401, $"The {IdentityHeader} header is missing or wrong.");
        }

        if (request.Query["api-version"] != "2019-08-01")
        {
            return Refuse(400, "api-version must be 2019-08-01.");
        }

        string resource = request.Query["resource"].ToString();
        if (!Resources.Contains(resource, StringComparer.Ordinal))
        {
            return Refuse(400, $"resource must be one of {string.Join(", ", Resources)}.");
        }

        string client = request.Query["client_id"].ToString();
        if (client.Length > 0 && client != identity.ApplicationId.ToString("D"))
        {
            return Refuse(400, "No user-assigned identity has this client_id.");
        }

        string token = tenant.IssueTo(identity, resource, out var expires);
        var shape = new IdentityTokenShape(
            token,
            expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            resource,
            "Bearer",
            identity.ApplicationId.ToString("D"));
        return Results.Json(shape, SignInJson.Default.IdentityTokenShape);
    }

    private static IResult Refuse(int status, string message) =>
        Results.Json(new(status, message), SignInJson.Default.IdentityErrorShape, statusCode: status);
}
