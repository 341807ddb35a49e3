namespace RecordsGuard.Audit.Tree;

/// <summary>
/// The right edge of a growing tree: the hashes of the tiles that are not full yet, and nothing more. It is enough to
/// append, to know the root, and to write every tile once. For whoever writes a log, and for whoever recomputes a
/// whole one: about two SHA-256 an entry, no allocation unless a tile is filled.
/// </summary>
public sealed class TreeEdge
{
    private readonly List<Level> levels = [];

    /// <summary>Called with each tile that an append fills: level 0 first, then those above it.</summary>
    public Action<TileId, ReadOnlySpan<TreeHash>>? Filled { get; set; }

    public long Size { get; private set; }

    /// <summary>The edge of a tree of this size, from its partial tiles.</summary>
    /// <exception cref="LogBrokenException">A tile is missing or has another length.</exception>
    public static async Task<TreeEdge> LoadAsync(long size, TileReader read, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(read);
        var edge = new TreeEdge { Size = size };
        for (var level = 0; TileId.HashesAt(size, level) is > 0 and var hashes; level++)
        {
            var index = hashes / TileId.FullWidth;
            var added = new Level { Index = index };
            edge.levels.Add(added);
            if (hashes % TileId.FullWidth > 0)
            {
                added.Count = (await Tile.ReadAsync(read, TileId.In(size, level, index), cancel)).CopyTo(added.Hashes);
            }
        }

        return edge;
    }

    public void Append(in TreeHash leaf)
    {
        Append(0, leaf);
        Size++;
    }

    public TreeHash Root()
    {
        Span<TreeHash> row = stackalloc TreeHash[TileId.FullWidth];
        TreeHash? right = null;
        foreach (var level in levels)
        {
            var count = level.Count;
            level.Hashes.AsSpan(0, count).CopyTo(row);
            if (right is { } smaller)
            {
                row[count++] = smaller;
            }

            if (count > 0)
            {
                right = TreeHash.Over(row[..count]);
            }
        }

        return right ?? TreeHash.OfNothing;
    }

    /// <summary>The tiles that are not full, as bytes, lowest level first.</summary>
    public IEnumerable<Tile> Partial() => levels
        .Select((l, i) => (Level: l, Number: i))
        .Where(l => l.Level.Count > 0)
        .Select(l => Tile.Of(new(l.Number, l.Level.Index, l.Level.Count), l.Level.Hashes.AsSpan(0, l.Level.Count)));

    private void Append(int number, in TreeHash hash)
    {
        if (levels.Count == number)
        {
            levels.Add(new());
        }

        var level = levels[number];
        level.Hashes[level.Count++] = hash;
        if (level.Count == TileId.FullWidth)
        {
            Filled?.Invoke(new(number, level.Index), level.Hashes);
            Append(number + 1, TreeHash.Over(level.Hashes));
            level.Index++;
            level.Count = 0;
        }
    }

    private sealed class Level
    {
        public TreeHash[] Hashes { get; } = new TreeHash[TileId.FullWidth];

        public int Count { get; set; }

        public long Index { get; set; }
    }
}
