namespace RecordsGuard.App.Http;

/// <summary>
/// Whether content begins like the type it is said to be. A check against mistakes and disguises, not a parser: what
/// it does not know it believes.
/// </summary>
internal static class ContentKind
{
    /// <summary>How many bytes of the beginning are looked at.</summary>
    public const int Head = 16;

    private static readonly (string Type, byte[] Magic, int At)[] Known =
    [
        ("application/pdf", "%PDF-"u8.ToArray(), 0),
        ("image/png", [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A], 0),
        ("image/jpeg", [0xFF, 0xD8, 0xFF], 0),
        ("image/gif", "GIF8"u8.ToArray(), 0),
        ("image/tiff", "II*\0"u8.ToArray(), 0),
        ("audio/wav", "WAVE"u8.ToArray(), 8),
        ("video/mp4", "ftyp"u8.ToArray(), 4),
        ("application/zip", "PK\x03\x04"u8.ToArray(), 0),
    ];

    /// <summary>Null if they agree; else what the content looks like, or what it should begin like and does not.</summary>
    public static string? Contradiction(string declared, ReadOnlySpan<byte> head)
    {
        var family = Family(declared);
        foreach (var (type, magic, at) in Known)
        {
            var begins = head.Length >= at + magic.Length && head.Slice(at, magic.Length).SequenceEqual(magic);
            if (begins && family is not null && family != type)
            {
                return $"it begins like {type}";
            }

            if (!begins && family == type && type is not "image/tiff")
            {
                return "it does not begin like one";
            }
        }

        return null;
    }

    /// <summary>The known type whose beginning this type shares; the type itself for text; null: believed as it is.</summary>
    private static string? Family(string declared) => declared switch
    {
        "image/jpg" => "image/jpeg",
        "audio/wave" or "audio/x-wav" or "audio/vnd.wave" => "audio/wav",
        "audio/mp4" or "audio/x-m4a" or "video/quicktime" => null,
        _ when declared.StartsWith("application/vnd.openxmlformats-officedocument.", StringComparison.Ordinal)
            || declared.StartsWith("application/vnd.oasis.opendocument.", StringComparison.Ordinal) => "application/zip",
        _ when declared.StartsWith("text/", StringComparison.Ordinal) || Known.Any(k => k.Type == declared) => declared,
        _ => null,
    };
}
