using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RecordsGuard.App.Http;

namespace RecordsGuard.App;

/// <summary>
/// Tokens of Microsoft Entra ID, any tenant: which tenant counts is the gate's business. The multi-tenant discovery
/// document names its issuer as a template; a token's issuer must be that template with the token's own tenant.
/// </summary>
internal static class SignIn
{
    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<Settings>>((options, settings) => Configure(options, settings.Value.Identity));
        services.AddAuthorization();

        // Authentication brings data protection along, whose hosted service would write a key ring to the home folder.
        // Bearer tokens need none, and nothing here sets a cookie.
        foreach (var service in services.Where(s => s.ServiceType == typeof(IHostedService)
            && s.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) == true).ToList())
        {
            services.Remove(service);
        }
    }

    private static void Configure(JwtBearerOptions options, IdentitySettings identity)
    {
        var authority = identity.Authority.TrimEnd('/');
        options.Authority = $"{authority}/common/v2.0";
        options.RequireHttpsMetadata = !SettingsValidation.IsLoopback(new Uri(authority));
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new()
        {
            ValidAudience = identity.Audience,
            ValidateIssuer = true,
            IssuerValidatorUsingConfiguration = ValidateIssuer,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ClockSkew = TimeSpan.FromMinutes(1),
        };
        options.Events = new()
        {
            OnChallenge = async context =>
            {
                context.HandleResponse();
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await Problem.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, "sign-in", "Sign in",
                    "The request has no valid token: none, an expired one, or one for another application. Get a fresh token and try again.");
            },
        };
    }

    private static string ValidateIssuer(
        string issuer, SecurityToken token, TokenValidationParameters parameters, BaseConfiguration configuration)
    {
        var tenant = (token as JsonWebToken)?.GetClaim("tid").Value;
        return Guid.TryParse(tenant, out var id)
            && issuer == configuration.Issuer.Replace("{tenantid}", id.ToString("D"), StringComparison.Ordinal)
            ? issuer
            : throw new SecurityTokenInvalidIssuerException("The token's issuer is not its tenant's.");
    }
}
