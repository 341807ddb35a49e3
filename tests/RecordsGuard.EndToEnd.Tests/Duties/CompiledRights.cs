using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.Local;
using RecordsGuard.Local.Rights;
using RecordsGuard.Tests.Infra;

namespace RecordsGuard.EndToEnd.Tests.Duties;

/// <summary>
/// The rights that infra/ gives each duty: the template of a large group, compiled by the real compiler for the practices
/// of the local stack, its role assignments carried over to the local accounts and vault. Nothing is written by hand.
/// </summary>
internal static partial class CompiledRights
{
    private const string LargeGroup = "large-group";

    /// <returns>A file for <c>--rights</c>, and what else is deployed.</returns>
    public static async Task<(FileInfo File, Deployment Deployment)> WriteAsync(DirectoryInfo folder)
    {
        var infra = folder.CreateSubdirectory("infra");
        Bicep.CopyTo(infra);
        var parameters = Path.Combine(infra.FullName, $"{LargeGroup}.bicepparam");
        await File.WriteAllTextAsync(
            parameters, Practices().Replace(await File.ReadAllTextAsync(parameters), "param practices = ['demo', 'elsewhere']"));
        var deployment = await Bicep.SnapshotAsync(infra, LargeGroup);

        IReadOnlyList<LocalRight> rights =
            [.. Rights.Assignments(deployment).Select(a => new LocalRight(a.Who, Local(deployment, a.Scope), a.Actions))];
        var file = new FileInfo(Path.Combine(folder.FullName, "rights.json"));
        await File.WriteAllBytesAsync(
            file.FullName, JsonSerializer.SerializeToUtf8Bytes(rights, RightsJson.Default.IReadOnlyListLocalRight));
        return (file, deployment);
    }

    /// <summary>The same place here: <c>rgrecordsabcde</c> is rgrecords, the vault is local.</summary>
    private static string Local(Deployment deployment, string scope)
    {
        var parts = scope.Split("/providers/")[1].Split('/');
        parts[2] = parts[0] == "Microsoft.KeyVault" ? "local" : $"rg{deployment.Purpose(parts[2])}";
        return $"{LocalResourceIds.ResourceGroup}/providers/{string.Join('/', parts)}";
    }

    [GeneratedRegex("^param practices = .*$", RegexOptions.Multiline)]
    private static partial Regex Practices();
}
