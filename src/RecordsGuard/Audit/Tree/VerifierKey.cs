using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace RecordsGuard.Audit.Tree;

/// <summary>
/// The public half of a key that signs notes, in C2SP signed-note's encoding: <c>name+id+base64(type ‖ key)</c>, one line.
/// Type 2 is ECDSA, here P-256: a DER signature over the SHA-256 of the text; the key is its SubjectPublicKeyInfo.
/// </summary>
public sealed record VerifierKey
{
    public const byte EcdsaType = 2;

    private VerifierKey(string name, uint id, byte type, ReadOnlyMemory<byte> key) =>
        (Name, Id, Type, Key) = (name, id, type, key);

    public string Name { get; }

    public uint Id { get; }

    /// <summary>The signature type; a key of one that this program does not know verifies nothing.</summary>
    public byte Type { get; }

    /// <summary>As its type encodes it.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <param name="subjectPublicKeyInfo">DER.</param>
    public static VerifierKey Ecdsa(string name, ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        ArgumentNullException.ThrowIfNull(name);
        return SignedNote.IsName(name)
            ? new(name, EcdsaId(subjectPublicKeyInfo.Span), EcdsaType, subjectPublicKeyInfo)
            : throw new ArgumentException("Not a name of a key.", nameof(name));
    }

    /// <exception cref="FormatException">Not a verifier key, or an ECDSA key under an id that is not its own.</exception>
    public static VerifierKey Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var parts = line.Trim().Split('+', 3);
        if (parts.Length == 3 && SignedNote.IsName(parts[0]) && parts[1].Length == 8
            && uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
        {
            var bytes = new byte[parts[2].Length];
            if (Convert.TryFromBase64String(parts[2], bytes, out var length) && length > 1
                && (bytes[0] != EcdsaType || EcdsaId(bytes.AsSpan(1..length)) == id))
            {
                return new(parts[0], id, bytes[0], bytes.AsMemory(1..length));
            }
        }

        throw new FormatException("Not a verifier key.");
    }

    public bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (Type != EcdsaType)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Key.Span, out _);
            return key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The line, without a newline.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([Type, .. Key.Span])}");

    /// <summary>Key Vault's ES256 signature, 64 bytes r‖s, as DER.</summary>
    internal static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, 64);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature[..32], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature[32..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    private static uint EcdsaId(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(subjectPublicKeyInfo));
}
