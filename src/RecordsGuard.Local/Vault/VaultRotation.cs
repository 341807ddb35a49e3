using System.Xml;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// Rotation policies: kept, checked and answered; <c>expiryTime</c> is applied when a key is rotated on request.
/// Nothing rotates by itself here.
/// </summary>
internal sealed class VaultRotation(VaultAddress address, VaultKeyStore store, TimeProvider time)
{
    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromDays(28);

    /// <summary>What Key Vault answers for a key that never had a policy.</summary>
    private static readonly VaultRotationPolicy Default = new([new("Notify", null, "P30D")], null, 0, 0);

    public static TimeSpan? Expiry(VaultRotationPolicy? policy) =>
        policy?.ExpiryTime is { } text && TryParse(text, out var span) ? span : null;

    public VaultAnswer Get(string name) => store.Find(name) is { Deleted: null } key
        ? Answer(key.Name, key.Policy ?? Default)
        : VaultAnswer.NotFound(name);

    public VaultAnswer Set(string name, PolicyShape? asked)
    {
        if (asked is null)
        {
            return VaultAnswer.BadParameter("The request has no body.");
        }

        if (asked.Attributes?.ExpiryTime is { } expiry
            && (!TryParse(expiry, out var span) || span < ShortestExpiry))
        {
            return VaultAnswer.BadParameter("expiryTime must be an ISO 8601 duration of at least 28 days.");
        }

        var actions = (asked.LifetimeActions ?? [])
            .Select(a => new VaultLifetimeAction(
                a.Action?.Type ?? "", a.Trigger?.TimeAfterCreate, a.Trigger?.TimeBeforeExpiry))
            .ToList();
        if (!actions.TrueForAll(IsWhole))
        {
            return VaultAnswer.BadParameter(
                "A lifetime action has a type, Rotate or Notify, and one trigger, timeAfterCreate or timeBeforeExpiry.");
        }

        return store.Change(name, key =>
        {
            if (key is not { Deleted: null })
            {
                return (null, VaultAnswer.NotFound(name));
            }

            long now = time.GetUtcNow().ToUnixTimeSeconds();
            var policy = new VaultRotationPolicy(
                actions, asked.Attributes?.ExpiryTime, key.Policy?.Created ?? now, now);
            return (key with { Policy = policy }, Answer(key.Name, policy));
        });
    }

    private static bool IsWhole(VaultLifetimeAction action) =>
        (string.Equals(action.Type, "Rotate", StringComparison.OrdinalIgnoreCase)
            || string.Equals(action.Type, "Notify", StringComparison.OrdinalIgnoreCase))
        && action.TimeAfterCreate is null != action.TimeBeforeExpiry is null
        && TryParse(action.TimeAfterCreate ?? action.TimeBeforeExpiry!, out _);

    private static bool TryParse(string text, out TimeSpan span)
    {
        try
        {
            span = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            span = default;
            return false;
        }
    }

    private VaultAnswer Answer(string name, VaultRotationPolicy policy)
    {
        string id = address.Key(name) + "/rotationpolicy";
        var actions = policy.LifetimeActions
            .Select(a => new LifetimeActionShape(new(a.TimeAfterCreate, a.TimeBeforeExpiry), new(a.Type)));
        var attributes = policy.Created == 0
            ? new PolicyAttributesShape(null, null, null)
            : new PolicyAttributesShape(policy.ExpiryTime, policy.Created, policy.Updated);
        return VaultAnswer.Ok(new PolicyShape(id, [.. actions], attributes), VaultJson.Default.PolicyShape, id);
    }
}
