using System.Runtime.CompilerServices;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// One pass over all entries, from the first that is kept to the last. The tree is built from the entries and compared
/// with what is stored: where they differ, the tile above decides which of the two is wrong. Nothing is believed until
/// the root is the checkpoint's.
/// </summary>
internal sealed class TreePass
{
    /// <summary>Reads under way at once.</summary>
    private const int Ahead = 16;

    private readonly PublishedLog log;
    private readonly Checkpoint checkpoint;
    private readonly Queue<Checkpoint> since;
    private readonly RowReplay? replay;
    private readonly Action<VerifyFinding> report;
    private readonly Action<long, long>? progress;
    private readonly Action<long, AuditEntry>? each;
    private readonly WriterChains chains;
    private readonly List<Tile> filled = [];

    public TreePass(
        PublishedLog log, Checkpoint checkpoint, long minimum, IEnumerable<Checkpoint> since, RowReplay? replay,
        Action<VerifyFinding> report, Action<long, long>? progress, Action<long, AuditEntry>? each)
    {
        (this.log, this.checkpoint, this.replay) = (log, checkpoint, replay);
        (this.report, this.progress, this.each) = (report, progress, each);
        From = Math.Min(minimum, checkpoint.Size) / TileId.FullWidth * TileId.FullWidth;
        chains = new(From == 0, report);
        this.since = new(since.Where(s => s.Size >= From).OrderBy(s => s.Size));
    }

    /// <summary>The first entry that is read: the minimum index, on a tile's boundary.</summary>
    public long From { get; }

    public DateTimeOffset? First { get; private set; }

    public DateTimeOffset? Last { get; private set; }

    private long Size => checkpoint.Size;

    public async Task RunAsync(CancellationToken cancel)
    {
        if (await BeginAsync(cancel) is not { } edge)
        {
            return;
        }

        if (From > 0)
        {
            replay?.Forget();
        }

        edge.Filled = (id, hashes) => filled.Add(Tile.Of(id, hashes));
        await foreach (var read in ReadAsync(cancel))
        {
            var (entries, leaves, altered) = await LeavesAsync(read, cancel);
            Take(edge, read.Id, entries, leaves);
            await ComparePartialsAsync(read.Id.Bundle, altered ? null : read.Bundle, cancel);
            await ComparePartialsAsync(read.Id, read.Tile, cancel);
            await CompareFilledAsync(cancel);
            progress?.Invoke(edge.Size, Size);
        }

        CompareSince(edge);
        foreach (var partial in edge.Partial().Where(t => t.Id.Level > 0))
        {
            await CompareAsync(partial, cancel);
        }

        if (edge.Root() != checkpoint.Root)
        {
            Report(
                VerifyFault.RootDiffers, $"entries {From} to {Size - 1}",
                "The entries taken together are not those that this checkpoint was signed for: some were changed, put in or taken out, or the checkpoint belongs to another history.");
        }
    }

    /// <summary>What lies before the first entry to be read is taken from the hash tiles that pruning keeps.</summary>
    private async Task<TreeEdge?> BeginAsync(CancellationToken cancel)
    {
        try
        {
            return await TreeEdge.LoadAsync(From, async (id, stop) =>
                await log.Tiles(TileId.In(Size, id.Level, id.Index), stop) is { } tile && tile.Length >= id.Width * TreeHash.Length
                    ? (ReadOnlyMemory<byte>?)tile[..(id.Width * TreeHash.Length)]
                    : null, cancel);
        }
        catch (LogBrokenException e)
        {
            Report(VerifyFault.TileMissing, e.Where, $"The hashes that stand for the entries before {From} are not there: what was kept of the log cannot be tied to its checkpoint.");
            return null;
        }
    }

    private async IAsyncEnumerable<Stored> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var ahead = new Queue<Task<Stored>>();
        for (var at = From; at < Size; at += TileId.FullWidth)
        {
            ahead.Enqueue(ReadAsync(TileId.In(Size, 0, at / TileId.FullWidth), cancel));
            if (ahead.Count == Ahead)
            {
                yield return await ahead.Dequeue();
            }
        }

