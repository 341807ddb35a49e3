using System.Buffers.Text;

namespace RecordsGuard.Envelopes;

/// <summary>
/// A key slip as the slip backup holds it (docs/formats/sealed-record.md §6): under a fresh key that the backup KEK
/// wraps, and bound to its record. Written with the public half; read only when rows are lost.
/// </summary>
public static class SealedSlip
{
    /// <summary>One line: the fresh key's own slip, a colon, and the sealed slip in base64url.</summary>
    public static string Seal(KeySlip slip, AssociatedData associatedData, KekPublicKey backupKek)
    {
        using var key = Secret.Random(DataKey.Length);
        var wrap = KeySlip.Wrap(key.Bytes, backupKek).ToString();
        var envelope = SealedText.Seal(key.Bytes, CanonicalBytes.Utf8.GetBytes(slip.ToString()), Place(associatedData, wrap));
        return $"{wrap}:{Base64Url.EncodeToString(envelope)}";
    }

    /// <exception cref="EnvelopeException"><c>BadSlip</c>, <c>BadHeader</c> or <c>Tampered</c> (or of another record).</exception>
    /// <exception cref="KeyVaultException">The vault did not do it.</exception>
    public static async Task<KeySlip> OpenAsync(
        string text, AssociatedData associatedData, IKeyVault vault, string backupKekName, string cause, CancellationToken cancel)
    {
        if (text.Split(':') is not [var wrap, var envelope])
            throw new EnvelopeException(EnvelopeFault.BadHeader, "No sealed slip of this format.");

        using var key = await KeySlip.Parse(wrap).UnwrapSecretAsync(vault, backupKekName, cause, cancel);
        using var slip = SealedText.Open(key.Bytes, SealedText.Decode(envelope), Place(associatedData, wrap));
        return KeySlip.Parse(CanonicalBytes.Utf8.GetString(slip.Bytes));
    }

    private static byte[] Place(AssociatedData associatedData, string wrap) =>
        [.. associatedData.For("slip backup"), .. CanonicalBytes.Of(wrap)];
}
