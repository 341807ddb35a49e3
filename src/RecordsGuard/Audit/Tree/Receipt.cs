using System.Globalization;
using System.Text;

namespace RecordsGuard.Audit.Tree;

/// <summary>
/// All that proves an entry's place in the log, in one file that needs nothing but the log's verifier key: C2SP
/// tlog-proof, with the entry's bytes as its <c>extra</c> line.
/// </summary>
public sealed record Receipt(ReadOnlyMemory<byte> Entry, InclusionProof Proof, SignedNote Checkpoint)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const string Extra = "extra ";
    private const string Index = "index ";

    /// <exception cref="FormatException">Not a proof, or one without an entry.</exception>
    public static Receipt Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : text[..end].Split('\n');
        if (lines.Length < 3 || lines[0] != FirstLine
            || !lines[1].StartsWith(Extra, StringComparison.Ordinal) || !lines[2].StartsWith(Index, StringComparison.Ordinal)
            || !long.TryParse(lines[2][Index.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || lines[2] != $"{Index}{index.ToString(CultureInfo.InvariantCulture)}")
        {
            throw new FormatException("Not a receipt of an audit entry.");
        }

        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(text[(end + 2)..]));
        var hashes = lines[3..].Select(l => TreeHash.Parse(l)).ToList();
        var entry = Convert.FromBase64String(lines[1][Extra.Length..]);
        return lines[1] == $"{Extra}{Convert.ToBase64String(entry)}"
            ? new(entry, new(index, Tree.Checkpoint.Of(note).Size, hashes), note)
            : throw new FormatException("A receipt is written in one way only.");
    }

    /// <summary>Whether the log with this key and this origin vouches for the entry.</summary>
    public bool Verify(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var checkpoint = Tree.Checkpoint.Of(Checkpoint);
        return checkpoint.Origin == key.Name && Checkpoint.IsSignedBy(key) && Proof.Size == checkpoint.Size
            && Proof.Verify(TreeHash.OfLeaf(Entry.Span), checkpoint.Root);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{FirstLine}\n{Extra}{Convert.ToBase64String(Entry.Span)}\n{Index}{Proof.Index}\n{string.Concat(Proof.Hashes.Select(h => $"{h}\n"))}\n{Checkpoint}");
}
