using RecordsGuard.Local.Rights;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Who may come in, as on accounts that refuse shared keys and anonymous readers: a token of this tenant for storage, and
/// a right for everything that the request needs.
/// </summary>
internal sealed class StorageGate(LocalRights rights, LocalTenant tenant)
{
    /// <summary>The audience of tokens.</summary>
    public const string Resource = "https://storage.azure.com";

    private const string Scheme = "Bearer ";

    /// <param name="needs">Each of which must be allowed.</param>
    /// <returns>Why not; or null, and whether only a blob that does not exist yet may be written.</returns>
    public async ValueTask<(StorageRefusal? Refusal, bool NewOnly)> AdmitAsync(StorageRequest request, IReadOnlyList<StorageNeed> needs)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return (authorization.Length > 0 || request.Query.ContainsKey("sig") ? StorageRefusal.KeyNotPermitted : StorageRefusal.NoToken, false);
        }

        var check = await tenant.ValidateAsync(authorization[Scheme.Length..].Trim(), Resource, Resource + "/");
        if (check is not LocalTokenCheck.Valid { Token: var caller } || caller.TenantId != LocalTenants.DemoPractice)
        {
            return (StorageRefusal.BadToken, false);
        }

        bool Has(string[] actions, StorageNeed need) => actions.All(a => rights.Allow(caller, a, need.Resource));
        return needs.All(n => n.Alternatives.Any(a => Has(a, n)))
            ? (null, needs.Any(n => n.NewOnly && !Has(n.Alternatives[0], n)))
            : (StorageRefusal.PermissionMismatch, false);
    }
}
