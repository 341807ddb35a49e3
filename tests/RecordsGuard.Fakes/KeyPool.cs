using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RecordsGuard.Fakes;

/// <summary>
/// Real keys, made when first asked for and then shared by every vault of the process: an RSA-3072 pair takes up to a
/// second. The n-th key of one vault is the n-th of every other; within a vault no two are the same.
/// </summary>
internal static class KeyPool
{
    private static readonly Lock Gate = new();
    private static readonly List<RSA> RsaKeys = [];
    private static readonly ConcurrentDictionary<(RSA Key, string Wrapped), byte[]> Unwrapped = [];
    private static readonly List<ECDsa> EcKeys = [];

    public static RSA Rsa(int index) => Take(RsaKeys, index, () => RSA.Create(3072));

    public static ECDsa Ec(int index) => Take(EcKeys, index, () => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>
    /// RSA-OAEP-256, two milliseconds of work: the same bytes under the same key give the same again, so they are asked once.
    /// </summary>
    /// <exception cref="CryptographicException">The key did not wrap this.</exception>
    public static byte[] Unwrap(RSA key, ReadOnlySpan<byte> wrapped)
    {
        var asked = (key, Convert.ToHexString(SHA256.HashData(wrapped)));
        if (!Unwrapped.TryGetValue(asked, out var bytes))
        {
            lock (key)
            {
                bytes = Unwrapped[asked] = key.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
            }
        }

        return [.. bytes]; // who asked may wipe it
    }

    private static T Take<T>(List<T> pool, int index, Func<T> create)
    {
        lock (Gate)
        {
            while (pool.Count <= index)
            {
                pool.Add(create());
            }

            return pool[index];
        }
    }
}
