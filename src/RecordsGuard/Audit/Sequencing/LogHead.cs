using System.Globalization;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>
/// How far the log goes: the one blob whose replacement commits a batch (docs/formats/audit-log.md, "Head"). Everything
/// else follows from it and from the batch that it names.
/// </summary>
/// <param name="From">The size before the last batch.</param>
/// <param name="Batch">The name of the last batch's staging blob; <c>-</c> before the first.</param>
internal sealed record LogHead(long From, long Size, TreeHash Root, string Batch)
{
    public const string Name = "head";

    private const string FirstLine = "recordsguard-log-head/1";

    public static LogHead Empty { get; } = new(0, 0, TreeHash.OfNothing, "-");

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{FirstLine}\n{From}\n{Size}\n{Root}\n{Batch}\n"));

    /// <exception cref="LogBrokenException">These are not the bytes of a head.</exception>
    public static LogHead Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (Encoding.ASCII.GetString(bytes).Split('\n') is [FirstLine, var from, var size, var root, var batch, ""])
            {
                var head = new LogHead(
                    long.Parse(from, NumberStyles.None, CultureInfo.InvariantCulture),
                    long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture), TreeHash.Parse(root), batch);
                if (bytes.SequenceEqual(head.ToBytes()) && head.From <= head.Size)
                {
                    return head;
                }
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new LogBrokenException(LogFault.HeadMalformed, Name, e);
        }

        throw new LogBrokenException(LogFault.HeadMalformed, Name);
    }
}
