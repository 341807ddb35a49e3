using System.Buffers.Binary;
using System.Text;

namespace RecordsGuard.Audit.Tree;

/// <summary>One signature line of a note: who, with which key, and the signature itself.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Value)
{
    public override string ToString()
    {
        var bytes = new byte[sizeof(uint) + Value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Value.CopyTo(bytes.AsMemory(sizeof(uint)));
        return $"\u2014 {Name} {Convert.ToBase64String(bytes)}\n";
    }
}

/// <summary>A text and who signed it (C2SP signed-note).</summary>
/// <param name="Text">Ends with a newline; what is signed, in UTF-8.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    private const int MaxSignatures = 64;
    private const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">Not a signed note, or one over 1 MiB or 64 signatures.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> utf8)
    {
        string note;
        try
        {
            note = utf8.Length <= MaxBytes ? Strict.GetString(utf8) : "";
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("A note that is not UTF-8.", e);
        }

        var blank = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0 || note[^1] != '\n' || note.Any(c => c < ' ' && c != '\n'))
        {
            throw new FormatException("Not a signed note.");
        }

        var lines = note[(blank + 2)..].Split('\n')[..^1];
        return lines.Length is > 0 and <= MaxSignatures
            ? new(note[..(blank + 1)], [.. lines.Select(ParseLine)])
            : throw new FormatException("A note without signatures, or with too many.");
    }

    /// <summary>
    /// Whether the key signed this note. False if there is no signature of it, and if there is one that does not verify,
    /// whatever else is there.
    /// </summary>
    public bool IsSignedBy(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var mine = Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id).ToList();
        var text = Strict.GetBytes(Text);
        return mine.Count > 0 && mine.TrueForAll(s => key.Verifies(text, s.Value.Span));
    }

    public byte[] ToBytes() => Strict.GetBytes(ToString());

    public override string ToString() => $"{Text}\n{string.Concat(Signatures)}";

    /// <summary>Whether a text can be a key's name: not empty, no space of any kind, no plus.</summary>
    internal static bool IsName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c is '+' or < ' ');

    private static NoteSignature ParseLine(string line)
    {
        if (line.Split(' ') is ["\u2014", var name, var base64] && IsName(name))
        {
            var bytes = new byte[base64.Length];
            if (Convert.TryFromBase64String(base64, bytes, out var length) && length > sizeof(uint)
                && Convert.ToBase64String(bytes.AsSpan(0, length)) == base64)
            {
                return new(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)..length));
            }
        }

        throw new FormatException("A note with a malformed signature line.");
    }
}
