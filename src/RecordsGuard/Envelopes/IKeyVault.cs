using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>One version of a key in the vault.</summary>
/// <param name="Name">As the vault has it: <c>{practice}-content</c>, <c>{practice}-index</c>, <c>slip-backup</c>, …</param>
/// <param name="Version">32 hex digits.</param>
public sealed record KeyVersion(string Name, string Version)
{
    public override string ToString() => $"{Name}/{Version}";
}

/// <summary>A version as the vault lists it.</summary>
public sealed record ListedVersion(KeyVersion Id, bool Enabled);

/// <summary>
/// The public half of an RSA key encryption key (KEK). Worth keeping: taking in a key costs many times what wrapping with
/// it does.
/// </summary>
/// <param name="parameters">Without the private ones.</param>
public sealed class KekPublicKey(KeyVersion id, RSAParameters parameters)
{
    private readonly Lazy<RSA> rsa = new(() => RSA.Create(new RSAParameters { Modulus = parameters.Modulus, Exponent = parameters.Exponent }));

    public KeyVersion Id => id;

    public RSAParameters Parameters => parameters;

    /// <summary>RSA-OAEP-256.</summary>
    internal byte[] Encrypt(ReadOnlySpan<byte> key)
    {
        lock (rsa)
        {
            return rsa.Value.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
        }
    }
}

/// <summary>What a key is for, hence its type and its permitted operations.</summary>
public enum KeyUse
{
    /// <summary>RSA-3072, wrapKey and unwrapKey (RSA-OAEP-256).</summary>
    KeyEncryption,

    /// <summary>EC P-256, sign and verify (ES256).</summary>
    Signing,
}

/// <summary>
/// Key Vault. Private halves never leave it. Every call that uses one carries the id of the audit entry that explains
/// it, which Key Vault's own log repeats as <c>correlationId</c>.
/// </summary>
public interface IKeyVault
{
    /// <summary>
    /// Creates the key unless one of that name exists. May be called twice; two callers at the same moment may leave two
    /// versions, of which the newest is used.
    /// </summary>
    /// <exception cref="KeyVaultException">
    /// The name is a deleted key's (<see cref="KeyVaultFault.NotFound"/>: it is not brought back), or a key's of another
    /// type (<see cref="KeyVaultFault.Refused"/>), or the vault did not answer.
    /// </exception>
    Task EnsureKeyAsync(string name, KeyUse use, CancellationToken cancel);

    /// <summary>The newest enabled version's public half.</summary>
    /// <exception cref="KeyVaultException">The key is unknown, or the vault did not answer.</exception>
    Task<KekPublicKey> GetPublicKeyAsync(string name, CancellationToken cancel);

    /// <summary>The public half of exactly this version.</summary>
    /// <exception cref="KeyVaultException">Unknown, disabled (<see cref="KeyVaultFault.Refused"/>), or the vault did not answer.</exception>
    Task<KekPublicKey> GetPublicKeyAsync(KeyVersion key, CancellationToken cancel);

    /// <summary>Every version of the key, in no order.</summary>
    /// <exception cref="KeyVaultException">The key is unknown, or the vault did not answer.</exception>
    Task<IReadOnlyList<ListedVersion>> ListVersionsAsync(string name, CancellationToken cancel);

    /// <summary>
    /// A new version of a KEK, like the newest in everything but its key material, which the vault makes. Each call
    /// makes one, also a call whose answer was lost: only the version that an answer named may be taken into use.
    /// </summary>
    /// <param name="cause">The audit entry's id, as with every change of a key.</param>
    Task<KekPublicKey> RotateAsync(string name, string cause, CancellationToken cancel);

    /// <summary>
    /// Switches a version off: it unwraps nothing until a key administrator switches it on again. Nothing is deleted.
    /// May be called twice.
    /// </summary>
    Task DisableAsync(KeyVersion key, string cause, CancellationToken cancel);

    /// <summary>Unwraps with RSA-OAEP-256 inside the vault. The caller zeroes the result.</summary>
    /// <param name="cause">The audit entry's id (UUID), sent as <c>x-ms-client-request-id</c>.</param>
    /// <exception cref="KeyVaultException">Disabled, unknown, throttled, not ours, or not a wrapped key.</exception>
    Task<byte[]> UnwrapAsync(KeyVersion key, ReadOnlyMemory<byte> wrapped, string cause, CancellationToken cancel);

    /// <summary>Signs a SHA-256 digest (32 bytes) with ES256 and the newest version; 64 bytes, r‖s.</summary>
    Task<KeySignature> SignAsync(string name, ReadOnlyMemory<byte> digest, string cause, CancellationToken cancel);

    /// <summary>The public half of a signing key version: a SubjectPublicKeyInfo in DER.</summary>
    /// <exception cref="KeyVaultException">Unknown, no P-256 key, or the vault did not answer.</exception>
    Task<byte[]> GetSigningKeyAsync(KeyVersion key, CancellationToken cancel);
}

/// <summary>An ES256 signature, 64 bytes r‖s, and the key version that made it.</summary>
public sealed record KeySignature(KeyVersion Key, byte[] Value);

/// <summary>Why the vault did not do it.</summary>
public enum KeyVaultFault
{
    /// <summary>No answer, or throttled for longer than we wait: try again later.</summary>
    Unavailable,

    /// <summary>The key or version does not exist, or is deleted.</summary>
    NotFound,

    /// <summary>The key version is disabled, or may not be used so.</summary>
    Refused,

    /// <summary>The vault cannot unwrap these bytes with this key.</summary>
    BadCiphertext,
}

/// <summary>The vault did not do it; nothing changed.</summary>
public sealed class KeyVaultException(KeyVaultFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public KeyVaultFault Fault { get; } = fault;
}
