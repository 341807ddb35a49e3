using Azure.Core;

namespace RecordsGuard.Local.SignIn;

/// <summary>For the Azure clients of Local itself: an identity's tokens, without the detour over the endpoint.</summary>
internal sealed class LocalCredential(LocalTenant tenant, LocalIdentity identity) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var resource = requestContext.Scopes[0].Replace("/.default", "", StringComparison.Ordinal);
        return new(tenant.IssueTo(identity, resource, out var expires), expires);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
