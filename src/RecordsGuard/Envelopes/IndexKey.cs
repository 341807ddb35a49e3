using System.Buffers.Text;
using System.Security.Cryptography;
using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>Where a personal text stands: it opens nowhere else.</summary>
/// <param name="Client">Null for a text of the practice itself, which the practice's index key seals.</param>
/// <param name="RowKey">The row it stands in.</param>
/// <param name="Field">What it is in that row, such as <c>name</c>.</param>
public sealed record TextPlace(PracticeId Practice, ClientId? Client, string RowKey, string Field)
{
    internal byte[] ToBytes() => CanonicalBytes.Of(
        "recordsguard text", Practice.ToString(), Client is { } client ? client.ToString() : "", RowKey, Field);
}

/// <summary>
/// Seals personal text and descriptors (docs/formats/sealed-record.md §4). A practice has one, wrapped by its index KEK
/// as a <see cref="KeySlip"/>; each client has one, wrapped by the practice's, so that listing costs one unwrap.
/// Destroying a client's destroys that client's text.
/// </summary>
public sealed class IndexKey : IDisposable
{
    private readonly Secret secret;

    private IndexKey(Secret secret) => this.secret = secret;

    internal ReadOnlySpan<byte> Bytes => secret.Bytes;

    public static IndexKey New() => new(Secret.Random(DataKey.Length));

    internal static IndexKey From(ReadOnlySpan<byte> bytes) => new(Secret.CopyOf(bytes));

    /// <summary>The practice's index key, by one call to the vault.</summary>
    /// <inheritdoc cref="KeySlip.UnwrapAsync"/>
    public static async Task<IndexKey> UnwrapAsync(
        KeySlip slip, IKeyVault vault, string kekName, string cause, CancellationToken cancel) =>
        new(await slip.UnwrapSecretAsync(vault, kekName, cause, cancel));

    /// <summary>A client's index key under this one, the practice's; base64url.</summary>
    public string WrapClient(IndexKey clientKey, PracticeId practice, ClientId client) =>
        Base64Url.EncodeToString(SealedText.Seal(Bytes, clientKey.Bytes, ClientPlace(practice, client)));

    /// <exception cref="EnvelopeException">
    /// <c>Tampered</c>: changed, of another client, or under another practice's key. <c>BadHeader</c>: nothing of this kind.
    /// </exception>
    public IndexKey UnwrapClient(string wrapped, PracticeId practice, ClientId client)
    {
        var envelope = SealedText.Decode(wrapped);
        var opened = SealedText.Open(Bytes, envelope, ClientPlace(practice, client));
        if (opened.Bytes.Length == DataKey.Length)
            return new(opened);

        opened.Dispose();
        throw new EnvelopeException(EnvelopeFault.BadHeader, "No wrapped index key.");
    }

    /// <summary>Base64url; its length tells the text's only to the next 32 bytes.</summary>
    /// <exception cref="ArgumentException">The text is not well-formed Unicode.</exception>
    public string SealText(string text, TextPlace place)
    {
        using var bytes = Secret.OfText(text);
        return SealedText.SealPadded(Bytes, bytes.Bytes, place.ToBytes());
    }

    /// <exception cref="EnvelopeException"><c>Tampered</c> (or from another place), or <c>BadHeader</c>.</exception>
    public string OpenText(string envelope, TextPlace place)
    {
        using var bytes = SealedText.OpenPadded(Bytes, envelope, place.ToBytes());
        return CanonicalBytes.Utf8.GetString(bytes.Bytes);
    }

    /// <summary>
    /// The same for the same text and another for another one, to whoever has not this key it says nothing: 32 hex
    /// digits of an HMAC-SHA-256 under a key of its own, derived from this one.
    /// </summary>
    public string Likeness(string text)
    {
        Span<byte> key = stackalloc byte[DataKey.Length];
        HKDF.Expand(HashAlgorithmName.SHA256, Bytes, key, "recordsguard likeness"u8);
        try
        {
            return Convert.ToHexStringLower(HMACSHA256.HashData(key, CanonicalBytes.Utf8.GetBytes(text)).AsSpan(0, 16));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose() => secret.Dispose();

    private static byte[] ClientPlace(PracticeId practice, ClientId client) =>
        CanonicalBytes.Of("recordsguard client index key", practice.ToString(), client.ToString());
}
