using RecordsGuard.Audit.Witnessing;
using Rfc8032 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace RecordsGuard.Azure;

/// <summary>BouncyCastle's: nothing of it lies on the way of a record, only on that of witnesses.</summary>
internal sealed class Ed25519 : IEd25519
{
    public byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, Rfc8032.SecretKeySize, nameof(seed));
        var key = new byte[Rfc8032.PublicKeySize];
        Rfc8032.GeneratePublicKey(seed, key);
        return key;
    }

    public byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, Rfc8032.SecretKeySize, nameof(seed));
        var (text, signature) = (message.ToArray(), new byte[Rfc8032.SignatureSize]);
        Rfc8032.Sign(seed.ToArray(), 0, text, 0, text.Length, signature, 0);
        return signature;
    }

    public bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != Rfc8032.PublicKeySize || signature.Length != Rfc8032.SignatureSize)
        {
            return false;
        }

        var text = message.ToArray();
        return Rfc8032.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, text, 0, text.Length);
    }
}
