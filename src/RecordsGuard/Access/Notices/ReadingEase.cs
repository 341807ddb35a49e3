namespace RecordsGuard.Access.Notices;

/// <summary>
/// Flesch's reading ease of English text: 206.835 − 1.015 × words per sentence − 84.6 × syllables per word. Syllables are
/// counted by their vowels, which is right for most words and close for the rest.
/// </summary>
public static class ReadingEase
{
    /// <summary>At this and above, most people of 13 to 15 years understand it: what the notice aims at.</summary>
    public const int Plain = 60;

    /// <summary>One decimal; 100 for a text without words.</summary>
    public static double Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Letters).Where(w => w.Length > 0).ToList();
        if (words.Count == 0)
        {
            return 100;
        }

        var sentences = Math.Max(1, text.Split(['.', '!', '?', ':', ';', '\n'], StringSplitOptions.RemoveEmptyEntries).Count(s => s.Any(char.IsLetter)));
        return Math.Round(206.835 - (1.015 * words.Count / sentences) - (84.6 * words.Sum(Syllables) / words.Count), 1);
    }

    private static string Letters(string word) => string.Concat(word.Where(char.IsLetter)).ToLowerInvariant();

    private static int Syllables(string word)
    {
        var count = 0;
        for (var i = 0; i < word.Length; i++)
        {
            count += IsVowel(word[i]) && (i == 0 || !IsVowel(word[i - 1])) ? 1 : 0;
        }

        // A final e is silent (time), unless it makes the syllable (table).
        return Math.Max(1, word.EndsWith('e') && !word.EndsWith("le", StringComparison.Ordinal) && count > 1 ? count - 1 : count);
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
