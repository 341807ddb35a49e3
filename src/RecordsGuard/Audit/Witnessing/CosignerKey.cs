using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>
/// A witness's key pair (C2SP tlog-cosignature, Ed25519). Its file is one line in signed-note's form of private keys:
/// <c>PRIVATE+KEY+name+id+base64(4 ‖ seed)</c>.
/// </summary>
public sealed class CosignerKey
{
    public const int SeedLength = 32;

    private const string Prefix = "PRIVATE+KEY+";

    private readonly byte[] seed;

    private CosignerKey(string name, byte[] seed, IEd25519 ed25519) =>
        (this.seed, Public) = (seed, Cosignature.KeyOf(name, ed25519.PublicKeyOf(seed)));

    public VerifierKey Public { get; }

    /// <exception cref="FormatException">Not a name of a key.</exception>
    public static CosignerKey New(string name, IEd25519 ed25519)
    {
        ArgumentNullException.ThrowIfNull(ed25519);
        return new(name, RandomNumberGenerator.GetBytes(SeedLength), ed25519);
    }

    /// <exception cref="FormatException">Not such a line, or one whose id is not its key's.</exception>
    public static CosignerKey Parse(string line, IEd25519 ed25519)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(ed25519);
        var text = line.Trim();
        if (text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Split('+', 3) is [var name, var id, var base64])
        {
            var bytes = Convert.FromBase64String(base64);
            if (bytes.Length == 1 + SeedLength && bytes[0] == Cosignature.Ed25519Type)
            {
                var key = new CosignerKey(name, bytes[1..], ed25519);
                if (key.Public.Id.ToString("x8", CultureInfo.InvariantCulture) == id)
                {
                    return key;
                }
            }
        }

        throw new FormatException("Not a witness's private key.");
    }

    /// <summary>The line, without a newline. It is the private key.</summary>
    public string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{Public.Name}+{Public.Id:x8}+{Convert.ToBase64String([Cosignature.Ed25519Type, .. seed])}");

    internal NoteSignature Cosign(SignedNote note, DateTimeOffset now, IEd25519 ed25519)
    {
        var time = now.ToUnixTimeSeconds();
        var value = new byte[Cosignature.Length];
        BinaryPrimitives.WriteInt64BigEndian(value, time);
        ed25519.Sign(seed, Encoding.UTF8.GetBytes(Cosignature.Message(note, time))).CopyTo(value, sizeof(long));
        return new(Public.Name, Public.Id, value);
    }
}
