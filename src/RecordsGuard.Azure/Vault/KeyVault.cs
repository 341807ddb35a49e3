using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Core;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure;

/// <summary>
/// One vault, over its REST interface. Key names and versions come from rows that a storage administrator could have
/// edited, so nothing is sent for one that is not well-formed.
/// </summary>
internal sealed class KeyVault(Uri vault, TokenCredential credential, KeyVaultOptions options, TimeProvider time)
    : IKeyVault, IDisposable
{
    private const int SmallestModulus = 3072 / 8;
    private const int SignatureBytes = 64;

    private readonly VaultWire wire = new(vault, credential, options, time);

    /// <summary>
    /// Key Vault knows no "create if there is none": of two creators that look at the same moment, each makes a version.
    /// Both versions work, and the newest is used.
    /// </summary>
    public async Task EnsureKeyAsync(string name, KeyUse use, CancellationToken cancel)
    {
        var (type, json) = use switch
        {
            KeyUse.KeyEncryption => ("RSA", """{"kty":"RSA","key_size":3072,"key_ops":["wrapKey","unwrapKey"]}"""u8.ToArray()),
            KeyUse.Signing => ("EC", """{"kty":"EC","crv":"P-256","key_ops":["sign","verify"]}"""u8.ToArray()),
            _ => throw new ArgumentOutOfRangeException(nameof(use)),
        };
        VaultKey key;
        try
        {
            key = await GetAsync($"keys/{Checked(name)}", name, cancel);
        }
        catch (KeyVaultException e) when (e.Fault == KeyVaultFault.NotFound)
        {
            key = await wire.SendAsync(
                RequestMethod.Post, wire.At($"keys/{name}/create"), json, null, b => VaultKey.ReadBundle(vault, name, b), cancel);
        }

        if (key.Type != type && key.Type != $"{type}-HSM")
        {
            throw new KeyVaultException(KeyVaultFault.Refused, $"The key {name} is of another type.");
        }
    }

    public async Task<KekPublicKey> GetPublicKeyAsync(string name, CancellationToken cancel)
    {
        var key = await GetAsync($"keys/{Checked(name)}", name, cancel);
        if (!key.Enabled)
        {
            var newest = await NewestEnabledAsync(name, cancel)
                ?? throw new KeyVaultException(KeyVaultFault.Refused, $"No version of the key {name} is enabled.");
            key = await GetAsync($"keys/{name}/{newest.Id.Version}", name, cancel);
        }

        return Kek(key);
    }

    public async Task<KekPublicKey> GetPublicKeyAsync(KeyVersion key, CancellationToken cancel) =>
        Kek(await GetAsync(Checked(key), key.Name, cancel));

    public async Task<IReadOnlyList<ListedVersion>> ListVersionsAsync(string name, CancellationToken cancel)
    {
        var versions = new List<ListedVersion>();
        await foreach (var key in VersionsAsync(Checked(name), cancel))
        {
            versions.Add(new(key.Id, key.Enabled));
        }

        return versions;
    }

    public async Task<KekPublicKey> RotateAsync(string name, string cause, CancellationToken cancel) => Kek(await wire.SendAsync(
        RequestMethod.Post, wire.At($"keys/{Checked(name)}/rotate"), default, cause, b => VaultKey.ReadBundle(vault, name, b), cancel));

    public async Task DisableAsync(KeyVersion key, string cause, CancellationToken cancel)
    {
        var left = await wire.SendAsync(
            RequestMethod.Patch, wire.At(Checked(key)), """{"attributes":{"enabled":false}}"""u8.ToArray(), cause,
            b => VaultKey.ReadBundle(vault, key.Name, b), cancel);
        if (left.Enabled || left.Id != key)
        {
            throw new KeyVaultException(KeyVaultFault.Refused, $"The vault left the key {key} enabled.");
        }
    }

    public async Task<byte[]> UnwrapAsync(KeyVersion key, ReadOnlyMemory<byte> wrapped, string cause, CancellationToken cancel)
    {
        var (_, value) = await OperateAsync($"{Checked(key)}/unwrapkey", key.Name, "RSA-OAEP-256", wrapped, cause, cancel);
        return value;
    }

    public async Task<KeySignature> SignAsync(string name, ReadOnlyMemory<byte> digest, string cause, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, SHA256.HashSizeInBytes);
        var (key, value) = await OperateAsync($"keys/{Checked(name)}/sign", name, "ES256", digest, cause, cancel);
        return value.Length == SignatureBytes
            ? new(key, value)
            : throw new KeyVaultException(KeyVaultFault.Refused, $"The key {key} gives no ES256 signature.");
    }

    public async Task<byte[]> GetSigningKeyAsync(KeyVersion key, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!VaultKey.IsVersion(key.Version))
        {
            throw new KeyVaultException(KeyVaultFault.NotFound, "Not a key version.");
        }

        var found = await GetAsync($"keys/{Checked(key.Name)}/{key.Version}", key.Name, cancel);
        try
        {
            using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = found.Ec });
            return ec.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException e)
        {
            throw new KeyVaultException(KeyVaultFault.Refused, $"The key {key} is no P-256 key.", e);
        }
    }

    public void Dispose() => wire.Dispose();

    private static string Checked(string name) =>
        VaultKey.IsName(name) ? name : throw new KeyVaultException(KeyVaultFault.NotFound, "Not a key name.");

    /// <summary>Where the version is.</summary>
    private static string Checked(KeyVersion key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return VaultKey.IsVersion(key.Version)
            ? $"keys/{Checked(key.Name)}/{key.Version}"
            : throw new KeyVaultException(KeyVaultFault.NotFound, "Not a key version.");
    }

    private static KekPublicKey Kek(VaultKey key) => key is { Enabled: true, Rsa.Modulus.Length: >= SmallestModulus }
        ? new(key.Id, key.Rsa)
        : throw new KeyVaultException(KeyVaultFault.Refused, $"The key {key.Id} is disabled, or no RSA key of 3072 bits or more.");

    private Task<VaultKey> GetAsync(string path, string name, CancellationToken cancel) => wire.SendAsync(
        RequestMethod.Get, wire.At(path), default, null, b => VaultKey.ReadBundle(vault, name, b), cancel);

    private async Task<VaultKey?> NewestEnabledAsync(string name, CancellationToken cancel)
    {
        VaultKey? newest = null;
        await foreach (var key in VersionsAsync(name, cancel))
        {
            if (key.Enabled && (newest is null || key.Created >= newest.Created))
            {
                newest = key;
            }
        }

        return newest;
    }

    private async IAsyncEnumerable<VaultKey> VersionsAsync(string name, [EnumeratorCancellation] CancellationToken cancel)
    {
        Uri? next = wire.At($"keys/{name}/versions");
        while (next is not null)
        {
            (var keys, next) = await wire.SendAsync(
                RequestMethod.Get, next, default, null, b => VaultKey.ReadPage(vault, name, b), cancel);
            foreach (var key in keys)
            {
                yield return key;
            }
        }
    }

    private async Task<(KeyVersion Key, byte[] Value)> OperateAsync(
        string path, string name, string algorithm, ReadOnlyMemory<byte> input, string cause, CancellationToken cancel)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","value":"{{Base64Url.EncodeToString(input.Span)}}"}""");
        var (kid, value) = await wire.SendAsync(RequestMethod.Post, wire.At(path), json, cause, ReadResult, cancel);
        try
        {
            return (VaultKey.ReadId(vault, name, kid), value);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(value);
            throw;
        }
    }

    /// <summary>Reads <c>{kid,value}</c> without making a string of the value, which could not be zeroed.</summary>
    private static (string? Kid, byte[] Value) ReadResult(ReadOnlySpan<byte> body)
    {
        string? kid = null;
        byte[]? value = null;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKid = reader.ValueTextEquals("kid"u8);
            var isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (isKid)
            {
                kid = reader.GetString();
            }
            else if (isValue)
            {
                value = Base64Url.DecodeFromUtf8(reader.ValueSpan);
            }
            else
            {
                reader.Skip();
            }
        }

        return (kid, value ?? throw new JsonException("An answer without a value."));
    }
}
