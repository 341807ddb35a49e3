using System.Text.RegularExpressions;

namespace RecordsGuard.Tests.Infra;

/// <summary>Who may do which calls where: role assignments joined with the definitions of their roles.</summary>
internal static partial class Rights
{
    public const string BlobDataOwner = "Storage-Blob-Data-Owner";
    public const string BlobDataContributor = "Storage-Blob-Data-Contributor";

    private const string Containers = "Microsoft.Storage/storageAccounts/blobServices/containers";
    private const string Delegate = "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action";

    /// <summary>Roles of Azure's own, with what its documentation says they give.</summary>
    private static readonly Dictionary<string, (string Name, string[] Actions)> BuiltIn = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = (BlobDataOwner, [$"{Containers}/*", Delegate]),
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = (
            BlobDataContributor,
            [
                $"{Containers}/delete", $"{Containers}/read", $"{Containers}/write", Delegate, $"{Containers}/blobs/delete",
                $"{Containers}/blobs/read", $"{Containers}/blobs/write", $"{Containers}/blobs/move/action", $"{Containers}/blobs/add/action",
            ]),
    };

    private static readonly (string Of, string As)[] Words =
    [
        ("Microsoft.Storage/storageAccounts/tableServices/tables/entities/", ""),
        ("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/", ""),
        ("Microsoft.Storage/storageAccounts/queueServices/queues/messages/", ""),
        ("Microsoft.Storage/storageAccounts/queueServices/queues/", "queue-"),
        ("Microsoft.Storage/storageAccounts/blobServices/", ""),
        ("Microsoft.KeyVault/vaults/keys/", ""),
    ];

    /// <summary>Each right once, as the lines of allowed-rights.txt have it: who, kind, where, call.</summary>
    public static IReadOnlySet<Right> Of(Deployment deployment) =>
    (
        from assignment in Assignments(deployment)
        let at = Place(deployment, assignment.Scope)
        from call in assignment.BuiltIn is { } name ? [name] : assignment.Actions.Select(Call)
        select new Right(assignment.Who, at.Kind, at.Where, call)).ToHashSet();

    /// <summary>Each assignment, with all that its role gives, in Azure's words.</summary>
    public static IReadOnlyList<Assignment> Assignments(Deployment deployment)
    {
        var roles = deployment.OfType("Microsoft.Authorization/roleDefinitions").ToDictionary(r => r.Name, Actions);
        return
        [
            .. from assignment in deployment.OfType("Microsoft.Authorization/roleAssignments")
               let role = assignment.Text("roleDefinitionId").Split('/')[^1]
               let builtIn = BuiltIn.TryGetValue(role, out var found) ? found : default
               select new Assignment(Who(assignment), Scope(assignment), builtIn.Actions ?? roles[role], builtIn.Name),
        ];
    }

    /// <summary>The sections of allowed-rights.txt.</summary>
    public static IReadOnlySet<Right> Allowed(params string[] sections)
    {
        var rights = new HashSet<Right>();
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Infra", "allowed-rights.txt")))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith('['))
            {
                section = line.Trim('[', ']');
            }
            else if (words.Length > 0 && words[0] != "#" && sections.Contains(section))
            {
                rights.UnionWith(words[3..].Select(call => new Right(words[0], words[1], words[2], call)));
            }
        }

        return rights;
    }

    /// <summary>The id of what an assignment is on.</summary>
    public static string Scope(Resource assignment) => ScopeOf().Match(assignment.Id) is { Success: true } match
        ? match.Groups[1].Value
        : assignment.Id.Split("/providers/Microsoft.Authorization/")[0];

    private static (string Kind, string Where) Place(Deployment deployment, string scope)
    {
        var parts = scope.Split("/providers/")[1].Split('/');
        return (parts[0], parts.Length) switch
        {
            ("Microsoft.Storage", 3) => ("account", deployment.Purpose(parts[2])),
            ("Microsoft.Storage", _) => (
                parts[3] switch { "tableServices" => "table", "queueServices" => "queue", _ => "container" },
                $"{deployment.Purpose(parts[2])}/{parts[^1]}"),
            ("Microsoft.KeyVault", 3) => ("vault", "vault"),
            _ => ("key", PracticeKey().Replace(parts[^1], "{practice}-$1")),
        };
    }

    private static string Who(Resource assignment) => Principal().Match(assignment.Text("principalId")).Groups[1].Value;

    private static string[] Actions(Resource role)
    {
        var permission = Assert.Single(role.At("permissions").EnumerateArray());
        Assert.Empty(permission.GetProperty("notActions").EnumerateArray());
        Assert.Empty(permission.GetProperty("notDataActions").EnumerateArray());
        return
        [
            .. permission.GetProperty("actions").EnumerateArray()
                .Concat(permission.GetProperty("dataActions").EnumerateArray())
                .Select(a => a.GetString()!),
        ];
    }

    private static string Call(string action)
    {
        var (of, word) = Words.First(a => action.StartsWith(a.Of, StringComparison.Ordinal));
        var call = action[of.Length..];
        return word + (call.EndsWith("/action", StringComparison.Ordinal) ? call[..^"/action".Length] : call);
    }

    [GeneratedRegex(@"^\[extensionResourceId\('([^']+)'")]
    private static partial Regex ScopeOf();

    [GeneratedRegex("(?:userAssignedIdentities|systemTopics)/rg-([a-z-]+)'")]
    private static partial Regex Principal();

    [GeneratedRegex("^(?:practice|north|south|harbour-clinic)-(content|index)$")]
    private static partial Regex PracticeKey();
}

/// <param name="Scope">The id of what it is on.</param>
/// <param name="Actions">Plain actions and data actions: a call over a data plane is asked for either.</param>
/// <param name="BuiltIn">The role's name, if it is Azure's own.</param>
internal sealed record Assignment(string Who, string Scope, IReadOnlyList<string> Actions, string? BuiltIn);

internal sealed record Right(string Who, string Kind, string Where, string Call)
{
    public override string ToString() => $"{Who} {Kind} {Where} {Call}";
}
