using System.Globalization;
using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>
/// Which content this is: what sealed content and its descriptor are bound to, so that neither of them
/// opens in another's place (docs/formats/sealed-record.md §2).
/// </summary>
/// <param name="ContentVersion">1 for the first content of the record, one more whenever it is replaced.</param>
public sealed record AssociatedData(PracticeId Practice, ClientId Client, RecordId Record, long ContentVersion)
{
    /// <summary>The canonical bytes, as FLOE takes them.</summary>
    public byte[] ToBytes() => For("content");

    internal byte[] For(string purpose) => ContentVersion > 0
        ? CanonicalBytes.Of(
            $"recordsguard {purpose}",
            Practice.ToString(),
            Client.ToString(),
            Record.ToString(),
            ContentVersion.ToString(CultureInfo.InvariantCulture))
        : throw new InvalidOperationException("Content versions begin at 1.");
}
