using System.Text;
using System.Text.RegularExpressions;

namespace RecordsGuard.Local.Storage;

/// <summary>An entity group transaction (OData batch, multipart/mixed): what each of its parts needs.</summary>
internal static partial class TableBatch
{
    /// <summary>The real service's limit.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>A part that cannot be read is one that no role allows.</summary>
    public static IReadOnlyList<StorageNeed> Needs(StorageRequest batch, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        var parts = Part().Matches(text);
        return parts.Count > 0 && parts.Count == Envelope().Count(text)
            ? [.. parts.SelectMany(p => Needs(batch, p))]
            : [StorageNeed.Nothing(batch)];
    }

    private static IReadOnlyList<StorageNeed> Needs(StorageRequest batch, Match part)
    {
        // On Unix a bare path is an absolute URI too, of a file.
        if (!Uri.TryCreate(part.Groups["uri"].Value, UriKind.Absolute, out var uri) || uri.IsFile
            || Uri.UnescapeDataString(uri.AbsolutePath[1..]).Split('/', 2) is not [var account, var resource]
            || account != batch.Account)
        {
            return [StorageNeed.Nothing(batch)];
        }

        var headers = new HeaderDictionary();
        foreach (var header in part.Groups["header"].Captures.Select(c => c.Value.Split(':', 2)).Where(h => h.Length == 2))
        {
            headers[header[0].Trim()] = header[1].Trim();
        }

        return StorageNeed.Of(batch with { Method = part.Groups["method"].Value, Resource = resource, Headers = headers, Query = new QueryCollection() });
    }

    [GeneratedRegex(@"^(?<method>[A-Z]+) (?<uri>\S+) HTTP/1\.1\r?\n(?:(?<header>[^\r\n]+)\r?\n)*", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex(@"^Content-Type:\s*application/http\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Envelope();
}
