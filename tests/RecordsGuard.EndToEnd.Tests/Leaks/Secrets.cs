using System.Security.Cryptography;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>Everything personal in the story of one client: words that occur nowhere else in the world.</summary>
internal sealed class Secrets
{
    public const string Name = "Zyxqvénka Wobblethörpe-Ñandúson";
    public const string NewName = "Quibblefrotz Vantoosélaar";
    public const string Chart = "MRN-7741-ZQX-0093";
    public const string Born = "1961-07-23";
    public const string Matter = "Grumblewick contra Snorkelmann 19-CV-40417";
    public const string HoldReason = "to be kept, says Fnordhaven-Plumley";
    public const string Resolution = "asked Blunderbusson: like that of Pimpernickle";
    public const string BinaryFile = "Zwischenbericht-Kniffelgroth-ünïcode.bin";
    public const string TextFile = "séance-notes Flibbertigibbetson.txt";
    public const string BufferedFile = "wackelkontakt-buffered-Oddfellowska.bin";
    public const string Purpose = "because-Thrumblecroft-said-so";

    /// <summary>Sent in chunks.</summary>
    public byte[] Random { get; } = RandomNumberGenerator.GetBytes(4096);

    /// <summary>Sent with a length: the host buffers it on disk before the app sees a byte.</summary>
    public byte[] Buffered { get; } = RandomNumberGenerator.GetBytes(200_000);

    public string Words { get; } = string.Join('\n', Enumerable.Range(1, 60).Select(i =>
        $"Session {i}: the client speaks of Aunt Hortensia-{Guid.NewGuid():N}, naïve “quotes” & fears #{i * 7919}."));

    public IEnumerable<Shape> Shapes()
    {
        (string What, string Text)[] texts =
        [
            ("name", Name), ("corrected name", NewName), ("chart number", Chart), ("birth date", Born), ("birth date", "07/23/1961"),
            ("birth date", "23.07.1961"), ("matter", Matter), ("reason of the hold", HoldReason), ("reason of the resolution", Resolution),
            ("file name", BinaryFile), ("file name", TextFile), ("file name", BufferedFile), ("purpose", Purpose),
        ];
        return texts.SelectMany(t => Needle.Text(t.What, t.Text))
            .Concat(Needle.Content("random content", Random))
            .Concat(Needle.Content("buffered content", Buffered[100_000..104_096]))
            .Concat(Needle.Content("buffered content's beginning", Buffered[..1024]))
            .Concat(Needle.TextContent("text content", Words));
    }
}
