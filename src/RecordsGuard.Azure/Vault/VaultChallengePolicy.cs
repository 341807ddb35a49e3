using Azure.Core;
using Azure.Core.Pipeline;

namespace RecordsGuard.Azure;

/// <summary>
/// Key Vault's challenge authentication. The first request goes without token and body, and the vault's answer says
/// which tenant and resource to get a token for; both are kept. A challenge for more claims is met once.
/// </summary>
internal sealed class VaultChallengePolicy(TokenCredential credential) : BearerTokenAuthenticationPolicy(credential, [])
{
    private const string HeldBack = "recordsguard-held-back-content";

    private volatile VaultChallenge? known;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await base.ProcessAsync(message, pipeline);

        // The base meets one challenge a request: after the one that told the tenant, one for claims may follow.
        if (message.Response.Status == 401 && Challenge(message) is { Claims: not null } && await AuthorizeRequestOnChallengeAsync(message))
        {
            await ProcessNextAsync(message, pipeline);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Only asynchronous calls.");

    protected override async ValueTask AuthorizeRequestAsync(HttpMessage message)
    {
        if (known is { } challenge)
        {
            GiveBack(message);
            await AuthenticateAsync(message, challenge, claims: null);
        }
        else if (message.Request.Content is { } content)
        {
            message.SetProperty(HeldBack, content);
            message.Request.Content = null;
        }
    }

    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message)
    {
        if (Challenge(message) is not { } challenge)
        {
            return false;
        }

        challenge = challenge with
        {
            Scope = challenge.Scope ?? known?.Scope,
            TenantId = challenge.TenantId ?? known?.TenantId,
        };
        challenge.RequireHost(message.Request.Uri.Host ?? "");
        known = challenge with { Claims = null };
        GiveBack(message);
        await AuthenticateAsync(message, known, challenge.Claims);
        return true;
    }

    private async ValueTask AuthenticateAsync(HttpMessage message, VaultChallenge challenge, string? claims) =>
        await AuthenticateAndAuthorizeRequestAsync(
            message,
            new TokenRequestContext(
                [challenge.Scope!], message.Request.ClientRequestId, claims, challenge.TenantId, isCaeEnabled: true));

    private static void GiveBack(HttpMessage message)
    {
        if (message.Request.Content is null && message.TryGetProperty(HeldBack, out var content))
        {
            message.Request.Content = (RequestContent?)content;
        }
    }

    private static VaultChallenge? Challenge(HttpMessage message) =>
        message.Response.Headers.TryGetValue(HttpHeader.Names.WwwAuthenticate, out var header) ? VaultChallenge.Parse(header) : null;
}
