using System.Collections.Concurrent;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;

namespace RecordsGuard.Tests.Retention;

/// <summary>
/// The fake vault, with its unwraps remembered: thousands of practices can be played through, and each of them still
/// has its own list of what was asked and why.
/// </summary>
internal sealed class CachedVault(InMemoryKeyVault inner) : IKeyVault
{
    private static readonly ConcurrentDictionary<string, byte[]> Unwrapped = new(StringComparer.Ordinal);

    /// <summary>Key name and cause of every unwrap.</summary>
    public List<(string Key, string Cause)> Unwraps { get; } = [];

    public Task EnsureKeyAsync(string name, KeyUse use, CancellationToken cancel) => inner.EnsureKeyAsync(name, use, cancel);

    public Task<KekPublicKey> GetPublicKeyAsync(string name, CancellationToken cancel) => inner.GetPublicKeyAsync(name, cancel);

    public Task<KekPublicKey> GetPublicKeyAsync(KeyVersion key, CancellationToken cancel) => inner.GetPublicKeyAsync(key, cancel);

    public Task<IReadOnlyList<ListedVersion>> ListVersionsAsync(string name, CancellationToken cancel) => inner.ListVersionsAsync(name, cancel);

    public Task<KekPublicKey> RotateAsync(string name, string cause, CancellationToken cancel) => inner.RotateAsync(name, cause, cancel);

    public Task DisableAsync(KeyVersion key, string cause, CancellationToken cancel) => inner.DisableAsync(key, cause, cancel);

    public async Task<byte[]> UnwrapAsync(KeyVersion key, ReadOnlyMemory<byte> wrapped, string cause, CancellationToken cancel)
    {
        Unwraps.Add((key.Name, cause));
        var known = $"{key}/{Convert.ToHexString(wrapped.Span)}";
        var enabled = (await inner.ListVersionsAsync(key.Name, cancel)).Any(v => v.Id == key && v.Enabled);
        if (!enabled || !Unwrapped.TryGetValue(known, out var bytes))
        {
            bytes = await inner.UnwrapAsync(key, wrapped, cause, cancel);
            Unwrapped[known] = bytes;
        }

        return [.. bytes];
    }

    public Task<byte[]> GetSigningKeyAsync(KeyVersion key, CancellationToken cancel) => inner.GetSigningKeyAsync(key, cancel);

    public Task<KeySignature> SignAsync(string name, ReadOnlyMemory<byte> digest, string cause, CancellationToken cancel) =>
        inner.SignAsync(name, digest, cause, cancel);
}
