using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// Which files of a log may go once its first entries need not be kept any longer (C2SP tlog-tiles, "Pruning"): a
/// beginning, never a middle. What stays leads from every later entry to the root, and to the root of every later size.
/// </summary>
public static class LogPruning
{
    /// <summary>Full tiles and bundles that end at or before <paramref name="minimum"/>, lowest level first.</summary>
    /// <param name="minimum">The first entry that must be kept; at most the log's size.</param>
    public static IEnumerable<TileId> Below(long minimum, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimum, size);
        return Full(minimum);
    }

    private static IEnumerable<TileId> Full(long minimum)
    {
        for (var level = 0; minimum >> ((level + 1) * TileId.Height) is > 0 and var full; level++)
        {
            for (var index = 0L; index < full; index++)
            {
                var tile = new TileId(level, index);
                yield return tile;
                if (level == 0)
                {
                    yield return tile.Bundle;
                }
            }
        }
    }
}
