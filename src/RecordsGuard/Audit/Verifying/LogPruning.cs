using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// Which files of a log may go once its first entries need not be kept any longer (C2SP tlog-tiles, "Pruning"): a
/// beginning, never a middle. What stays leads from every later entry to the root, and to the root of every later size.
/// </summary>
public static class LogPruning
{
    /// <summary>
    /// The longest of the duties to account for what was done with a record: an accounting of disclosures reaches back
    /// six years (45 CFR 164.528(a)(1)).
    /// </summary>
    public const int LeastYears = 6;

    /// <summary>Full tiles and bundles that end at or before <paramref name="minimum"/>, lowest level first.</summary>
    /// <param name="minimum">The first entry that must be kept; at most the log's size.</param>
    public static IEnumerable<TileId> Below(long minimum, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimum, size);
        return Full(minimum);
    }

    /// <summary>
    /// The first entry that must be kept if those written before <paramref name="keepFrom"/> need not be: the beginning of
    /// the first bundle with a later one. Times are the writers' own words, and one that lies in the future keeps all that
    /// follows it.
    /// </summary>
    /// <param name="from">Where the log begins now, on a bundle's boundary: what lies before it was pruned already.</param>
    /// <param name="size">The size of a checkpoint that was verified.</param>
    /// <exception cref="LogBrokenException">A bundle is missing or malformed.</exception>
    public static async Task<long> MinimumAsync(PublishedLog log, long from, long size, DateTimeOffset keepFrom, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(log);
        for (; from + TileId.FullWidth <= size; from += TileId.FullWidth)
        {
            var bundle = new TileId(TileId.Entries, from / TileId.FullWidth);
            var bytes = await log.Tiles(bundle, cancel) ?? throw new LogBrokenException(LogFault.TileMissing, bundle.Path);
            if (!AllBefore(keepFrom, bundle, bytes))
            {
                break;
            }
        }

        return from;
    }

    private static bool AllBefore(DateTimeOffset keepFrom, TileId bundle, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return EntryBundle.Read(bytes).All(entry => AuditEntry.Parse(entry).Time < keepFrom);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new LogBrokenException(LogFault.TileMalformed, bundle.Path, e);
        }
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
