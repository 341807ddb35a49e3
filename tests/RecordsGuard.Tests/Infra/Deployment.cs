using System.Text.Json;

namespace RecordsGuard.Tests.Infra;

/// <summary>What Azure would be asked for: every resource of the template with its loops and expressions evaluated.</summary>
internal sealed class Deployment
{
    private const string Prefix = "rg";

    private readonly string suffix;

    public Deployment(JsonElement snapshot)
    {
        Resources = [.. snapshot.GetProperty("predictedResources").EnumerateArray().Select(r => new Resource(r))];
        suffix = OfType("Microsoft.KeyVault/vaults").Single().Name.Split('-')[^1];
    }

    public IReadOnlyList<Resource> Resources { get; }

    public IReadOnlyList<Resource> Accounts => OfType("Microsoft.Storage/storageAccounts");

    public IReadOnlyList<Resource> Sites => OfType("Microsoft.Web/sites");

    public IReadOnlyList<Resource> OfType(string type) => [.. Resources.Where(r => r.Type == type)];

    /// <summary><c>records</c> of <c>rgrecordsabcde</c>; <c>haccess</c> is the host account of the app access.</summary>
    public string Purpose(string account) => account[Prefix.Length..^suffix.Length];

    /// <summary>Resources of an account, by what the account is for.</summary>
    public IReadOnlyList<Resource> Of(string purpose, string type) =>
        [.. OfType(type).Where(r => Purpose(r.Name.Split('/')[0]) == purpose)];

    public Resource AppSettings(Resource site) => OfType("Microsoft.Web/sites/config").Single(c => c.Name == $"{site.Name}/appsettings");
}

internal sealed record Resource(JsonElement Json)
{
    public string Id => Json.GetProperty("id").GetString()!;

    public string Type => Json.GetProperty("type").GetString()!;

    public string Name => Json.GetProperty("name").GetString()!;

    /// <summary>Without the account and the service it lies in.</summary>
    public string LastName => Name.Split('/')[^1];

    public JsonElement Properties => Json.GetProperty("properties");

    /// <summary>The property at a path such as <c>networkAcls.defaultAction</c>.</summary>
    public JsonElement At(string path) => path.Split('.').Aggregate(Properties, (json, name) => json.GetProperty(name));

    public string Text(string path) => At(path).GetString()!;

    public bool Flag(string path) => At(path).GetBoolean();

    public int Number(string path) => At(path).GetInt32();

    public bool Has(string path) => Properties.TryGetProperty(path, out _);
}
