using System.Globalization;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>The body of <c>add-checkpoint</c> (C2SP tlog-witness): from which size on, the proof, the checkpoint.</summary>
/// <param name="Old">The size that the witness saw last; 0 if it never saw this log.</param>
public sealed record CosignRequest(long Old, IReadOnlyList<TreeHash> Proof, SignedNote Note)
{
    public const int MaxBytes = 64 * 1024;

    private const int MaxProof = 63;
    private const string OldWord = "old ";

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{OldWord}{Old}\n{string.Concat(Proof.Select(h => $"{h}\n"))}\n{Note}"));

    /// <exception cref="FormatException">Not such a body.</exception>
    public static CosignRequest Parse(ReadOnlySpan<byte> body)
    {
        var blank = body.IndexOf("\n\n"u8);
        var lines = blank < 0 ? [] : Encoding.ASCII.GetString(body[..blank]).Split('\n');
        return lines.Length is > 0 and <= 1 + MaxProof && lines[0].StartsWith(OldWord, StringComparison.Ordinal)
            && long.TryParse(lines[0][OldWord.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var old)
            && lines[0] == $"{OldWord}{old.ToString(CultureInfo.InvariantCulture)}"
            ? new(old, [.. lines[1..].Select(l => TreeHash.Parse(l))], SignedNote.Parse(body[(blank + 2)..]))
            : throw new FormatException("Not a request to cosign.");
    }
}

/// <summary>A witness's answer, as HTTP carries it.</summary>
/// <param name="Body">Signature lines with 200, the size it saw last with 409, else a sentence.</param>
public sealed record CosignAnswer(int Status, string ContentType, string Body)
{
    public const string SizeType = "text/x.tlog.size";
    public const string TextType = "text/plain";

    internal static CosignAnswer Refuse(int status, string sentence) => new(status, TextType, $"{sentence}\n");
}
