namespace RecordsGuard.Audit.Tree;

/// <summary>
/// A tree of a given size, read from its tiles alone. One proof reads at most two tiles a level: eight out of ten
/// million entries. Tiles are read once, and hashes over more than a tile computed once, for as long as this object lives:
/// make one for each question.
/// </summary>
public sealed class TileTree(long size, TileReader read)
{
    private readonly Dictionary<TileId, Tile> tiles = [];
    private readonly Dictionary<(long From, long To), TreeHash> wide = [];

    public long Size { get; } = size;

    /// <exception cref="LogBrokenException">A tile is missing or malformed; so for all that follow.</exception>
    public Task<TreeHash> RootAsync(CancellationToken cancel) =>
        Size == 0 ? Task.FromResult(TreeHash.OfNothing) : RangeAsync(0, Size, cancel);

    public Task<TreeHash> LeafAsync(long index, CancellationToken cancel) => RangeAsync(index, index + 1, cancel);

    /// <exception cref="ArgumentOutOfRangeException">The tree has no such entry.</exception>
    public async Task<InclusionProof> InclusionAsync(long index, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        var hashes = new List<TreeHash>();
        var (from, to) = (0L, Size);
        while (to - from > 1)
        {
            var middle = from + TreeHash.Split(to - from);
            hashes.Add(index < middle ? await RangeAsync(middle, to, cancel) : await RangeAsync(from, middle, cancel));
            (from, to) = index < middle ? (from, middle) : (middle, to);
        }

        hashes.Reverse();
        return new(index, Size, hashes);
    }

    /// <summary>That this tree grew from one of <paramref name="smaller"/> entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a size between 1 and this tree's.</exception>
    public async Task<ConsistencyProof> ConsistencyAsync(long smaller, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(smaller, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(smaller, Size);
        var hashes = new List<TreeHash>();
        var (from, to) = (0L, Size);
        while (smaller < to)
        {
            var middle = from + TreeHash.Split(to - from);
            hashes.Add(smaller <= middle ? await RangeAsync(middle, to, cancel) : await RangeAsync(from, middle, cancel));
            (from, to) = smaller <= middle ? (from, middle) : (middle, to);
        }

        if (from > 0)
        {
            hashes.Add(await RangeAsync(from, to, cancel));
        }

        hashes.Reverse();
        return new(smaller, Size, hashes);
    }

    /// <summary>The hash over [from, to), a range that the tree's own splits lead to.</summary>
    private async Task<TreeHash> RangeAsync(long from, long to, CancellationToken cancel)
    {
        if (to - from < TileId.FullWidth)
        {
            return await ComputeAsync(from, to, cancel);
        }

        if (!wide.TryGetValue((from, to), out var hash))
        {
            wide[(from, to)] = hash = await ComputeAsync(from, to, cancel);
        }

        return hash;
    }

    private async Task<TreeHash> ComputeAsync(long from, long to, CancellationToken cancel)
    {
        var count = to - from;
        if (!long.IsPow2(count))
        {
            var middle = from + TreeHash.Split(count);
            return TreeHash.OfNode(await RangeAsync(from, middle, cancel), await RangeAsync(middle, to, cancel));
        }

        var height = (int)long.TrailingZeroCount(count);
        var (level, width) = (height / TileId.Height, 1 << (height % TileId.Height));
        var first = from >> (level * TileId.Height);
        var tile = await TileAsync(TileId.In(Size, level, first / TileId.FullWidth), cancel);
        var row = new TreeHash[width];
        for (var i = 0; i < width; i++)
        {
            row[i] = tile[(int)(first % TileId.FullWidth) + i];
        }

        return TreeHash.Over(row);
    }

    private async Task<Tile> TileAsync(TileId id, CancellationToken cancel)
    {
        if (!tiles.TryGetValue(id, out var tile))
        {
            tile = await Tile.ReadAsync(read, id, cancel);
            tiles.Add(id, tile);
        }

        return tile;
    }
}
