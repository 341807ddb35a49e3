using System.Text.Json;
using System.Text.Json.Nodes;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Local;

/// <summary>The local.settings.json with which <c>func start</c> runs the app on the services of this stack.</summary>
internal static class FuncSettings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Owner-only: unlike the app's settings it holds an account key, for the host's own queues and leases.</summary>
    public static void Write(string appFolder, IReadOnlyDictionary<string, string> settings, LocalPorts ports, StorageAccounts accounts)
    {
        var values = new JsonObject
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = "custom",
            ["AzureWebJobsStorage"] = Connection(StorageAccounts.Host, ports, accounts),
            ["RecordsGuardQueues"] = Connection(StorageAccounts.Records, ports, accounts),
        };
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        var json = new JsonObject
        {
            ["IsEncrypted"] = false,
            ["Values"] = values,

            // Local keeps the base port for sign-in; the eight after it are taken too.
            ["Host"] = new JsonObject { ["LocalHttpPort"] = ports.Host + 8 },
        };
        PrivateFile.Write(
            Path.Combine(appFolder, "local.settings.json"), JsonSerializer.SerializeToUtf8Bytes<JsonNode>(json, Indented));
    }

    // Azurite itself, not the proxies: an account key in the resource logs would be an alert, and rightly so.
    private static string Connection(string account, LocalPorts ports, StorageAccounts accounts) =>
        $"DefaultEndpointsProtocol=https;AccountName={account};AccountKey={accounts.Key(account)};"
        + $"BlobEndpoint=https://127.0.0.1:{ports.AzuriteBlob}/{account};QueueEndpoint=https://127.0.0.1:{ports.AzuriteQueue}/{account};"
        + $"TableEndpoint=https://127.0.0.1:{ports.AzuriteTable}/{account};";
}
