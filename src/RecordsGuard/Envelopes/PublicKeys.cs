using System.Collections.Concurrent;
using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>
/// Public halves of KEKs, cached for <see cref="MaxAge"/>: an upload wraps its data key without asking the vault. A
/// rotation waits longer than that before it disables the old version.
/// </summary>
public sealed class PublicKeys(IKeyVault vault, TimeProvider time)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(15);

    /// <summary>The KEK of the slip backups.</summary>
    public const string SlipBackup = "slip-backup";

    private readonly ConcurrentDictionary<string, (KekPublicKey Key, DateTimeOffset Read)> cache = new(StringComparer.Ordinal);

    public static string ContentKekOf(PracticeId practice) => $"{practice}-content";

    public async Task<KekPublicKey> GetAsync(string name, CancellationToken cancel)
    {
        if (cache.TryGetValue(name, out var cached) && time.GetUtcNow() - cached.Read < MaxAge)
        {
            return cached.Key;
        }

        var key = await vault.GetPublicKeyAsync(name, cancel);
        cache[name] = (key, time.GetUtcNow());
        return key;
    }
}
