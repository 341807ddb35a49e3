using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>Key bytes: pinned, so that the collector leaves no copies behind, and zeroed when disposed.</summary>
internal sealed class Secret : IDisposable
{
    private readonly byte[] bytes;
    private bool disposed;

    public Secret(int length) => bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return bytes;
        }
    }

    public static Secret Random(int length)
    {
        var secret = new Secret(length);
        RandomNumberGenerator.Fill(secret.Bytes);
        return secret;
    }

    public static Secret CopyOf(ReadOnlySpan<byte> bytes)
    {
        var secret = new Secret(bytes.Length);
        bytes.CopyTo(secret.Bytes);
        return secret;
    }

    /// <exception cref="ArgumentException">The text is not well-formed Unicode.</exception>
    public static Secret OfText(string text)
    {
        var secret = new Secret(CanonicalBytes.Utf8.GetByteCount(text));
        CanonicalBytes.Utf8.GetBytes(text, secret.Bytes);
        return secret;
    }

    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(bytes);
    }
}
