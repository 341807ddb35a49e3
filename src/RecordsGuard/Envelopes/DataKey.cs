using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>
/// The data encryption key (DEK) of one content version of one record: 256 random bits. Streams take what they need
/// when they start, so the key may be disposed, which zeroes it, as soon as they have.
/// </summary>
public sealed class DataKey : IDisposable
{
    public const int Length = 32;

    private readonly Secret secret;

    private DataKey(Secret secret) => this.secret = secret;

    internal ReadOnlySpan<byte> Bytes => secret.Bytes;

    public static DataKey New() => new(Secret.Random(Length));

    /// <summary>A key held outside of us. The caller zeroes its own copy.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static DataKey From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(Secret.CopyOf(bytes))
        : throw new ArgumentException($"A data key has {Length} bytes.", nameof(bytes));

    /// <summary>Whether both are the same key, in constant time.</summary>
    public bool Matches(DataKey other) => CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    public void Dispose() => secret.Dispose();
}
