using System.Security.Cryptography;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// The algorithms the local vault knows: those that are not broken. Key Vault also has RSA-OAEP (SHA-1) and RSA1_5;
/// code that asks for them should fail here first.
/// </summary>
internal static class VaultAlgorithms
{
    public static RSAEncryptionPadding? Encryption(string? algorithm) =>
        algorithm == "RSA-OAEP-256" ? RSAEncryptionPadding.OaepSHA256 : null;

    /// <summary>Null if there is no such algorithm or it is for another kind of key.</summary>
    public static VaultSignature? Signature(string? algorithm, VaultKeyVersion key) =>
        (algorithm, VaultKeyMaterial.IsRsa(key.Kty) ? "RSA" : key.Curve) switch
        {
            ("PS256", "RSA") => new(HashAlgorithmName.SHA256, 32, RSASignaturePadding.Pss),
            ("PS384", "RSA") => new(HashAlgorithmName.SHA384, 48, RSASignaturePadding.Pss),
            ("PS512", "RSA") => new(HashAlgorithmName.SHA512, 64, RSASignaturePadding.Pss),
            ("RS256", "RSA") => new(HashAlgorithmName.SHA256, 32, RSASignaturePadding.Pkcs1),
            ("RS384", "RSA") => new(HashAlgorithmName.SHA384, 48, RSASignaturePadding.Pkcs1),
            ("RS512", "RSA") => new(HashAlgorithmName.SHA512, 64, RSASignaturePadding.Pkcs1),
            ("ES256", "P-256") => new(HashAlgorithmName.SHA256, 32, null),
            ("ES384", "P-384") => new(HashAlgorithmName.SHA384, 48, null),
            ("ES512", "P-521") => new(HashAlgorithmName.SHA512, 64, null),
            _ => null,
        };
}

/// <param name="Padding">Null for ECDSA, whose signatures are raw r‖s.</param>
internal sealed record VaultSignature(HashAlgorithmName Hash, int DigestLength, RSASignaturePadding? Padding)
{
    public byte[] Sign(VaultKeyMaterial key, byte[] digest) => Padding is null
        ? key.UseEc(k => k.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
        : key.UseRsa(k => k.SignHash(digest, Hash, Padding));

    public bool Verify(VaultKeyMaterial key, byte[] digest, byte[] signature) => Padding is null
        ? key.UseEc(k => k.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
        : key.UseRsa(k => k.VerifyHash(digest, signature, Hash, Padding));
}
