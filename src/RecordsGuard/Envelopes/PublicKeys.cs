using System.Collections.Concurrent;
using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>A KEK's public half to wrap with.</summary>
/// <param name="Until">What it wrapped is committed before this instant, or not at all.</param>
public sealed record WrappingKey(KekPublicKey Key, DateTimeOffset Until);

/// <summary>
/// Public halves of KEKs, cached: an upload wraps its data key without asking the vault. Which version of a practice's
/// KEK, its row says and not the vault, where a key administrator could put one that they hold themselves. What was read
/// is good for <see cref="MaxAge"/>, and a rotation waits longer than that before it disables the old version; it is
/// read again when a third of it is left, so that there is always so much time to commit.
/// </summary>
public sealed class PublicKeys(IRecordStore store, IKeyVault vault, TimeProvider time, TimeSpan? maxAge = null)
{
    /// <summary>From reading which version is in use to committing what it wrapped.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(15);

    /// <summary>The KEK of the slip backups.</summary>
    public const string SlipBackup = "slip-backup";

    private readonly TimeSpan maxAge = maxAge ?? MaxAge;
    private readonly ConcurrentDictionary<string, WrappingKey> cache = new(StringComparer.Ordinal);

    public static string ContentKekOf(PracticeId practice) => $"{practice}-content";

    /// <summary>The version of the practice's content KEK that is in use.</summary>
    /// <exception cref="KeyVaultException">There is none, it is disabled, or the vault did not answer.</exception>
    public Task<WrappingKey> OfContentAsync(PracticeId practice, CancellationToken cancel)
    {
        var name = ContentKekOf(practice);
        return GetAsync(name, async () =>
        {
            var row = await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Keks, cancel)
                ?? throw new KeyVaultException(KeyVaultFault.NotFound, $"No version of {name} is in use.");
            return await vault.GetPublicKeyAsync(new KeyVersion(name, row.As<KekFacts>().Content), cancel);
        });
    }

    /// <summary>The newest version of the slip backups' KEK.</summary>
    /// <exception cref="KeyVaultException">It is unknown, or the vault did not answer.</exception>
    public Task<WrappingKey> OfSlipBackupAsync(CancellationToken cancel) =>
        GetAsync(SlipBackup, () => vault.GetPublicKeyAsync(SlipBackup, cancel));

    private async Task<WrappingKey> GetAsync(string name, Func<Task<KekPublicKey>> read)
    {
        var now = time.GetUtcNow(); // before the row is read: what it says may change while it is on its way
        if (cache.TryGetValue(name, out var cached) && now < cached.Until - (maxAge / 3))
        {
            return cached;
        }

        return cache[name] = new(await read(), now + maxAge);
    }
}
