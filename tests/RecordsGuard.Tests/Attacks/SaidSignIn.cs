using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecordsGuard.Access;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Attacks;

/// <summary>
/// Everybody is who the request says, and the clinician number 1 if it does not: sign-in is not what is attacked here.
/// </summary>
internal sealed class SaidSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = nameof(SaidSignIn);
    public const string TenantHeader = "Tenant";
    public const string PersonHeader = "Person";
    public const string RolesHeader = "Roles";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var person = int.TryParse(Request.Headers[PersonHeader], out var number) ? number : 1;
        var roles = Request.Headers.TryGetValue(RolesHeader, out var said) ? said.ToString().Split(',') : [Roles.Clinician];
        Claim[] claims =
        [
            new("tid", Request.Headers[TenantHeader].ToString()), new("oid", PracticeUnderTest.Person(person).ToString()),
            .. roles.Select(r => new Claim("roles", r)), new("uti", "uti-1"),
        ];
        return Task.FromResult(AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, Name)), Name)));
    }
}
