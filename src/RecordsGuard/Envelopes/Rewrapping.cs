using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>A key on its way from one KEK version to another. It is in memory until this is disposed of.</summary>
public sealed class Rewrapping : IDisposable
{
    private readonly Secret secret;

    private Rewrapping(Secret secret, KekPublicKey to)
    {
        this.secret = secret;
        Slip = KeySlip.Wrap(secret.Bytes, to);
    }

    /// <summary>The same key under the new version. Not to be committed before <see cref="IsProvenAsync"/> said so.</summary>
    public KeySlip Slip { get; }

    /// <summary>Unwraps the old slip, with one call to the vault, and wraps locally.</summary>
    /// <exception cref="EnvelopeException"><c>BadSlip</c>: the old slip does not open, or is of another key.</exception>
    /// <exception cref="KeyVaultException">The vault did not do it for another reason than the bytes.</exception>
    public static async Task<Rewrapping> BeginAsync(
        KeySlip old, KekPublicKey to, IKeyVault vault, string cause, CancellationToken cancel)
    {
        var secret = await old.UnwrapSecretAsync(vault, to.Id.Name, cause, cancel);
        try
        {
            return new(secret, to);
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    /// <summary>Whether the vault opens the new slip to the very same key; one call to it.</summary>
    public async Task<bool> IsProvenAsync(IKeyVault vault, string cause, CancellationToken cancel)
    {
        try
        {
            using var opened = await Slip.UnwrapSecretAsync(vault, Slip.Kek.Name, cause, cancel);
            return CryptographicOperations.FixedTimeEquals(opened.Bytes, secret.Bytes);
        }
        catch (EnvelopeException)
        {
            return false;
        }
    }

    public void Dispose() => secret.Dispose();
}
