using System.Buffers.Text;
using System.Text.Json;
using RecordsGuard.App;

namespace RecordsGuard.Local.SignIn;

/// <summary>A workload's identity in the demo practice's tenant.</summary>
/// <param name="Name">Of one that has a single duty, the duty's.</param>
/// <param name="ApplicationId">Also the <c>client_id</c> by which it is asked for.</param>
internal sealed record LocalIdentity(string Name, Guid ObjectId, Guid ApplicationId)
{
    /// <summary>What <c>xms_mirid</c> says.</summary>
    public string ResourceId => LocalResourceIds.Identity(Name);
}

internal static class LocalIdentities
{
    /// <summary>The managed identity of an app that has every duty.</summary>
    public static LocalIdentity App { get; } = Numbered("recordsguard", 1);

    /// <summary>The managed identities of apps that have one duty each.</summary>
    public static IReadOnlyList<LocalIdentity> Duties { get; } =
        [.. Enum.GetValues<Duty>().Select(d => Numbered(RecordsGuard.App.Duties.Name(d), 2 + (int)d))];

    /// <summary>Who deploys and sets practices up. No app can get its token.</summary>
    public static LocalIdentity Operator { get; } = Numbered("operator", 0xe);

    /// <summary>The client through which people sign in (<c>azp</c> of their tokens).</summary>
    public static readonly Guid Console = new("c0000000-0000-4000-8000-0000000000c1");

    private static readonly IReadOnlyList<LocalIdentity> All = [App, .. Duties, Operator];

    public static LocalIdentity? Find(Guid objectId) => All.FirstOrDefault(i => i.ObjectId == objectId);

    /// <summary>Whose token an Authorization header says it carries. Nothing is checked.</summary>
    public static LocalIdentity? Of(string authorization)
    {
        var parts = authorization.Split(' ', '.');
        try
        {
            using var claims = parts.Length == 4 ? JsonDocument.Parse(Base64Url.DecodeFromChars(parts[2])) : null;
            return claims is not null && claims.RootElement.TryGetProperty("oid", out var oid) && oid.TryGetGuid(out var id) ? Find(id) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static LocalIdentity Numbered(string name, int number) => new(
        name, new($"c0000000-0000-4000-8000-00000000000{number:x}"), new($"c0000000-0000-4000-8000-0000000000a{number:x}"));
}
