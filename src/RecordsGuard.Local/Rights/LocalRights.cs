using System.Text.Json;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Rights;

/// <summary>
/// Azure's role-based access control on one machine: what storage and vault ask before they do anything, once
/// <c>--rights</c> has named a file. What no right in it gives is refused. The tests make that file from the compiled
/// template of infra/.
/// </summary>
internal sealed class LocalRights(IReadOnlyList<LocalRight> rights)
{
    /// <exception cref="LocalFailure">The file is absent or not a list of rights.</exception>
    public static LocalRights Load(FileInfo file)
    {
        try
        {
            return new(JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), RightsJson.Default.IReadOnlyListLocalRight) ?? []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LocalFailure($"{file.FullName} is no file of rights: {e.Message}", e);
        }
    }

    public bool Allow(LocalToken caller, string action, string resource)
    {
        if (!caller.IsApp || LocalIdentities.Find(caller.ObjectId) is not { } identity)
        {
            return false;
        }

        // Whoever deploys is not in the template: it gives rights to others.
        return identity == LocalIdentities.Operator
            || rights.Any(r => r.Identity == identity.Name && r.Gives(action, resource));
    }
}
