using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>
/// A witness's word that as of a moment a checkpoint is the largest it has seen of a log that only grew (C2SP
/// tlog-cosignature, Ed25519): 8 bytes of time, 64 of signature, among the note's signatures.
/// </summary>
public static class Cosignature
{
    public const byte Ed25519Type = 4;

    internal const int Length = sizeof(long) + 64;

    private const int PublicKeyLength = 32;

    /// <exception cref="FormatException">Not a name of a key.</exception>
    public static VerifierKey KeyOf(string name, ReadOnlySpan<byte> publicKey)
    {
        byte[] key = [Ed25519Type, .. publicKey];
        return VerifierKey.Parse(string.Create(CultureInfo.InvariantCulture, $"{name}+{IdOf(name, key):x8}+{Convert.ToBase64String(key)}"));
    }

    /// <summary>Whether a verifier key is a witness's, of the kind we can verify, under the id that is its own.</summary>
    public static bool IsCosignerKey(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Type == Ed25519Type && key.Key.Length == PublicKeyLength && key.Id == IdOf(key.Name, [Ed25519Type, .. key.Key.Span]);
    }

    /// <summary>
    /// When this witness cosigned the note; null if it did not. The earliest, if several times; null also if one of its
    /// signatures is false, whatever the others are.
    /// </summary>
    public static DateTimeOffset? TimeOf(SignedNote note, VerifierKey witness, IEd25519 ed25519)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(witness);
        ArgumentNullException.ThrowIfNull(ed25519);
        DateTimeOffset? earliest = null;
        foreach (var signature in note.Signatures.Where(s => s.Name == witness.Name && s.KeyId == witness.Id))
        {
            if (TimeOf(note, signature, witness, ed25519) is not { } time)
            {
                return null;
            }

            earliest = earliest < time ? earliest : time;
        }

        return earliest;
    }

    internal static string Message(SignedNote note, long time) =>
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{note.Text}");

    private static DateTimeOffset? TimeOf(SignedNote note, NoteSignature signature, VerifierKey witness, IEd25519 ed25519)
    {
        if (signature.Value.Length != Length || !IsCosignerKey(witness))
        {
            return null;
        }

        var time = BinaryPrimitives.ReadInt64BigEndian(signature.Value.Span);
        return time > 0 && time <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            && ed25519.Verifies(witness.Key.Span, Encoding.UTF8.GetBytes(Message(note, time)), signature.Value.Span[sizeof(long)..])
            ? DateTimeOffset.FromUnixTimeSeconds(time)
            : null;
    }

    private static uint IdOf(string name, ReadOnlySpan<byte> typeAndKey) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. typeAndKey]));
}
