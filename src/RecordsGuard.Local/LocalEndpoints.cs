using System.Globalization;
using System.Text.Json.Nodes;
using RecordsGuard.App;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Local;

/// <summary>Where everything of a local stack is, and what the app is told about it.</summary>
internal sealed record LocalEndpoints(LocalPorts Ports, DirectoryInfo Data, string AuthorityFile)
{
    public string Base => $"http://127.0.0.1:{Ports.Host}";

    public string Vault => $"https://local.vault.localhost:{Ports.Vault}";

    public string Blob(string account) => $"https://127.0.0.1:{Ports.Blob}/{account}";

    public string Queue(string account) => $"https://127.0.0.1:{Ports.Queue}/{account}";

    public string Table(string account) => $"https://127.0.0.1:{Ports.Table}/{account}";

    /// <summary>The app settings of a function app: as on Azure, addresses and no secret but the identity endpoint's header.</summary>
    public Dictionary<string, string> AppSettings(LocalApp app, LocalOptions options, TimeProvider time)
    {
        var settings = new Dictionary<string, string>
        {
            ["RecordsGuard__Duties"] = app.Duties.ToString(),
            ["RecordsGuard__Identity__Authority"] = $"{Base}/.local",
            ["RecordsGuard__Identity__Audience"] = "api://recordsguard",
            ["RecordsGuard__Storage__Records"] = Blob(StorageAccounts.Records),
            ["RecordsGuard__Storage__Slips"] = Blob(StorageAccounts.Slips),
            ["RecordsGuard__Storage__Inbox"] = Blob(StorageAccounts.Inbox),
            ["RecordsGuard__Storage__Rows"] = Table(StorageAccounts.Records),
            ["RecordsGuard__Storage__Audit"] = Table(StorageAccounts.Audit),
            ["RecordsGuard__Storage__Tree"] = Blob(StorageAccounts.Audit),
            ["RecordsGuard__Log__Origin"] = "local.recordsguard/log",
            ["RecordsGuard__Storage__Queues"] = Queue(StorageAccounts.Records),
            ["RecordsGuard__Storage__ResourceLogs"] = Blob(StorageAccounts.Logs),
            ["RecordsGuard__Vault__Uri"] = Vault,
            ["RecordsGuard__Trust__AuthorityFile"] = AuthorityFile,
            ["IDENTITY_ENDPOINT"] = $"{Base}/.local/identity/token",
            ["IDENTITY_HEADER"] = app.IdentityHeader,
            ["AZURE_CLIENT_ID"] = app.Identity.ApplicationId.ToString("D"),
            ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "134217728",
        };
        if (app.Duties.Include(Duty.Alerts))
        {
            foreach (var duty in LocalIdentities.Duties)
            {
                var identity = app.Identity == LocalIdentities.App ? LocalIdentities.App : duty;
                settings[$"RecordsGuard__Alerts__Identities__{duty.Name}"] = identity.ObjectId.ToString();
            }

            settings["RecordsGuard__Alerts__Operators__0"] = LocalIdentities.Operator.ObjectId.ToString();
            settings["RecordsGuard__Alerts__Networks__0"] = "127.0.0.0/8";
        }

        // An app is told what its duties need and no more.
        foreach (var other in SettingsValidation.Endpoints(new()).Where(e => !app.Duties.Reaches(e.Of)))
        {
            settings.Remove($"{Settings.Section}__{other.Key.Replace(":", "__", StringComparison.Ordinal)}");
        }

        if (options.Clock is { } now)
        {
            var offset = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - time.GetUtcNow();
            settings["RecordsGuard__Clock__Offset"] = offset.ToString("c", CultureInfo.InvariantCulture);
        }

        if (app.Duties.Reaches(Reach.Webhook) && Environment.GetEnvironmentVariable("RecordsGuard__Alerts__Webhook") is null)
        {
            settings["RecordsGuard__Alerts__Webhook"] = $"{Base}/.local/webhook";
        }

        return settings;
    }

    /// <summary>For tests and tools that go around the app.</summary>
    public string ToJson() => new JsonObject
    {
        ["host"] = Base,
        ["authority"] = $"{Base}/.local",
        ["vault"] = Vault,
        ["blob"] = $"https://127.0.0.1:{Ports.Blob}",
        ["queue"] = $"https://127.0.0.1:{Ports.Queue}",
        ["table"] = $"https://127.0.0.1:{Ports.Table}",
        ["azurite"] = new JsonObject
        {
            ["blob"] = $"https://127.0.0.1:{Ports.AzuriteBlob}",
            ["queue"] = $"https://127.0.0.1:{Ports.AzuriteQueue}",
            ["table"] = $"https://127.0.0.1:{Ports.AzuriteTable}",
        },
        ["accounts"] = new JsonArray([.. StorageAccounts.Names.Select(n => (JsonNode)n)]),
        ["authorityFile"] = AuthorityFile,
        ["webhook"] = $"{Base}/.local/webhook",
        ["data"] = Data.FullName,
    }.ToJsonString();
}
