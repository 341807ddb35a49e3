using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RecordsGuard.Audit.Tree;

/// <summary>An ES256 signature over a SHA-256 digest, and the key that made it.</summary>
/// <param name="Value">64 bytes, r‖s.</param>
/// <param name="SubjectPublicKeyInfo">DER.</param>
public sealed record DigestSignature(ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> SubjectPublicKeyInfo);

/// <summary>Signs a SHA-256 digest with the log's key, which never leaves the vault.</summary>
public delegate Task<DigestSignature> DigestSigner(ReadOnlyMemory<byte> digest, CancellationToken cancel);

/// <summary>What the log commits to: so many entries with this root (C2SP tlog-checkpoint).</summary>
/// <param name="Origin">Which log; also the name of its key. No space, no plus.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root)
{
    /// <summary>The note's text: origin, size, root; we write no extension lines and ignore those of others.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n");

    /// <summary>Of a checkpoint's note. Who signed it is another question: <see cref="SignedNote.IsSignedBy"/>.</summary>
    /// <exception cref="FormatException">The text is no checkpoint.</exception>
    public static Checkpoint Of(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        var lines = note.Text.Split('\n');
        return lines.Length >= 4 && lines[0].Length > 0
            && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size.ToString(CultureInfo.InvariantCulture) == lines[1]
            && !lines.AsSpan()[3..^1].Contains("")
            ? new(lines[0], size, TreeHash.Parse(lines[2]))
            : throw new FormatException("Not a checkpoint.");
    }

    public async Task<SignedNote> SignAsync(DigestSigner sign, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sign);
        var signed = await sign(SHA256.HashData(Encoding.UTF8.GetBytes(Text)), cancel);
        var key = VerifierKey.Ecdsa(Origin, signed.SubjectPublicKeyInfo);
        return new(Text, [new(key.Name, key.Id, VerifierKey.ToDer(signed.Value.Span))]);
    }
}
