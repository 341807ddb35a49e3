using System.Text;

namespace RecordsGuard.Envelopes;

/// <summary>
/// What lies in the slip backup (docs/formats/backup.md §1): bytes under a fresh key that the backup KEK wraps, bound to
/// their place. Written with the public half, which opens nothing; opened only when rows are restored.
/// </summary>
public static class SealedBackup
{
    private const byte EndOfSlip = (byte)'\n';

    /// <param name="place">The object's name: it opens in no other's place.</param>
    public static byte[] Seal(ReadOnlySpan<byte> plaintext, string place, KekPublicKey backupKek)
    {
        using var key = Secret.Random(DataKey.Length);
        var wrap = KeySlip.Wrap(key.Bytes, backupKek).ToString();
        return [.. Encoding.ASCII.GetBytes(wrap), EndOfSlip, .. SealedText.Seal(key.Bytes, plaintext, Place(place, wrap))];
    }

    /// <summary>One call to the vault.</summary>
    /// <param name="cause">The audit entry's id.</param>
    /// <exception cref="EnvelopeException"><c>BadSlip</c>, <c>BadHeader</c> or <c>Tampered</c> (or of another place).</exception>
    /// <exception cref="KeyVaultException">The vault did not do it.</exception>
    public static async Task<byte[]> OpenAsync(
        ReadOnlyMemory<byte> bytes, string place, IKeyVault vault, string cause, CancellationToken cancel)
    {
        var end = bytes.Span.IndexOf(EndOfSlip);
        if (end < 0)
            throw new EnvelopeException(EnvelopeFault.BadHeader, "No backup of this format.");

        var wrap = Encoding.ASCII.GetString(bytes.Span[..end]);
        using var key = await KeySlip.Parse(wrap).UnwrapSecretAsync(vault, PublicKeys.SlipBackup, cause, cancel);
        using var opened = SealedText.Open(key.Bytes, bytes.Span[(end + 1)..], Place(place, wrap));
        return opened.Bytes.ToArray();
    }

    private static byte[] Place(string place, string wrap) => CanonicalBytes.Of("recordsguard backup", place, wrap);
}
