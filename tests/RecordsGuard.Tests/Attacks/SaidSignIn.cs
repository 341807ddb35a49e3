using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecordsGuard.Access;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Attacks;

/// <summary>Everybody is the clinician number 1 of the tenant that the request names: sign-in is not what is attacked here.</summary>
internal sealed class SaidSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = nameof(SaidSignIn);
    public const string TenantHeader = "Tenant";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        Claim[] claims =
        [
            new("tid", Request.Headers[TenantHeader].ToString()), new("oid", PracticeUnderTest.Person(1).ToString()),
            new("roles", Roles.Clinician), new("uti", "uti-1"),
        ];
        return Task.FromResult(AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, Name)), Name)));
    }
}
