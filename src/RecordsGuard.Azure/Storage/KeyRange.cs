namespace RecordsGuard.Azure;

/// <summary>Keys by prefix, where a store only knows greater and less.</summary>
internal static class KeyRange
{
    /// <summary>The first key, in ordinal order, after all that start with the prefix; null if there is no end.</summary>
    public static string? After(string prefix)
    {
        var last = prefix.Length - 1;
        while (last >= 0 && prefix[last] == char.MaxValue)
        {
            last--;
        }

        return last < 0 ? null : $"{prefix[..last]}{(char)(prefix[last] + 1)}";
    }
}
