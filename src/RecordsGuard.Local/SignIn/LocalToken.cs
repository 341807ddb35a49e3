using System.Text.Json;

namespace RecordsGuard.Local.SignIn;

/// <summary>What a valid token says.</summary>
/// <param name="AppId"><c>appid</c> of an identity, <c>azp</c> of a person's client.</param>
/// <param name="IsApp">True for a managed identity (<c>idtyp: app</c>), false for a person.</param>
/// <param name="Claims">Every claim of the payload.</param>
internal sealed record LocalToken(
    Guid ObjectId,
    Guid TenantId,
    string? AppId,
    string Audience,
    DateTimeOffset ExpiresAt,
    bool IsApp,
    IReadOnlyList<string> Roles,
    IReadOnlyDictionary<string, JsonElement> Claims);

/// <summary>The outcome of looking at a token.</summary>
internal abstract record LocalTokenCheck
{
    private LocalTokenCheck()
    {
    }

    internal sealed record Valid(LocalToken Token) : LocalTokenCheck;

    /// <param name="Reason">A sentence for the caller, without anything of the token.</param>
    internal sealed record Refused(string Reason) : LocalTokenCheck;
}

/// <summary>How a token differs from a good one; for tests of those who must refuse it.</summary>
internal sealed record LocalTokenVariation
{
    public static LocalTokenVariation None { get; } = new();

    /// <summary>Issued two hours ago, expired one hour ago.</summary>
    public bool Expired { get; init; }

    /// <summary>Algorithm <c>none</c>, empty signature.</summary>
    public bool Unsigned { get; init; }

    public string Audience { get; init; } = LocalTenant.AppAudience;
}
