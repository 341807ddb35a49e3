using System.Text;

namespace RecordsGuard.Access;

/// <summary>
/// Reasons that people give, in any script. What cannot be a reason is refused; whether it is a good one, whoever
/// reviews it says.
/// </summary>
public static class Reasons
{
    public const int MaxLength = 2000;

    private const int MinLetters = 4;
    private const int MinDifferent = 3;

    /// <summary>Null, or what is wrong with it, in a sentence.</summary>
    /// <param name="what">What the text is, such as <c>reason</c>.</param>
    public static string? Complaint(string? text, string what)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return $"{what} is missing: say it in a sentence.";
        }

        if (text.Length > MaxLength || !IsWellFormed(text))
        {
            return $"{what} must be a text of at most {MaxLength} characters, without control characters or marks that turn the direction of writing.";
        }

        var letters = Letters(text).ToList();
        return letters.Count < MinLetters || letters.Distinct().Count() < MinDifferent
            ? $"{what} says nothing: write what happened, in words."
            : null;
    }

    /// <summary>The letters and digits alone, in small letters: two texts of the same words are the same here.</summary>
    public static string Essence(string text) => string.Concat(Letters(text));

    private static IEnumerable<Rune> Letters(string text) =>
        text.EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(Rune.ToLowerInvariant);

    /// <summary>Right-to-left scripts need no override; an override shows a reader something else than what is stored.</summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return false;
            }

            if ((Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')) || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
            {
                return false;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return true;
    }
}
