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

    /// <summary>Null if the caller has a role that allows the operation.</summary>
    public VaultAnswer? Refuse(LocalToken caller, VaultRoute route)
    {
        var (action, resource) = VaultNeed.Of(route);
        var allowed = options.Rights is { } rights
            ? rights.Allow(caller, action, resource)
            : caller.IsApp || caller.ObjectId == LocalPeople.Owner.ObjectId;
        return allowed ? null : VaultAnswer.Forbidden(Sentence(caller, action, resource), "ForbiddenByRbac") with { Authorised = false };
    }

    // Word for word what Key Vault says; only the location is ours.
    private static string Sentence(LocalToken caller, string action, string resource) =>
        "Caller is not authorized to perform action on resource.\r\n"
        + "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n"
        + $"Caller: appid={caller.AppId};oid={caller.ObjectId:D};iss={LocalClaims.StsIssuer(caller.TenantId)}\r\n"
        + $"Action: '{action}'\r\nResource: '{resource.ToLowerInvariant()}'\r\n"
        + "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\nVault: local;location=local\r\n";

    private static VaultAnswer Invalid(string reason) =>
        Unauthorised(reason, $"{Challenge}, error=\"invalid_token\", error_description=\"{reason}\"");

    private static VaultAnswer Unauthorised(string reason, string challenge) =>
        VaultAnswer.Refuse(401, "Unauthorized", reason) with { Header = ("WWW-Authenticate", challenge) };
}
