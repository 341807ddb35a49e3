namespace RecordsGuard.Access;

/// <summary>The house's own words for the values of its enums, such as <c>read-content</c>.</summary>
internal static class Words
{
    public static string Kebab<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) =>
            i > 0 && char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <summary>Null if the text is no such word, exactly.</summary>
    public static T? Parse<T>(string? text)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(v => Kebab(v) == text).Select(v => (T?)v).FirstOrDefault();

    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(Kebab)];
}
