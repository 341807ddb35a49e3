using CsCheck;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Tree;

/// <summary>Tree, tiles and proofs against the naive tree.</summary>
public sealed class TreeTests
{
    [Fact]
    public void A_tree_grown_in_any_steps_has_the_naive_trees_root_and_every_tile_its_size_asks_for() =>
        Gen.Int[1, 300].Array[1, 6].Sample(
            steps =>
            {
                var tree = new GrownTree();
                var from = 0;
                foreach (var step in steps)
                {
                    var before = tree.Tiles.Keys.ToHashSet();
                    tree.Grow(step);
                    Assert.Equal(NaiveTree.Root(tree.Leaves), tree.Root);
                    Assert.Equal(
                        TileId.Grown(from, from + step).Order(Places), tree.Tiles.Keys.Where(t => !before.Contains(t)).Order(Places));
                    from += step;
                }
            },
            iter: 60);

    [Fact]
    public async Task An_edge_read_back_from_its_tiles_goes_on_as_if_it_had_never_stopped()
    {
        foreach (var size in new[] { 0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537 })
        {
            var tree = new GrownTree().Grow(size);
            var edge = await TreeEdge.LoadAsync(size, tree.ReadAsync, default);
            Assert.Equal(tree.Root, edge.Root());
            for (var i = 0; i < 300; i++)
            {
                edge.Append(TreeHash.OfLeaf(GrownTree.Entry(size + i)));
            }

            Assert.Equal(tree.Grow(300).Root, edge.Root());
        }
    }

    [Fact]
    public async Task Proofs_from_tiles_are_the_naive_trees_and_verify()
    {
        var tree = new GrownTree();
        var sizes = new List<int>();
        foreach (var step in new[] { 1, 1, 1, 2, 3, 8, 100, 140, 1, 1, 300, 700 })
        {
            sizes.Add(tree.Grow(step).Leaves.Length);
            var (size, root) = (sizes[^1], tree.Root);
            for (var i = 0; i < size; i += Math.Max(1, size / 37))
            {
                var proof = await tree.At(size).InclusionAsync(i, default);
                Assert.Equal(NaiveTree.Path(i, tree.Leaves), proof.Hashes);
                Assert.True(proof.Verify(tree.Leaves[i], root));
                Assert.Equal(tree.Leaves[i], await tree.At(size).LeafAsync(i, default));
            }

            foreach (var smaller in sizes.Concat(Enumerable.Range(1, size / 3)))
            {
                var proof = await tree.At(size).ConsistencyAsync(smaller, default);
                Assert.Equal(NaiveTree.Consistency(smaller, tree.Leaves), proof.Hashes);
                Assert.True(proof.Verify(NaiveTree.Root(tree.Leaves.AsSpan(0, smaller)), root));
            }

            Assert.Equal(root, await tree.At(size).RootAsync(default));
        }
    }

    [Fact]
    public void A_proof_for_another_place_leaf_size_or_root_is_refused() => Gen.Select(Gen.Int[2, 2000], Gen.Int[0, 1999], Gen.Int[0, 255])
        .Where(t => t.Item2 < t.Item1).Sample(
            (size, index, bit) =>
            {
                var tree = new GrownTree().Grow(size);
                var (leaf, root) = (tree.Leaves[index], tree.Root);
                var proof = tree.At(size).InclusionAsync(index, default).Result;
                Assert.True(proof.Verify(leaf, root));
                Assert.False(proof.Verify(Flip(leaf, bit), root));
                Assert.False(proof.Verify(leaf, Flip(root, bit)));
                Assert.False((proof with { Index = (index + 1) % size }).Verify(leaf, root));
                Assert.False((proof with { Index = -1 }).Verify(leaf, root));
                Assert.False((proof with { Index = size }).Verify(leaf, root));
                Assert.False((proof with { Hashes = [.. proof.Hashes, root] }).Verify(leaf, root));
                Assert.False((proof with { Hashes = [.. proof.Hashes.Skip(1)] }).Verify(leaf, root));
                var at = bit % proof.Hashes.Count;
                Assert.False((proof with { Hashes = [.. proof.Hashes.Select((h, i) => i == at ? Flip(h, bit) : h)] }).Verify(leaf, root));
            },
            iter: 40);

