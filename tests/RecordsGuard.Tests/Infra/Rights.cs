using System.Text.RegularExpressions;

namespace RecordsGuard.Tests.Infra;

/// <summary>Who may do which calls where: role assignments joined with the definitions of their roles.</summary>
internal static partial class Rights
{
    public const string BlobDataOwner = "Storage-Blob-Data-Owner";
    public const string BlobDataContributor = "Storage-Blob-Data-Contributor";

    private static readonly Dictionary<string, string> BuiltIn = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = BlobDataOwner,
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = BlobDataContributor,
    };

    private static readonly (string Of, string As)[] Actions =
    [
        ("Microsoft.Storage/storageAccounts/tableServices/tables/entities/", ""),
        ("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/", ""),
        ("Microsoft.Storage/storageAccounts/queueServices/queues/messages/", ""),
        ("Microsoft.Storage/storageAccounts/queueServices/queues/", "queue-"),
        ("Microsoft.Storage/storageAccounts/blobServices/", ""),
        ("Microsoft.KeyVault/vaults/keys/", ""),
    ];

    /// <summary>Each right once, as the lines of allowed-rights.txt have it: who, kind, where, call.</summary>
    public static IReadOnlySet<Right> Of(Deployment deployment)
    {
        var roles = deployment.OfType("Microsoft.Authorization/roleDefinitions").ToDictionary(r => r.Name, Calls);
        var rights =
            from assignment in deployment.OfType("Microsoft.Authorization/roleAssignments")
            let role = assignment.Text("roleDefinitionId").Split('/')[^1]
            let at = Place(deployment, Scope(assignment))
            from call in BuiltIn.TryGetValue(role, out var name) ? [name] : roles[role]
            select new Right(Who(assignment), at.Kind, at.Where, call);
        return rights.ToHashSet();
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

    private static List<string> Calls(Resource role)
    {
        var permission = Assert.Single(role.At("permissions").EnumerateArray());
        Assert.Empty(permission.GetProperty("notActions").EnumerateArray());
        Assert.Empty(permission.GetProperty("notDataActions").EnumerateArray());
        return
        [
            .. permission.GetProperty("actions").EnumerateArray()
                .Concat(permission.GetProperty("dataActions").EnumerateArray())
                .Select(a => Call(a.GetString()!)),
        ];
    }

    private static string Call(string action)
    {
        var (of, word) = Actions.First(a => action.StartsWith(a.Of, StringComparison.Ordinal));
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

internal sealed record Right(string Who, string Kind, string Where, string Call)
{
    public override string ToString() => $"{Who} {Kind} {Where} {Call}";
}
