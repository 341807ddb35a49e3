using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Records;

/// <summary>
/// A practice: 2 to 24 characters of <c>a-z</c>, <c>0-9</c> and single inner hyphens, beginning with a letter. Chosen
/// by the practice, so it also names its keys (<c>{practice}-content</c>), and is never secret.
/// </summary>
public readonly record struct PracticeId
{
    private readonly string? value;

    private PracticeId(string value) => this.value = value;

    /// <summary>Where entries and alerts go that belong to no practice, such as a caller of an unknown tenant.</summary>
    public static PracticeId None { get; } = new("none");

    public static bool TryParse([NotNullWhen(true)] string? text, out PracticeId id)
    {
        id = default;
        if (text is not { Length: >= 2 and <= 24 } || !char.IsAsciiLetterLower(text[0]) || text[^1] == '-'
            || text == "none" || text.Contains("--", StringComparison.Ordinal)
            || !text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            return false;
        }

        id = new(text);
        return true;
    }

    /// <exception cref="FormatException">The text is no practice id.</exception>
    public static PracticeId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no practice id.");

    public override string ToString() => value ?? throw new InvalidOperationException("An unset practice id.");
}
