using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>One shape of something that must not be found; every run of <see cref="Window"/> bytes of it counts.</summary>
/// <param name="What">What it is and in which form.</param>
/// <param name="Window">At least 8. All of it: only the whole counts.</param>
internal sealed record Shape(string What, byte[] Bytes, int Window);

/// <summary>A secret in all the forms in which it could have been written down.</summary>
internal static class Needle
{
    public const int ContentWindow = 32;

    private static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.Default;

    /// <summary>A short text, found as a whole, and each of its longer words by itself.</summary>
    public static IEnumerable<Shape> Text(string what, string text) =>
        text.Split(' ').Where(w => w.Length >= 8).Append(text).Distinct().SelectMany(part =>
            new[] { part, part.ToLowerInvariant(), part.ToUpperInvariant() }.Distinct().SelectMany(t => Whole($"{what} \"{t}\"", t)));

    /// <summary>Bytes, of which every 32 in a row count.</summary>
    public static IEnumerable<Shape> Content(string what, byte[] bytes)
    {
        yield return new($"{what}, 32 bytes as they are", bytes, ContentWindow);
        yield return new($"{what}, 32 bytes in hex", Ascii(Convert.ToHexStringLower(bytes)), 2 * ContentWindow);
        yield return new($"{what}, 32 bytes in HEX", Ascii(Convert.ToHexString(bytes)), 2 * ContentWindow);
        foreach (var shape in Base64(what, bytes, 4 * ((ContentWindow - 2) / 3)))
        {
            yield return shape;
        }
    }

    /// <summary>A text file: its bytes, and what a log or a JSON writer makes of its characters.</summary>
    public static IEnumerable<Shape> TextContent(string what, string text) =>
        Content(what, Encoding.UTF8.GetBytes(text)).Concat(
        [
            new($"{what}, UTF-16", Encoding.Unicode.GetBytes(text), 2 * ContentWindow),
            new($"{what}, in a URL", Ascii(Uri.EscapeDataString(text)), ContentWindow),
            new($"{what}, in JSON", Ascii(Escape(text)), ContentWindow),
        ]);

    private static IEnumerable<Shape> Whole(string what, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        List<(string Form, byte[] Bytes)> forms =
        [
            ("UTF-8", utf8),
            ("UTF-16", Encoding.Unicode.GetBytes(text)),
            ("hex", Ascii(Convert.ToHexStringLower(utf8))),
            ("HEX", Ascii(Convert.ToHexString(utf8))),
            ("URL", Ascii(Uri.EscapeDataString(text))),
            ("url", Ascii(LowerEscapes(Uri.EscapeDataString(text)))),
            ("form", Ascii(Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal))),
            ("JSON", Ascii(Escape(text))),
            ("json", Ascii(Escape(text).ToLowerInvariant())),
            ("URL of a URL", Ascii(Uri.EscapeDataString(Uri.EscapeDataString(text)))),
        ];
        return forms.DistinctBy(f => Convert.ToHexString(f.Bytes)).Select(f => new Shape($"{what} as {f.Form}", f.Bytes, f.Bytes.Length))
            .Concat(Base64(what, utf8, null)).Concat(Base64($"{what} in UTF-16", Encoding.Unicode.GetBytes(text), null))
            .Where(s => s.Window >= 8);
    }

    /// <summary>Base64 and base64url at all three alignments, without the characters that what surrounds it decides.</summary>
    private static IEnumerable<Shape> Base64(string what, byte[] bytes, int? window)
    {
        for (var skip = 0; skip < 3; skip++)
        {
            var whole = bytes.AsSpan(skip)[..((bytes.Length - skip) / 3 * 3)];
            var text = Convert.ToBase64String(whole);
            yield return new($"{what}, base64 from byte {skip}", Ascii(text), window ?? text.Length);
            if (text.Contains('+', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal))
            {
                yield return new($"{what}, base64url from byte {skip}", Ascii(text.Replace('+', '-').Replace('/', '_')), window ?? text.Length);
            }
        }
    }

    private static string Escape(string text) => JsonEncodedText.Encode(text, Escaping).ToString();

    private static string LowerEscapes(string url) =>
        System.Text.RegularExpressions.Regex.Replace(url, "%..", m => m.Value.ToLowerInvariant());

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
