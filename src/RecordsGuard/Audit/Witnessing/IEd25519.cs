namespace RecordsGuard.Audit.Witnessing;

/// <summary>Ed25519 (RFC 8032), which .NET has not: witnesses sign with it. Pure computation; safe for several threads.</summary>
public interface IEd25519
{
    /// <summary>32 bytes.</summary>
    /// <param name="seed">The private key, 32 bytes.</param>
    byte[] PublicKeyOf(ReadOnlySpan<byte> seed);

    /// <summary>64 bytes.</summary>
    byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message);

    /// <summary>False for whatever is no signature by this key over this message, also if a length is wrong.</summary>
    bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
