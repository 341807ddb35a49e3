using System.Globalization;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Tree;

/// <summary>A tree grown in steps, with the tiles that each step leaves, and a count of those read back.</summary>
internal sealed class GrownTree
{
    private readonly TreeEdge edge = new();

    public GrownTree() => edge.Filled = (id, hashes) => Tiles[id] = Tile.Of(id, hashes).Bytes;

    public Dictionary<TileId, ReadOnlyMemory<byte>> Tiles { get; } = [];

    public TreeHash[] Leaves { get; private set; } = [];

    public HashSet<TileId> Read { get; } = [];

    public static byte[] Entry(int index) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"entry {index}"));

    public GrownTree Grow(int count)
    {
        var added = Enumerable.Range(Leaves.Length, count).Select(i => TreeHash.OfLeaf(Entry(i))).ToArray();
        Leaves = [.. Leaves, .. added];
        foreach (var leaf in added)
        {
            edge.Append(leaf);
        }

        foreach (var tile in edge.Partial())
        {
            Tiles[tile.Id] = tile.Bytes;
        }

        return this;
    }

    public TreeHash Root => edge.Root();

    public TileTree At(long size) => new(size, ReadAsync);

    public Task<ReadOnlyMemory<byte>?> ReadAsync(TileId id, CancellationToken cancel)
    {
        Read.Add(id);
        return Task.FromResult(Tiles.TryGetValue(id, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);
    }
}
