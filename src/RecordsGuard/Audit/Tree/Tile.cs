namespace RecordsGuard.Audit.Tree;

/// <summary>Gives a tile's or bundle's bytes, or null if there is none.</summary>
public delegate Task<ReadOnlyMemory<byte>?> TileReader(TileId tile, CancellationToken cancel);

/// <summary>A hash tile: its hashes one after another, 32 bytes each.</summary>
public readonly record struct Tile(TileId Id, ReadOnlyMemory<byte> Bytes)
{
    public TreeHash this[int index] => TreeHash.From(Bytes.Span.Slice(index * TreeHash.Length, TreeHash.Length));

    public static Tile Of(TileId id, ReadOnlySpan<TreeHash> hashes)
    {
        var bytes = new byte[hashes.Length * TreeHash.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * TreeHash.Length));
        }

        return new(id, bytes);
    }

    /// <exception cref="LogBrokenException">It is missing, or not as long as its width says.</exception>
    public static async Task<Tile> ReadAsync(TileReader read, TileId id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        var bytes = await read(id, cancel) ?? throw new LogBrokenException(LogFault.TileMissing, id.Path);
        return bytes.Length == id.Width * TreeHash.Length
            ? new(id, bytes)
            : throw new LogBrokenException(LogFault.TileMalformed, id.Path);
    }

    /// <returns>How many hashes.</returns>
    public int CopyTo(Span<TreeHash> target)
    {
        for (var i = 0; i < Id.Width; i++)
        {
            target[i] = this[i];
        }

        return Id.Width;
    }
}