    [Theory]
    [InlineData(10_000_000, 6)]
    [InlineData(9_999_999, 6)]
    [InlineData(3_000_000_000, 8)]
    public async Task One_proof_out_of_millions_reads_a_handful_of_tiles(long size, int atMost)
    {
        var alike = new TreeOfAlikes();
        var root = await new TileTree(size, alike.ReadAsync).RootAsync(default);
        foreach (var index in new[] { 0, 255, 256, 65_535, size / 2, size / 3, size - 257, size - 1 })
        {
            alike.Read = 0;
            var proof = await new TileTree(size, alike.ReadAsync).InclusionAsync(index, default);
            Assert.True(proof.Verify(TreeOfAlikes.Leaf, root));
            Assert.InRange(alike.Read, 1, atMost);
            alike.Read = 0;
            var growth = await new TileTree(size, alike.ReadAsync).ConsistencyAsync(index + 1, default);
            Assert.True(growth.Verify(await new TileTree(index + 1, alike.ReadAsync).RootAsync(default), root));
            Assert.InRange(alike.Read, 0, 2 * atMost);
        }
    }

    [Fact]
    public async Task A_missing_or_short_tile_is_named()
    {
        var tree = new GrownTree().Grow(600);
        tree.Tiles.Remove(new(0, 1));
        var missing = await Assert.ThrowsAsync<LogBrokenException>(() => tree.At(600).InclusionAsync(300, default));
        Assert.Equal((LogFault.TileMissing, "tile/0/001"), (missing.Fault, missing.Where));
        tree.Tiles[new(0, 1)] = new byte[8191];
        var cut = await Assert.ThrowsAsync<LogBrokenException>(() => tree.At(600).InclusionAsync(300, default));
        Assert.Equal(LogFault.TileMalformed, cut.Fault);
    }

    [Fact]
    public void The_specifications_examples_of_tiles_hold()
    {
        Assert.Equal("tile/0/x001/x234/067", new TileId(0, 1234067).Path);
        Assert.Equal("tile/entries/x001/x234/067.p/8", new TileId(TileId.Entries, 1234067, 8).Path);
        var tiles = TileId.Grown(0, 70_000).ToList();
        Assert.Equal(273, tiles.Count(t => t is { Level: 0, IsFull: true }));
        Assert.Equal(["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"], tiles.Skip(273).Select(t => t.Path));
        Assert.Equal(["tile/0/000", "tile/1/000.p/1"], TileId.Grown(0, 256).Select(t => t.Path));
        Assert.Empty(TileId.Grown(256, 256));
    }

    [Fact]
    public void A_path_is_read_back_as_the_tile_it_names() => Gen.Select(Gen.Int[-1, 63], Gen.Long[0, long.MaxValue / 1_000_000], Gen.Int[1, 256])
        .Sample((level, index, width) =>
        {
            Assert.True(TileId.TryParse(new TileId(level, index, width).Path, out var read));
            Assert.Equal(new TileId(level, index, width), read);
        });

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/0/1")]
    [InlineData("tile/0/0001")]
    [InlineData("tile/00/001")]
    [InlineData("tile/64/001")]
    [InlineData("tile/-1/001")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001.p")]
    [InlineData("tile/0/001.p/0")]
    [InlineData("tile/0/001.p/256")]
    [InlineData("tile/0/001.p/01")]
    [InlineData("tile/0/001.p/8/")]
    [InlineData("tile/0/001/")]
    [InlineData("/tile/0/001")]
    [InlineData("tile/Entries/001")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/../001")]
    public void Another_spelling_of_a_path_is_none(string path) => Assert.False(TileId.TryParse(path, out _));

    [Fact]
    public void A_bundle_gives_its_entries_back_and_a_cut_one_is_refused() => Gen.Byte.Array[0, 90].Array[1, 20].Sample(
        entries =>
        {
            var bundle = EntryBundle.Write(entries.Select(e => new ReadOnlyMemory<byte>(e)).ToArray());
            Assert.Equal(entries, EntryBundle.Read(bundle).Select(e => e.ToArray()));
            var ends = entries.Select(e => e.Length + 2).Aggregate(new List<int> { 0 }, (all, l) => [.. all, all[^1] + l]);
            for (var length = 0; length < bundle.Length; length++)
            {
                var cut = bundle.AsMemory(0, length);
                if (!ends.Contains(length))
                {
                    Assert.Throws<FormatException>(() => EntryBundle.Read(cut));
                }
            }
        },
        iter: 30);

    [Fact]
    public void A_bundle_takes_entries_up_to_its_length_prefix_and_no_more_than_256()
    {
        Assert.Equal(65_535, EntryBundle.Read(EntryBundle.Write([new byte[65_535]]))[0].Length);
        Assert.Throws<OverflowException>(() => EntryBundle.Write([new byte[65_536]]));
        Assert.Throws<FormatException>(() => EntryBundle.Read(new byte[2 * 257]));
    }

    private static Comparer<TileId> Places => Comparer<TileId>.Create((a, b) => string.CompareOrdinal(a.Path, b.Path));

    private static TreeHash Flip(TreeHash hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return TreeHash.From(bytes);
    }
}
