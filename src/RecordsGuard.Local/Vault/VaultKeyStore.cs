using System.Collections.Concurrent;
using System.Text.Json;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// The vault's keys, in memory for reading and on disk for restarts. A key is a folder with its <c>key.json</c> and a
/// <c>{version}.pkcs8</c> for each version. Writing <c>key.json</c> is the commit: material is on disk before the
/// version that needs it is named there, and material that no version names is removed at the next start.
/// </summary>
internal sealed class VaultKeyStore : IDisposable
{
    private const string Facts = "key.json";
    private const string Material = ".pkcs8";
    private const string Purged = ".purged";

    private readonly ConcurrentDictionary<string, VaultKey> keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();
    private readonly string folder;

    public VaultKeyStore(DirectoryInfo folder)
    {
        this.folder = folder.FullName;
        PrivateFile.CreateFolder(this.folder);
        foreach (string path in Directory.EnumerateDirectories(this.folder))
        {
            Read(path);
        }
    }

    /// <summary>Live and soft-deleted keys, by name.</summary>
    public IEnumerable<VaultKey> All => keys.Values.OrderBy(k => k.Name, StringComparer.OrdinalIgnoreCase);

    public VaultKey? Find(string name) => keys.GetValueOrDefault(name);

    /// <summary>
    /// Changes one key, alone. Nothing is changed in memory before it is on disk; what <paramref name="change"/>
    /// refuses changes nothing.
    /// </summary>
    /// <param name="change">From the key as it is (null if there is none) to the key as it shall be, and the answer.</param>
    public VaultAnswer Change(string name, Func<VaultKey?, (VaultKey? Next, VaultAnswer Answer)> change)
    {
        lock (gate)
        {
            var key = Find(name);
            var (next, answer) = change(key);
            if (next is null)
            {
                return answer;
            }

            string path = FolderOf(name);
            PrivateFile.CreateFolder(path);
            foreach (var added in next.Versions.Skip(key?.Versions.Count ?? 0))
            {
                PrivateFile.Write(Path.Combine(path, added.Version + Material), added.Material.Pkcs8);
            }

            byte[] facts = JsonSerializer.SerializeToUtf8Bytes(next, VaultKeyJson.Default.VaultKey);
            PrivateFile.Write(Path.Combine(path, Facts), facts);
            keys[name] = next;
            return answer;
        }
    }

    /// <summary>Destroys the key if <paramref name="condition"/> still holds; true if it did.</summary>
    public bool Purge(string name, Predicate<VaultKey> condition)
    {
        lock (gate)
        {
            if (Find(name) is not { } key || !condition(key))
            {
                return false;
            }

            // Renamed first: a kill in the middle of removing the files must not leave half a key.
            string grave = Path.Combine(folder, $"{Guid.NewGuid():N}{Purged}");
            Directory.Move(FolderOf(name), grave);
            Directory.Delete(grave, recursive: true);
            keys.TryRemove(name, out _);
            Forget(key);
            return true;
        }
    }

    public void Dispose()
    {
        foreach (var key in keys.Values)
        {
            Forget(key);
        }
    }

    private static void Forget(VaultKey key)
    {
        foreach (var version in key.Versions)
        {
            version.Material.Dispose();
        }
    }

    // Names of keys do not differ by case.
    private string FolderOf(string name) => Path.Combine(folder, name.ToLowerInvariant());

    private void Read(string path)
    {
        string facts = Path.Combine(path, Facts);
        if (path.EndsWith(Purged, StringComparison.Ordinal) || !File.Exists(facts))
        {
            Directory.Delete(path, recursive: true);
            return;
        }

        PrivateFile.RemoveLeftovers(path);
        var key = JsonSerializer.Deserialize(File.ReadAllBytes(facts), VaultKeyJson.Default.VaultKey)
            ?? throw new InvalidDataException($"{facts} is empty.");
        foreach (string file in Directory.EnumerateFiles(path, "*" + Material))
        {
            if (key.Find(Path.GetFileNameWithoutExtension(file)) is null)
            {
                File.Delete(file);
            }
        }

        keys[key.Name] = key with { Versions = [.. key.Versions.Select(v => Load(path, v))] };
    }

    private static VaultKeyVersion Load(string path, VaultKeyVersion version)
    {
        byte[] pkcs8 = File.ReadAllBytes(Path.Combine(path, version.Version + Material));
        return version with { Material = VaultKeyMaterial.Load(version.Kty, pkcs8) };
    }
}
