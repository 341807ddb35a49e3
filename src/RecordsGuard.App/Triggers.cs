namespace RecordsGuard.App;

/// <summary>Every timer and queue function of the app; each has a folder <c>functions/&lt;Name&gt;</c> in the head.</summary>
public static class Triggers
{
    public static IReadOnlyList<Trigger> All { get; } = [];
}
