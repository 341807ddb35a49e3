using System.Security.Cryptography;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Fakes;

/// <summary>Keeps the port's contract and is no signature: whoever has the public key can sign.</summary>
public sealed class PretendEd25519 : IEd25519
{
    public byte[] PublicKeyOf(ReadOnlySpan<byte> seed) => seed.Length == 32
        ? SHA256.HashData(seed)
        : throw new ArgumentOutOfRangeException(nameof(seed));

    public byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message) =>
        SHA512.HashData([.. PublicKeyOf(seed), .. message]);

    public bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == 32 && signature.SequenceEqual(SHA512.HashData([.. publicKey, .. message]));
}
