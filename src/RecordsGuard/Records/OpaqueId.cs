using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RecordsGuard.Records;

/// <summary>The one shape of our own ids: a prefix, a hyphen and 128 random bits in lower-case hex.</summary>
internal static class OpaqueId
{
    private const int HexDigits = 32;

    private static readonly SearchValues<char> HexDigitValues = SearchValues.Create("0123456789abcdef");

    public static string New(string prefix) =>
        $"{prefix}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(HexDigits / 2))}";

    public static bool IsWellFormed([NotNullWhen(true)] string? text, string prefix) =>
        text is not null
        && text.Length == prefix.Length + 1 + HexDigits
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text[prefix.Length] == '-'
        && text.AsSpan(prefix.Length + 1).IndexOfAnyExcept(HexDigitValues) < 0;
}
