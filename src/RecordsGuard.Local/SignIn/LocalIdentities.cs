namespace RecordsGuard.Local.SignIn;

/// <summary>A workload's identity in the demo practice's tenant.</summary>
/// <param name="ApplicationId">Also the <c>client_id</c> by which it is asked for.</param>
/// <param name="ResourceId">What <c>xms_mirid</c> says.</param>
internal sealed record LocalIdentity(string Name, Guid ObjectId, Guid ApplicationId, string ResourceId);

internal static class LocalIdentities
{
    /// <summary>The managed identity of the function app.</summary>
    public static LocalIdentity App { get; } = new(
        "recordsguard",
        new("c0000000-0000-4000-8000-000000000001"),
        new("c0000000-0000-4000-8000-0000000000a1"),
        LocalResourceIds.AppIdentity);

    /// <summary>The client through which people sign in (<c>azp</c> of their tokens).</summary>
    public static readonly Guid Console = new("c0000000-0000-4000-8000-0000000000c1");
}
