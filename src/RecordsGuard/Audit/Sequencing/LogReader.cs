using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>The published log, for whoever may read it: checkpoint, tiles and bundles as they are, receipts, a client's entries.</summary>
public sealed class LogReader(ITreeStore tree, ILogIndex rows)
{
    internal const string CheckpointName = "checkpoint";

    /// <summary>Tiles that are read at the same time for one question.</summary>
    private const int AtOnce = 32;

    /// <summary>What one run of the sequencer takes at most: within it, entries are in the order of their time.</summary>
    private const int BundlesOfBatch = 16;

    private readonly LogIndex index = new(rows);

    /// <summary>The signed note; null if nothing was ever published.</summary>
    /// <exception cref="AuditUnavailableException">Storage did not answer; so for all that follow.</exception>
    public async Task<ReadOnlyMemory<byte>?> CheckpointAsync(CancellationToken cancel) =>
        (await tree.ReadAsync(TreePart.Head, CheckpointName, cancel))?.Bytes;

    /// <summary>A hash tile or an entry bundle, or null.</summary>
    public async Task<ReadOnlyMemory<byte>?> TileAsync(TileId tile, CancellationToken cancel) =>
        (await tree.ReadAsync(TreePart.Tiles, tile.Path, cancel))?.Bytes;

    /// <summary>Null if the published log has no such entry, or not yet.</summary>
    /// <exception cref="LogBrokenException">What the tree has does not lead to the published root.</exception>
    public async Task<Receipt?> ReceiptAsync(AuditEntryId id, CancellationToken cancel)
    {
        if (await CheckpointAsync(cancel) is not { } bytes)
        {
            return null;
        }

        var note = SignedNote.Parse(bytes.Span);
        var checkpoint = Checkpoint.Of(note);
        await foreach (var at in index.FindAsync(id, cancel))
        {
            if (at < checkpoint.Size)
            {
                var proof = await new TileTree(checkpoint.Size, TileAsync).InclusionAsync(at, cancel);
                var entry = await EntryAsync(at, checkpoint.Size, cancel);
                return proof.Verify(TreeHash.OfLeaf(entry.Span), checkpoint.Root)
                    ? new(entry, proof, note)
                    : throw new LogBrokenException(LogFault.RootDiffers, $"entry {at}");
            }
        }

        return null;
    }

    /// <summary>
    /// Receipts of many entries under one checkpoint, by their places; without those that it does not cover. Each tile is
    /// read once, many at a time.
    /// </summary>
    /// <param name="checkpoint">Null: the newest; nothing if there is none.</param>
    /// <exception cref="LogBrokenException">What the tree has does not lead to the published root.</exception>
    public async Task<IReadOnlyDictionary<long, Receipt>> ReceiptsAsync(
        IReadOnlyCollection<KeyValuePair<long, AuditEntry>> places, SignedNote? checkpoint, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(places);
        checkpoint ??= await CheckpointAsync(cancel) is { } newest ? SignedNote.Parse(newest.Span) : null;
        var receipts = new Dictionary<long, Receipt>();
        if (checkpoint is null)
        {
            return receipts;
        }

        var (size, root) = (Checkpoint.Of(checkpoint).Size, Checkpoint.Of(checkpoint).Root);
        var covered = places.DistinctBy(p => p.Key).Where(p => p.Key < size).ToList();
        var tiles = new ConcurrentDictionary<TileId, ReadOnlyMemory<byte>?>();
        await Parallel.ForEachAsync(
            covered.SelectMany(p => TileId.Above(size, p.Key)).Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (id, stop) => tiles[id] = await TileAsync(id, stop));
        var hashes = new TileTree(size, (id, stop) => tiles.TryGetValue(id, out var read) ? Task.FromResult(read) : TileAsync(id, stop));
        foreach (var (at, entry) in covered)
        {
            var (bytes, proof) = (entry.ToBytes(), await hashes.InclusionAsync(at, cancel));
            receipts[at] = proof.Verify(TreeHash.OfLeaf(bytes), root)
                ? new(bytes, proof, checkpoint)
                : throw new LogBrokenException(LogFault.RootDiffers, $"entry {at}");
        }

        return receipts;
    }

    /// <summary>
    /// One client's entries from a moment on and before another, in order of their time, with their places in the log.
    /// Reads the client's own rows of the index and nothing else; a receipt proves any of them.
    /// </summary>
    /// <param name="client">The pseudonym.</param>
    public IAsyncEnumerable<KeyValuePair<long, AuditEntry>> OfClientAsync(
        string client, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) =>
        index.OfClientAsync(client, from, to, cancel)
            .Select(row => new KeyValuePair<long, AuditEntry>(row.Index, AuditEntry.Parse(row.Entry)))
            .Where(row => row.Value.Event.Client == client);

    /// <summary>The entries of one bundle, in order: all that it has in a log of this size.</summary>
    /// <exception cref="LogBrokenException">It is missing, cut or damaged.</exception>
    public async Task<IReadOnlyList<AuditEntry>> EntriesAsync(long size, long bundle, CancellationToken cancel)
    {
        var id = TileId.In(size, 0, bundle).Bundle;
        var entries = await BundleAsync(id, cancel);
        try
        {
            return [.. entries.Select(e => AuditEntry.Parse(e))];
        }
        catch (FormatException e)
        {
            throw new LogBrokenException(LogFault.TileMalformed, id.Path, e);
        }
    }

    /// <summary>
    /// The entries of a log of this size from a moment on, in the order of the log: from before <paramref name="at"/>, as far
    /// back as a sequencer that was behind can have put one of that time.
    /// </summary>
    /// <param name="at">The place of an entry that is no older than <paramref name="since"/>.</param>
    /// <exception cref="LogBrokenException">A bundle is missing, cut or damaged.</exception>
    public async IAsyncEnumerable<AuditEntry> SinceAsync(
        long size, long at, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var first = at / TileId.FullWidth;
        for (var (bundle, older) = (first - 1, 0); bundle >= 0 && older < BundlesOfBatch; bundle--)
        {
            if ((await EntriesAsync(size, bundle, cancel)).Any(e => e.Time >= since))
            {
                (first, older) = (bundle, 0);
            }
            else
            {
                older++;
            }
        }

        for (var bundle = first; bundle * TileId.FullWidth < size; bundle++)
        {
            foreach (var entry in await EntriesAsync(size, bundle, cancel))
            {
                yield return entry;
            }
        }
    }

    /// <exception cref="LogBrokenException">Not a checkpoint.</exception>
    internal static Checkpoint ParseCheckpoint(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Checkpoint.Of(SignedNote.Parse(bytes));
        }
        catch (FormatException e)
        {
            throw new LogBrokenException(LogFault.HeadMalformed, CheckpointName, e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> EntryAsync(long at, long size, CancellationToken cancel) =>
        (await BundleAsync(TileId.In(size, 0, at / TileId.FullWidth).Bundle, cancel))[(int)(at % TileId.FullWidth)];

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> BundleAsync(TileId id, CancellationToken cancel)
    {
        var bytes = await TileAsync(id, cancel) ?? throw new LogBrokenException(LogFault.TileMissing, id.Path);
        try
        {
            return EntryBundle.Read(bytes) is { } entries && entries.Count == id.Width
                ? entries
                : throw new LogBrokenException(LogFault.TileMalformed, id.Path);
        }
        catch (FormatException e)
        {
            throw new LogBrokenException(LogFault.TileMalformed, id.Path, e);
        }
    }
}
