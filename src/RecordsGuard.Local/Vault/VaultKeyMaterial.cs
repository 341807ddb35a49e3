using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// The private key of one version. RSA and ECDsa objects are not safe for concurrent use, and importing one costs
/// more than using it: idle ones are kept and lent out.
/// </summary>
internal sealed class VaultKeyMaterial : IDisposable
{
    private readonly ConcurrentBag<AsymmetricAlgorithm> idle = [];
    private readonly bool rsa;

    private VaultKeyMaterial(AsymmetricAlgorithm key)
    {
        rsa = key is RSA;
        Pkcs8 = key.ExportPkcs8PrivateKey();
        Public = key switch
        {
            RSA r => Describe(r.ExportParameters(includePrivateParameters: false)),
            ECDsa e => Describe(e.ExportParameters(includePrivateParameters: false)),
            _ => throw new ArgumentException("RSA or EC.", nameof(key)),
        };
        idle.Add(key);
    }

    public byte[] Pkcs8 { get; }

    public VaultPublicKey Public { get; }

    public static VaultKeyMaterial Generate(string kty, int? keySize, string? curve) =>
        new(IsRsa(kty) ? RSA.Create(keySize!.Value) : ECDsa.Create(Curve(curve!)));

    public static VaultKeyMaterial Load(string kty, ReadOnlySpan<byte> pkcs8)
    {
        AsymmetricAlgorithm key = IsRsa(kty) ? RSA.Create() : ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new(key);
    }

    public static bool IsRsa(string kty) => kty.StartsWith("RSA", StringComparison.Ordinal);

    public TResult UseRsa<TResult>(Func<RSA, TResult> use) => Use(k => use((RSA)k));

    public TResult UseEc<TResult>(Func<ECDsa, TResult> use) => Use(k => use((ECDsa)k));

    public void Dispose()
    {
        while (idle.TryTake(out var key))
        {
            key.Dispose();
        }
    }

    private static ECCurve Curve(string name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => throw new ArgumentException("P-256, P-384 or P-521.", nameof(name)),
    };

    private static VaultPublicKey Describe(RSAParameters key) =>
        new(Base64Url.EncodeToString(key.Modulus), Base64Url.EncodeToString(key.Exponent), null, null);

    private static VaultPublicKey Describe(ECParameters key) =>
        new(null, null, Base64Url.EncodeToString(key.Q.X), Base64Url.EncodeToString(key.Q.Y));

    private TResult Use<TResult>(Func<AsymmetricAlgorithm, TResult> use)
    {
        if (!idle.TryTake(out var key))
        {
            key = rsa ? RSA.Create() : ECDsa.Create();
            key.ImportPkcs8PrivateKey(Pkcs8, out _);
        }

        try
        {
            return use(key);
        }
        finally
        {
            idle.Add(key);
        }
    }
}

/// <summary>Unpadded base64url, as a JSON Web Key has it: n and e, or x and y.</summary>
internal sealed record VaultPublicKey(string? N, string? E, string? X, string? Y);
