using System.Security.Cryptography;
using System.Text;
using Azure.Storage;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// The storage accounts of a local stack and their keys. Each data folder has keys of its own, made once and readable
/// by its owner only; the emulator's well-known account does not exist here.
/// </summary>
internal sealed class StorageAccounts
{
    public const string Records = "rgrecords";
    public const string Inbox = "rginbox";
    public const string Audit = "rgaudit";
    public const string Slips = "rgslips";
    public const string Logs = "rglogs";
    public const string Host = "rghost";

    private const int KeyBytes = 64;
    private readonly Dictionary<string, string> keys;

    private StorageAccounts(Dictionary<string, string> keys) => this.keys = keys;

    public static IReadOnlyList<string> Names { get; } = [Records, Inbox, Audit, Slips, Logs, Host];

    /// <summary>What Azurite's <c>AZURITE_ACCOUNTS</c> wants.</summary>
    public string ForAzurite => string.Join(';', keys.Select(k => $"{k.Key}:{k.Value}"));

    /// <summary>Reads the keys in <paramref name="data"/>; makes those that are missing.</summary>
    public static StorageAccounts Load(DirectoryInfo data)
    {
        PrivateFile.CreateFolder(data.FullName);
        var path = Path.Combine(data.FullName, "storage-keys");
        var keys = File.Exists(path)
            ? File.ReadLines(path).Select(l => l.Split(':', 2)).Where(l => l.Length == 2).ToDictionary(l => l[0], l => l[1])
            : [];
        var missing = Names.Where(n => !keys.ContainsKey(n)).ToList();
        if (missing.Count > 0)
        {
            missing.ForEach(n => keys[n] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(string.Concat(keys.Select(k => $"{k.Key}:{k.Value}\n"))));
        }

        return new(keys);
    }

    public bool Contains(string account) => keys.ContainsKey(account);

    public StorageSharedKeyCredential Credential(string account) => new(account, keys[account]);

    /// <summary>The base64 key, for clients that take it so (tables).</summary>
    public string Key(string account) => keys[account];

    /// <summary>How resource logs name a key without giving it away: its SHA-256 in upper-case hex.</summary>
    public string Fingerprint(string account) =>
        Convert.ToHexString(SHA256.HashData(Convert.FromBase64String(keys[account])));
}
