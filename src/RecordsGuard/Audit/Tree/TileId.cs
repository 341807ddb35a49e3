using System.Globalization;

namespace RecordsGuard.Audit.Tree;

/// <summary>
/// Which tile: C2SP tlog-tiles' coordinates, <c>tile/&lt;L&gt;/&lt;N&gt;[.p/&lt;W&gt;]</c>. At level 0 a hash stands for an
/// entry, at each level above for a full tile of the level below. Entry bundles have level <see cref="Entries"/> and
/// lie beside level 0.
/// </summary>
/// <param name="Level">0 to 7 for any tree that can exist, or <see cref="Entries"/>.</param>
/// <param name="Index">The place of the tile within its level.</param>
/// <param name="Width">How many hashes or entries: 1 to 256; less than 256 is a partial tile.</param>
public readonly record struct TileId(int Level, long Index, int Width = TileId.FullWidth)
{
    public const int Entries = -1;
    public const int FullWidth = 1 << Height;

    /// <summary>Levels of the tree that one tile holds.</summary>
    internal const int Height = 8;

    private const int MaxLevel = 63;

    public bool IsFull => Width == FullWidth;

    /// <summary>The bundle with the entries of this level-0 tile.</summary>
    public TileId Bundle => this with { Level = Entries };

    /// <summary>Such as <c>tile/0/x001/x234/067.p/112</c> or <c>tile/entries/000</c>.</summary>
    public string Path
    {
        get
        {
            var number = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (var rest = Index / 1000; rest > 0; rest /= 1000)
            {
                number = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{number}");
            }

            var level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
            var part = IsFull ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{Width}");
            return $"tile/{level}/{number}{part}";
        }
    }

    /// <summary>The tile at this place in a tree of <paramref name="size"/> entries, as wide as the tree makes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such tile.</exception>
    public static TileId In(long size, int level, long index)
    {
        var width = Math.Min(FullWidth, HashesAt(size, Math.Max(level, 0)) - (index * FullWidth));
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(index));
        return new(level, index, (int)width);
    }

    /// <summary>The hash tiles that the way from an entry to the root goes through, lowest level first.</summary>
    public static IEnumerable<TileId> Above(long size, long entry)
    {
        for (var level = 0; HashesAt(size, level) > entry / FullWidth * FullWidth; level++)
        {
            yield return In(size, level, entry /= FullWidth);
        }
    }

    /// <summary>
    /// The hash tiles that a tree of <paramref name="to"/> entries has and one of <paramref name="from"/> has not, lowest
    /// level first. Each of level 0 stands for its bundle too.
    /// </summary>
    public static IEnumerable<TileId> Grown(long from, long to)
    {
        for (var level = 0; HashesAt(to, level) > HashesAt(from, level); level++)
        {
            for (var index = HashesAt(from, level) / FullWidth; index * FullWidth < HashesAt(to, level); index++)
            {
                yield return In(to, level, index);
            }
        }
    }

    /// <summary>Only what <see cref="Path"/> writes, no other spelling of the same tile.</summary>
    public static bool TryParse(string? path, out TileId tile)
    {
        tile = default;
        var parts = path?.Split('/') ?? [];
        if (parts.Length < 3 || parts[0] != "tile" || !TryLevel(parts[1], out var level))
        {
            return false;
        }

        var width = FullWidth;
        var number = parts.AsSpan(2);
        if (number.Length > 1 && number[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(number[^1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= FullWidth)
            {
                return false;
            }

            number = number[..^1];
            number[^1] = number[^1][..^2];
        }

        var index = 0L;
        for (var i = 0; i < number.Length; i++)
        {
            var digits = i < number.Length - 1 && number[i].StartsWith('x') ? number[i][1..] : number[i];
            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var group)
                || index > (long.MaxValue / FullWidth / 1000) - 1)
            {
                return false;
            }

            index = (index * 1000) + group;
        }

        tile = new(level, index, width);
        return tile.Path == path;
    }

    /// <summary>How many whole hashes a level has.</summary>
    internal static long HashesAt(long size, int level) => level * Height > MaxLevel - 1 ? 0 : size >> (level * Height);

    private static bool TryLevel(string text, out int level)
    {
        level = Entries;
        return text == "entries"
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out level) && level <= MaxLevel);
    }
}
