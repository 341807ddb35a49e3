using System.Buffers.Text;
using System.Security.Cryptography;

namespace RecordsGuard.Local.Vault;

/// <summary>Wrap, unwrap, encrypt, decrypt, sign, verify: no disk, no lock.</summary>
internal sealed class VaultCryptography(VaultAddress address, VaultKeyStore store, TimeProvider time)
{
    public VaultAnswer Run(VaultRoute route, OperationShape? asked)
    {
        if (store.Find(route.Name) is not { Deleted: null } key || key.Find(route.Version) is not { } version)
        {
            return VaultAnswer.NotFound(route.Name, route.Version);
        }

        string kid = address.Key(key.Name, version.Version);
        var answer = Refuse(route.Operation, version) ?? Run(route.Operation, version, kid, asked);
        return answer with { Id = kid, Algorithm = asked?.Alg };
    }

    /// <summary>
    /// A disabled version does nothing. One outside its dates still opens and verifies what exists, and protects
    /// nothing new: a record sealed in time must stay readable.
    /// </summary>
    private VaultAnswer? Refuse(VaultOperation operation, VaultKeyVersion version)
    {
        if (!version.Enabled)
        {
            return VaultAnswer.Forbidden("Operation is not allowed on a disabled key.", "KeyDisabled");
        }

        string name = NameOf(operation);
        if (!version.Operations.Contains(name, StringComparer.Ordinal))
        {
            return VaultAnswer.Forbidden($"Operation {name} is not permitted on this key.", "KeyOperationForbidden");
        }

        if (operation is VaultOperation.KeyUnwrap or VaultOperation.KeyDecrypt or VaultOperation.KeyVerify)
        {
            return null;
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        if (now < version.NotBefore)
        {
            return VaultAnswer.Forbidden($"Operation {name} is not allowed before the key's nbf.", "KeyNotYetValid");
        }

        return now >= version.Expires
            ? VaultAnswer.Forbidden($"Operation {name} is not allowed after the key's exp.", "KeyExpired")
            : null;
    }

    private static string NameOf(VaultOperation operation) => operation switch
    {
        VaultOperation.KeyWrap => "wrapKey",
        VaultOperation.KeyUnwrap => "unwrapKey",
        VaultOperation.KeyEncrypt => "encrypt",
        VaultOperation.KeyDecrypt => "decrypt",
        VaultOperation.KeySign => "sign",
        VaultOperation.KeyVerify => "verify",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static VaultAnswer Run(VaultOperation operation, VaultKeyVersion version, string kid, OperationShape? asked)
    {
        if (asked is not { Alg: not null, Value: not null } || !Base64Url.IsValid(asked.Value))
        {
            return VaultAnswer.BadParameter("The body needs alg, and value as unpadded base64url.");
        }

        byte[] value = Base64Url.DecodeFromChars(asked.Value);
        return operation switch
        {
            VaultOperation.KeyWrap or VaultOperation.KeyEncrypt =>
                Cipher(version, kid, asked.Alg, padding => version.Material.UseRsa(k => k.Encrypt(value, padding))),
            VaultOperation.KeyUnwrap or VaultOperation.KeyDecrypt =>
                Cipher(version, kid, asked.Alg, padding => version.Material.UseRsa(k => k.Decrypt(value, padding))),
            VaultOperation.KeySign => Sign(version, kid, asked.Alg, value),
            _ => Verify(version, kid, asked, value),
        };
    }

    private static VaultAnswer Cipher(
        VaultKeyVersion version, string kid, string algorithm, Func<RSAEncryptionPadding, byte[]> run)
    {
        if (!VaultKeyMaterial.IsRsa(version.Kty) || VaultAlgorithms.Encryption(algorithm) is not { } padding)
        {
            return Unsupported(algorithm, version);
        }

        try
        {
            return Result(kid, run(padding));
        }
        catch (CryptographicException)
        {
            // One sentence for every cause, as an oracle would begin with two.
            return VaultAnswer.BadParameter("The value is of the wrong length, or was not made for this key version.");
        }
    }

    private static VaultAnswer Sign(VaultKeyVersion version, string kid, string algorithm, byte[] digest)
    {
        if (VaultAlgorithms.Signature(algorithm, version) is not { } signature)
        {
            return Unsupported(algorithm, version);
        }

        return digest.Length == signature.DigestLength
            ? Result(kid, signature.Sign(version.Material, digest))
            : VaultAnswer.BadParameter($"The digest for {algorithm} has {signature.DigestLength} bytes.");
    }

    private static VaultAnswer Verify(VaultKeyVersion version, string kid, OperationShape asked, byte[] value)
    {
        if (VaultAlgorithms.Signature(asked.Alg, version) is not { } signature)
        {
            return Unsupported(asked.Alg!, version);
        }

        if (asked.Digest is null || !Base64Url.IsValid(asked.Digest)
            || Base64Url.DecodeFromChars(asked.Digest) is not { } digest
            || digest.Length != signature.DigestLength)
        {
            return VaultAnswer.BadParameter($"The digest for {asked.Alg} has {signature.DigestLength} bytes.");
        }

        bool good = signature.Verify(version.Material, digest, value);
        return VaultAnswer.Ok(new(good), VaultJson.Default.VerifyResultShape, kid);
    }

    private static VaultAnswer Unsupported(string algorithm, VaultKeyVersion version) =>
        VaultAnswer.BadParameter($"Algorithm {algorithm} is not supported by this key of type {version.Kty}.");

    private static VaultAnswer Result(string kid, byte[] value) =>
        VaultAnswer.Ok(new(kid, Base64Url.EncodeToString(value)), VaultJson.Default.OperationResultShape, kid);
}
