using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>A blob to be created.</summary>
internal readonly record struct NewTile(string Path, ReadOnlyMemory<byte> Bytes);

/// <summary>Where the log ends: the tree's edge and the entries of the bundle that is not full.</summary>
internal sealed class LogTail
{
    private readonly TreeEdge edge;
    private readonly List<ReadOnlyMemory<byte>> bundle;

    private LogTail(TreeEdge edge, List<ReadOnlyMemory<byte>> bundle) => (this.edge, this.bundle) = (edge, bundle);

    public long Size => edge.Size;

    public TreeHash Root => edge.Root();

    /// <exception cref="LogBrokenException">
    /// The tiles are not those of a tree of this size, or the last bundle's entries are not those of its tile.
    /// </exception>
    public static async Task<LogTail> LoadAsync(long size, TileReader read, CancellationToken cancel)
    {
        var edge = await TreeEdge.LoadAsync(size, read, cancel);
        if (size % TileId.FullWidth == 0)
        {
            return new(edge, []);
        }

        var last = TileId.In(size, 0, size / TileId.FullWidth);
        var bytes = await read(last.Bundle, cancel) ?? throw new LogBrokenException(LogFault.TileMissing, last.Bundle.Path);
        var hashes = edge.Partial().First();
        var entries = Read(last.Bundle, bytes);
        return entries.Count == last.Width && entries.Index().All(e => TreeHash.OfLeaf(e.Item.Span) == hashes[e.Index])
            ? new(edge, entries)
            : throw new LogBrokenException(LogFault.TileDiffers, last.Bundle.Path);
    }

    /// <summary>The log grows by a batch; what it then has that it had not before.</summary>
    public List<NewTile> Append(StagedBatch batch)
    {
        var tiles = new List<NewTile>();
        edge.Filled = (id, hashes) => tiles.Add(new(id.Path, Tile.Of(id, hashes).Bytes));
        foreach (var entry in batch.Entries)
        {
            bundle.Add(entry.Pending.Bytes);
            edge.Append(TreeHash.OfLeaf(entry.Pending.Bytes.Span));
            if (bundle.Count == TileId.FullWidth)
            {
                tiles.Add(Bundle(new(TileId.Entries, (edge.Size / TileId.FullWidth) - 1)));
                bundle.Clear();
            }
        }

        if (bundle.Count > 0)
        {
            tiles.Add(Bundle(new(TileId.Entries, edge.Size / TileId.FullWidth, bundle.Count)));
        }

        var grown = TileId.Grown(batch.From, batch.To).Where(t => !t.IsFull).ToHashSet();
        tiles.AddRange(edge.Partial().Where(t => grown.Contains(t.Id)).Select(t => new NewTile(t.Id.Path, t.Bytes)));
        return tiles;
    }

    private static List<ReadOnlyMemory<byte>> Read(TileId id, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return EntryBundle.ReadAll(bytes);
        }
        catch (FormatException e)
        {
            throw new LogBrokenException(LogFault.TileMalformed, id.Path, e);
        }
    }

    private NewTile Bundle(TileId id) => new(id.Path, EntryBundle.Write(bundle.ToArray()));
}
