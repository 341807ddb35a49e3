using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Fakes;

/// <summary>A vault in memory, with real keys and every call on record.</summary>
public sealed class InMemoryKeyVault : IKeyVault
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<StoredKey>> keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> deleted = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<VaultCall> calls = [];
    private int rsaKeys;
    private int ecKeys;

    /// <summary>While set, every call throws <see cref="KeyVaultFault.Unavailable"/>.</summary>
    public bool Down { get; set; }

    /// <summary>Every call, answered or not, in order.</summary>
    public IReadOnlyList<VaultCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    public Task EnsureKeyAsync(string name, KeyUse use, CancellationToken cancel) => Answer.Of(() =>
    {
        Enter("ensure", name, null, null, cancel);
        lock (gate)
        {
            if (deleted.Contains(name))
            {
                throw new KeyVaultException(KeyVaultFault.NotFound, $"The key {name} is deleted, and its name is taken until it is purged.");
            }

            if (!keys.TryGetValue(name, out var existing))
            {
                keys.Add(name, [NewKey(name, use)]);
            }
            else if (existing[^1].Use != use)
            {
                throw new KeyVaultException(KeyVaultFault.Refused, $"The key {name} is of another type.");
            }
        }
    });

    public Task<KekPublicKey> GetPublicKeyAsync(string name, CancellationToken cancel) => Answer.Of<KekPublicKey>(() =>
    {
        Enter("get", name, null, null, cancel);
        lock (gate)
        {
            var key = Find(name).LastOrDefault(k => k.Enabled)
                ?? throw new KeyVaultException(KeyVaultFault.Refused, $"No version of the key {name} is enabled.");
            RequireUse(key, KeyUse.KeyEncryption);
            return key.PublicHalf;
        }
    });

    public Task<KekPublicKey> GetPublicKeyAsync(KeyVersion key, CancellationToken cancel) => Answer.Of<KekPublicKey>(() =>
    {
        ArgumentNullException.ThrowIfNull(key);
        Enter("get", key.Name, key.Version, null, cancel);
        return Usable(FindVersion(key), KeyUse.KeyEncryption).PublicHalf;
    });

    public Task<IReadOnlyList<ListedVersion>> ListVersionsAsync(string name, CancellationToken cancel) => Answer.Of<IReadOnlyList<ListedVersion>>(() =>
    {
        Enter("list", name, null, null, cancel);
        lock (gate)
        {
            return [.. Find(name).Select(k => new ListedVersion(k.Id, k.Enabled))];
        }
    });

    public Task<KekPublicKey> RotateAsync(string name, string cause, CancellationToken cancel) => Answer.Of<KekPublicKey>(() =>
    {
        Enter("rotate", name, null, cause, cancel);
        var version = Rotate(name);
        return Usable(FindVersion(version), KeyUse.KeyEncryption).PublicHalf;
    });

    public Task DisableAsync(KeyVersion key, string cause, CancellationToken cancel) => Answer.Of(() =>
    {
        ArgumentNullException.ThrowIfNull(key);
        Enter("disable", key.Name, key.Version, cause, cancel);
        Enable(key, enabled: false);
    });

    public Task<byte[]> UnwrapAsync(KeyVersion key, ReadOnlyMemory<byte> wrapped, string cause, CancellationToken cancel) => Answer.Of<byte[]>(() =>
    {
        ArgumentNullException.ThrowIfNull(key);
        Enter("unwrap", key.Name, key.Version, cause, cancel);
        var stored = Usable(FindVersion(key), KeyUse.KeyEncryption);
        try
        {
            return KeyPool.Unwrap(stored.Rsa!, wrapped.Span);
        }
        catch (CryptographicException e)
        {
            throw new KeyVaultException(KeyVaultFault.BadCiphertext, $"Not wrapped by {key}.", e);
        }
    });

    public Task<KeySignature> SignAsync(string name, ReadOnlyMemory<byte> digest, string cause, CancellationToken cancel) => Answer.Of<KeySignature>(() =>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, SHA256.HashSizeInBytes);
        Enter("sign", name, null, cause, cancel);
        StoredKey stored;
        lock (gate)
        {
            stored = Usable(Find(name)[^1], KeyUse.Signing);
        }

        lock (stored.Ec!)
        {
            return new KeySignature(
                stored.Id, stored.Ec.SignHash(digest.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        }
    });

    public Task<byte[]> GetSigningKeyAsync(KeyVersion key, CancellationToken cancel) => Answer.Of<byte[]>(() =>
    {
        ArgumentNullException.ThrowIfNull(key);
        Enter("get", key.Name, key.Version, null, cancel);
        var stored = FindVersion(key);
        RequireUse(stored, KeyUse.Signing);
        return stored.Ec!.ExportSubjectPublicKeyInfo();
    });

    /// <summary>A new version, which from now on is the newest.</summary>
    public KeyVersion Rotate(string name)
    {
        lock (gate)
        {
            var versions = Find(name);
            versions.Add(NewKey(name, versions[^1].Use));
            return versions[^1].Id;
        }
    }

    /// <summary>Switches one version on or off.</summary>
    public void Enable(KeyVersion key, bool enabled)
    {
        ArgumentNullException.ThrowIfNull(key);
        FindVersion(key).Enabled = enabled;
    }

    /// <summary>Deletes the key with all its versions, as a key administrator may.</summary>
    public void Delete(string name)
    {
        lock (gate)
        {
            keys.Remove(name);
            deleted.Add(name);
        }
    }

    /// <summary>The public half of a signing key version. The caller disposes of it.</summary>
    public ECDsa SigningKey(KeyVersion key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ECDsa.Create(FindVersion(key).Ec!.ExportParameters(includePrivateParameters: false));
    }

    /// <summary>The versions, oldest first.</summary>
    public IReadOnlyList<KeyVersion> Versions(string name)
    {
        lock (gate)
        {
            return [.. Find(name).Select(k => k.Id)];
        }
    }

    /// <summary>A vault with the same keys, which goes its own way from here.</summary>
    public InMemoryKeyVault Copy()
    {
        var copy = new InMemoryKeyVault();
        lock (gate)
        {
            foreach (var (name, versions) in keys)
            {
                copy.keys.Add(name, [.. versions.Select(v => v with { })]);
            }

            copy.rsaKeys = rsaKeys;
            copy.ecKeys = ecKeys;
        }

        return copy;
    }

    private StoredKey NewKey(string name, KeyUse use) => new(
        new(name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
        use,
        use == KeyUse.KeyEncryption ? KeyPool.Rsa(rsaKeys++) : null,
        use == KeyUse.Signing ? KeyPool.Ec(ecKeys++) : null);

    private StoredKey FindVersion(KeyVersion key)
    {
        lock (gate)
        {
            return Find(key.Name).Find(k => k.Id.Version == key.Version)
                ?? throw new KeyVaultException(KeyVaultFault.NotFound, $"There is no key {key}.");
        }
    }

    private List<StoredKey> Find(string name) => keys.TryGetValue(name, out var versions)
        ? versions
        : throw new KeyVaultException(KeyVaultFault.NotFound, $"There is no key {name}.");

    private static StoredKey Usable(StoredKey key, KeyUse use)
    {
        RequireUse(key, use);
        return key.Enabled ? key : throw new KeyVaultException(KeyVaultFault.Refused, $"The key {key.Id} is disabled.");
    }

    private static void RequireUse(StoredKey key, KeyUse use)
    {
        if (key.Use != use)
        {
            throw new KeyVaultException(KeyVaultFault.Refused, $"The key {key.Id} may not be used so.");
        }
    }

    private void Enter(string operation, string name, string? version, string? cause, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            calls.Add(new(operation, name, version, cause));
        }

        if (Down)
        {
            throw new KeyVaultException(KeyVaultFault.Unavailable, "The fake vault is down.");
        }
    }

    private sealed record StoredKey(KeyVersion Id, KeyUse Use, RSA? Rsa, ECDsa? Ec)
    {
        private readonly Lazy<KekPublicKey> publicHalf = new(() => new(Id, Rsa!.ExportParameters(includePrivateParameters: false)));

        public bool Enabled { get; set; } = true;

        public KekPublicKey PublicHalf => publicHalf.Value;
    }
}

/// <summary>A call of the vault port: <c>ensure</c>, <c>get</c>, <c>list</c>, <c>rotate</c>, <c>disable</c>, <c>unwrap</c> or <c>sign</c>.</summary>
public sealed record VaultCall(string Operation, string Name, string? Version, string? Cause);
