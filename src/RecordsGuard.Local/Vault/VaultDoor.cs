using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Vault;

/// <summary>Who may come in: Key Vault's challenge, then the token, then the role.</summary>
internal sealed class VaultDoor(LocalVaultOptions options)
{
    /// <summary>The audience; the vault's host must end with "." and this host, or clients refuse the challenge.</summary>
    public const string Resource = "https://vault.localhost";

    private const string Scheme = "Bearer ";

    // Clients take the authority's path for the tenant's id: nothing else may stand in it. Nobody listens there; a
    // managed identity has no use for the authority.
    private static readonly string Challenge =
        $"Bearer authorization=\"https://login.localhost/{LocalTenants.DemoPractice:D}\", resource=\"{Resource}\"";

    public async ValueTask<(LocalToken? Caller, VaultAnswer? Refusal)> AdmitAsync(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return (null, Unauthorised("The request has no bearer token.", Challenge));
        }

        string token = header[Scheme.Length..].Trim();
        var check = await options.Tenant.ValidateAsync(token, Resource, Resource + "/");
        return check switch
        {
            LocalTokenCheck.Valid { Token: var caller } when caller.TenantId != LocalTenants.DemoPractice =>
                (null, Invalid("The token is of another tenant than the vault's.")),
            LocalTokenCheck.Valid { Token: var caller } => (caller, null),
            LocalTokenCheck.Refused refused => (null, Invalid(refused.Reason)),
            _ => throw new InvalidOperationException(check.GetType().Name),
        };
    }

    /// <summary>Null if the caller has a role.</summary>
    public VaultAnswer? Refuse(LocalToken caller) => options.IsAuthorised(caller)
        ? null
        : VaultAnswer.Forbidden(
            "Caller is not authorized to perform action on resource: it has no role assignment on this vault.",
            "ForbiddenByRbac") with
        {
            Authorised = false,
        };

    private static VaultAnswer Invalid(string reason) =>
        Unauthorised(reason, $"{Challenge}, error=\"invalid_token\", error_description=\"{reason}\"");

    private static VaultAnswer Unauthorised(string reason, string challenge) =>
        VaultAnswer.Refuse(401, "Unauthorized", reason) with { Header = ("WWW-Authenticate", challenge) };
}