        while (ahead.TryDequeue(out var read))
        {
            yield return await read;
        }
    }

    private async Task<Stored> ReadAsync(TileId id, CancellationToken cancel) =>
        new(id, await log.Tiles(id, cancel), await log.Tiles(id.Bundle, cancel));

    /// <summary>The entries that could be read, null where one could not, and the hashes to go on with.</summary>
    private async Task<(IReadOnlyList<ReadOnlyMemory<byte>>? Entries, TreeHash[] Leaves, bool Altered)> LeavesAsync(Stored stored, CancellationToken cancel)
    {
        var entries = Entries(stored);
        var tile = HashTile(stored);
        var leaves = entries?.Select(e => TreeHash.OfLeaf(e.Span)).ToArray();
        if (leaves is not null && (tile is null || leaves.AsSpan().SequenceEqual(tile)))
        {
            return (entries, leaves, false);
        }

        if (leaves is null || tile is null)
        {
            return (null, tile ?? new TreeHash[stored.Id.Width], true);
        }

        return await DecideAsync(stored.Id, entries!, leaves, tile, cancel);
    }

    /// <summary>Entries and their hashes differ: the one that leads to the hash above them is right.</summary>
    private async Task<(IReadOnlyList<ReadOnlyMemory<byte>>? Entries, TreeHash[] Leaves, bool Altered)> DecideAsync(
        TileId id, IReadOnlyList<ReadOnlyMemory<byte>> entries, TreeHash[] leaves, TreeHash[] tile, CancellationToken cancel)
    {
        var (ours, theirs) = id.IsFull
            ? await AboveAsync(id, cancel) is { } above ? (above == TreeHash.Over(leaves), above == TreeHash.Over(tile)) : (false, false)
            : (false, await EdgeRootAsync(cancel) == checkpoint.Root);
        if (!ours)
        {
            for (var i = 0; i < leaves.Length; i++)
            {
                if (leaves[i] != tile[i])
                {
                    var index = (id.Index * TileId.FullWidth) + i;
                    Report(
                        VerifyFault.EntryChanged, $"entry {index}",
                        $"Entry {index} is not the one that was logged there{(theirs ? "" : ", or its hash was changed")}.");
                }
            }
        }

        if (!theirs)
        {
            Report(VerifyFault.TileDiffers, id.Path, $"The stored hashes of entries {id.Index * TileId.FullWidth} and following are not those of the entries.");
        }

        return (entries, theirs ? tile : leaves, !ours);
    }

    private IReadOnlyList<ReadOnlyMemory<byte>>? Entries(Stored stored)
    {
        var place = $"entries {stored.Id.Index * TileId.FullWidth} to {(stored.Id.Index * TileId.FullWidth) + stored.Id.Width - 1}";
        if (stored.Bundle is not { } bundle)
        {
            Report(VerifyFault.TileMissing, stored.Id.Bundle.Path, $"The file with {place} is missing.");
            return null;
        }

        try
        {
            var entries = EntryBundle.ReadAll(bundle);
            if (entries.Count == stored.Id.Width)
            {
                return entries;
            }

            Report(
                VerifyFault.TileMalformed, stored.Id.Bundle.Path,
                $"The file with {place} holds {entries.Count} entries where {stored.Id.Width} belong{FirstOther(stored, entries)}.");
        }
        catch (FormatException)
        {
            Report(VerifyFault.TileMalformed, stored.Id.Bundle.Path, $"The file with {place} is cut or damaged.");
        }

        return null;
    }

    /// <summary>Where entries were put in or taken out, as far as the hashes tell.</summary>
    private static string FirstOther(Stored stored, IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (stored.Tile is not { } tile || tile.Length != stored.Id.Width * TreeHash.Length)
        {
            return "";
        }

        var at = 0;
        while (at < Math.Min(entries.Count, stored.Id.Width) && TreeHash.OfLeaf(entries[at].Span) == new Tile(stored.Id, tile)[at])
        {
            at++;
        }

        return $"; they differ from entry {(stored.Id.Index * TileId.FullWidth) + at} on";
    }

    private TreeHash[]? HashTile(Stored stored)
    {
        if (stored.Tile is { } bytes && bytes.Length == stored.Id.Width * TreeHash.Length)
        {
            var hashes = new TreeHash[stored.Id.Width];
            new Tile(stored.Id, bytes).CopyTo(hashes);
            return hashes;
        }

        Report(
            stored.Tile is null ? VerifyFault.TileMissing : VerifyFault.TileMalformed, stored.Id.Path,
            $"The hashes of entries {stored.Id.Index * TileId.FullWidth} and following are {(stored.Tile is null ? "missing" : "cut or damaged")}.");
        return null;
    }

    private void Take(TreeEdge edge, TileId id, IReadOnlyList<ReadOnlyMemory<byte>>? entries, TreeHash[] leaves)
    {
        if (entries is null)
        {
            chains.Forget();
            replay?.Forget();
        }

        for (var i = 0; i < leaves.Length; i++)
        {
            CompareSince(edge);
            edge.Append(leaves[i]);
            if (entries is not null)
            {
                Read((id.Index * TileId.FullWidth) + i, entries[i]);
            }
        }
    }

    private void Read(long index, ReadOnlyMemory<byte> bytes)
    {
        AuditEntry entry;
        try
        {
            entry = AuditEntry.Parse(bytes);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            Report(VerifyFault.EntryMalformed, $"entry {index}", $"The bytes at place {index} are no audit entry.");
            return;
        }

        First ??= entry.Time;
        Last = entry.Time > Last || Last is null ? entry.Time : Last;
        chains.Add(index, entry, bytes.Span);
        replay?.Add(entry);
        each?.Invoke(index, entry);
    }

    /// <summary>A tree that had this size was seen before: its root must be the one that this log had then.</summary>
    private void CompareSince(TreeEdge edge)
    {
        while (since.TryPeek(out var then) && then.Size == edge.Size)
        {
            since.Dequeue();
            if (edge.Root() != then.Root)
            {
                Report(
                    VerifyFault.Rewritten, $"entries 0 to {then.Size - 1}",
                    $"The log was rewritten: its first {then.Size} entries are not those of the earlier checkpoint, which its key signed too.");
            }
        }
    }

    /// <summary>Level 0 was compared with the entries already.</summary>
    private async Task CompareFilledAsync(CancellationToken cancel)
    {
        foreach (var tile in filled.Where(t => t.Id.Level > 0))
        {
            await CompareAsync(tile, cancel);
        }

        filled.Clear();
    }

    private async Task CompareAsync(Tile tile, CancellationToken cancel)
    {
        var stored = await log.Tiles(tile.Id, cancel);
        if (stored is not { } bytes)
        {
            Report(VerifyFault.TileMissing, tile.Id.Path, "A file with hashes of the tree is missing: proofs cannot be made from this log.");
        }
        else if (!bytes.Span.SequenceEqual(tile.Bytes.Span))
        {
            Report(VerifyFault.TileDiffers, tile.Id.Path, "A file with hashes of the tree is not what its entries lead to: proofs made from it are false.");
        }
        else
        {
            await ComparePartialsAsync(tile.Id, bytes, cancel);
        }
    }

    /// <summary>Whatever was once published of a tile is how its present form begins.</summary>
    private async Task ComparePartialsAsync(TileId id, ReadOnlyMemory<byte>? present, CancellationToken cancel)
    {
        if (log.Partials is null || present is not { } bytes)
        {
            return;
        }

        foreach (var partial in log.Partials(id).Where(p => p.Width < id.Width))
        {
            if (await log.Tiles(partial, cancel) is { } earlier && (!IsOfWidth(partial, earlier) || !bytes.Span.StartsWith(earlier.Span)))
            {
                Report(VerifyFault.TileDiffers, partial.Path, "An earlier, shorter form of this file does not agree with the later one.");
            }
        }
    }

    private static bool IsOfWidth(TileId id, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return id.Level == TileId.Entries ? EntryBundle.Read(bytes).Count == id.Width : bytes.Length == id.Width * TreeHash.Length;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private async Task<TreeHash?> AboveAsync(TileId id, CancellationToken cancel)
    {
        var above = TileId.In(Size, 1, id.Index / TileId.FullWidth);
        return await log.Tiles(above, cancel) is { } bytes && bytes.Length == above.Width * TreeHash.Length
            ? new Tile(above, bytes)[(int)(id.Index % TileId.FullWidth)]
            : null;
    }

    private async Task<TreeHash?> EdgeRootAsync(CancellationToken cancel)
    {
        try
        {
            return (await TreeEdge.LoadAsync(Size, log.Tiles, cancel)).Root();
        }
        catch (LogBrokenException)
        {
            return null;
        }
    }

    private void Report(VerifyFault fault, string where, string sentence) => report(new(fault, where, sentence));

    private sealed record Stored(TileId Id, ReadOnlyMemory<byte>? Tile, ReadOnlyMemory<byte>? Bundle);
}
