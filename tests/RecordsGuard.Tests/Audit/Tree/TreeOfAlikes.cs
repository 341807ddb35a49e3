using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Tree;

/// <summary>A tree of any size whose leaves are all the same: each of its tiles holds one hash over and over.</summary>
internal sealed class TreeOfAlikes
{
    public static TreeHash Leaf { get; } = TreeHash.OfLeaf("the same"u8);

    public int Read { get; set; }

    public Task<ReadOnlyMemory<byte>?> ReadAsync(TileId id, CancellationToken cancel)
    {
        Read++;
        var hash = Leaf;
        for (var i = 0; i < 8 * id.Level; i++)
        {
            hash = TreeHash.OfNode(hash, hash);
        }

        return Task.FromResult<ReadOnlyMemory<byte>?>(Tile.Of(id, Enumerable.Repeat(hash, id.Width).ToArray()).Bytes);
    }
}
