using System.Buffers.Text;
using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>
/// A key wrapped by a KEK with RSA-OAEP-256 (docs/formats/sealed-record.md §5): all that stands between a copy of a
/// blob and its content. Destroying it destroys the record. The slip itself does not say which record it belongs to:
/// the content's header tag commits to key and record together, so a slip on another row opens nothing.
/// </summary>
/// <param name="Kek">The KEK version that wrapped it.</param>
/// <param name="Wrapped">As long as the KEK's modulus.</param>
public sealed record KeySlip(KeyVersion Kek, ReadOnlyMemory<byte> Wrapped)
{
    public const string Algorithm = "RSA-OAEP-256";

    private const string Format = "slip1";
    private const int MinimumModulus = 3072 / 8;
    private const int MaximumModulus = 8192 / 8;

    /// <summary>Wraps locally with the public half: no call to the vault, and no right to unwrap.</summary>
    /// <exception cref="ArgumentException">The KEK has fewer than 3,072 bits.</exception>
    public static KeySlip Wrap(DataKey key, KekPublicKey kek) => Wrap(key.Bytes, kek);

    /// <inheritdoc cref="Wrap(DataKey, KekPublicKey)"/>
    public static KeySlip Wrap(IndexKey key, KekPublicKey kek) => Wrap(key.Bytes, kek);

    /// <summary>Unwraps inside the vault; one call, which leaves one line in the vault's own log.</summary>
    /// <param name="kekName">The only key that may have wrapped it, such as <c>{practice}-content</c>.</param>
    /// <param name="cause">The audit entry's id.</param>
    /// <exception cref="EnvelopeException"><c>BadSlip</c>.</exception>
    /// <exception cref="KeyVaultException">The vault did not do it for another reason than the bytes.</exception>
    public async Task<DataKey> UnwrapAsync(IKeyVault vault, string kekName, string cause, CancellationToken cancel)
    {
        using var secret = await UnwrapSecretAsync(vault, kekName, cause, cancel);
        return DataKey.From(secret.Bytes);
    }

    /// <summary>One line: <c>slip1.RSA-OAEP-256.{KEK name}.{KEK version}.{base64url}</c>.</summary>
    public override string ToString() =>
        string.Join('.', Format, Algorithm, Kek.Name, Kek.Version, Base64Url.EncodeToString(Wrapped.Span));

    /// <exception cref="EnvelopeException"><c>BadSlip</c>: no slip, or of another format or algorithm.</exception>
    public static KeySlip Parse(string text)
    {
        var parts = text.Split('.');
        if (parts is not [Format, Algorithm, { Length: > 0 } name, { Length: > 0 } version, var wrapped])
            throw Bad("No key slip of this format.");

        return new(new(name, version), SealedText.Decode(wrapped) ?? throw Bad("No key slip of this format."));
    }

    public bool Equals(KeySlip? other) =>
        other is not null && Kek == other.Kek && Wrapped.Span.SequenceEqual(other.Wrapped.Span);

    public override int GetHashCode() => Kek.GetHashCode();

    internal static KeySlip Wrap(ReadOnlySpan<byte> key, KekPublicKey kek)
    {
        if (kek.Parameters.Modulus is not { Length: >= MinimumModulus and <= MaximumModulus })
            throw new ArgumentException("A key encryption key has 3,072 to 8,192 bits.", nameof(kek));

        return new(kek.Id, kek.Encrypt(key));
    }

    internal async Task<Secret> UnwrapSecretAsync(
        IKeyVault vault, string kekName, string cause, CancellationToken cancel)
    {
        if (Kek.Name != kekName)
            throw Bad($"The slip names the key {Kek.Name}, not {kekName}.");

        byte[] bytes;
        try
        {
            bytes = await vault.UnwrapAsync(Kek, Wrapped, cause, cancel);
        }
        catch (KeyVaultException e) when (e.Fault == KeyVaultFault.BadCiphertext)
        {
            throw Bad($"{Kek} did not wrap this.", e);
        }

        try
        {
            return bytes.Length == DataKey.Length ? Secret.CopyOf(bytes) : throw Bad("The slip holds no key of 256 bits.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static EnvelopeException Bad(string message, Exception? inner = null) =>
        new(EnvelopeFault.BadSlip, message, inner);
}
