using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>What a run came to.</summary>
/// <param name="Integrated">Entries that are in the log now and were not before.</param>
/// <param name="Again">There is more to do in a second: another one has the lease, or entries wait for others.</param>
public sealed record SequencerReport(long Integrated, bool Again);

/// <summary>
/// Takes the pending entries into the tree, one batch after another: stage the batch → swap the head that names it, the
/// commit → tiles and bundles → index → findings told → checkpoint published → pending entries and staged batch cleared
/// away. Before the swap nothing has happened; after it, whoever comes next repeats the rest, and each step may be
/// repeated, late or by two at once. A lease keeps others away, but nothing depends on it: who was paused and wakes up
/// finds a head that is not the one it read, and stops.
/// </summary>
/// <param name="origin">Of the log's checkpoints: stays the same for as long as the log lives.</param>
public sealed class Sequencer(
    ILogStore pending, ITreeStore tree, ILogIndex rows, string origin, DigestSigner sign, TimeProvider time) : IDisposable
{
    private const int AtOnce = 8;
    private const int MaxTold = 1000;

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(10);

    private readonly LogIndex index = new(rows);
    private readonly PendingEntries entries = new(pending, new(rows), time);
    private readonly SemaphoreSlim one = new(1);
    private readonly HashSet<LogFinding> told = [];

    private long asked;
    private long served;
    private Position? at;
    private bool swept;

    /// <summary>
    /// Integrates all that is pending when it is called. Calls made while one runs share the next one.
    /// </summary>
    /// <param name="report">Told of what is wrong before the checkpoint that covers it is published.</param>
    /// <exception cref="LogBrokenException">The log's storage is not as the log left it: a person must look.</exception>
    /// <exception cref="AuditUnavailableException">Storage did not answer; the next run goes on.</exception>
    public async Task<SequencerReport> RunAsync(FindingReporter report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(report);
        var mine = Interlocked.Increment(ref asked);
        await one.WaitAsync(cancel);
        try
        {
            if (served >= mine)
            {
                return new(0, Again: false);
            }

            var upTo = Interlocked.Read(ref asked);
            var done = await LeasedAsync(report, cancel);
            served = upTo;
            return done;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<SequencerReport> LeasedAsync(FindingReporter report, CancellationToken cancel)
    {
        if (await tree.AcquireLeaseAsync(LeaseLength, cancel) is not { } lease)
        {
            return new(0, Again: true);
        }

        try
        {
            return await TryAsync(lease, report, cancel);
        }
        catch (LogBrokenException)
        {
            // If another sequencer went on between two of our reads, they contradict each other: look once more.
            return await TryAsync(lease, report, cancel);
        }
        finally
        {
            await ReleaseAsync(lease);
        }
    }

    /// <summary>After an exception nobody knows what is durable: the next try finds out.</summary>
    private async Task<SequencerReport> TryAsync(string lease, FindingReporter report, CancellationToken cancel)
    {
        try
        {
            return await IntegrateAsync(lease, report, cancel);
        }
        catch
        {
            at = null;
            throw;
        }
    }

    private async Task<SequencerReport> IntegrateAsync(string lease, FindingReporter report, CancellationToken cancel)
    {
        var renewed = time.GetTimestamp();
        var integrated = await FindPositionAsync(report, cancel);
        while (true)
        {
            var plan = await entries.PlanAsync(at!.Tail.Size, LeafAtAsync, cancel);
            await pending.RemoveAsync(plan.Known, cancel);
            await TellOnceAsync(plan.Malformed, report, cancel);

            if (plan.Batch.Entries.Count == 0)
            {
                await SweepAsync(cancel);
                return new(integrated, plan.Held);
            }

            if (time.GetElapsedTime(renewed) > RenewAfter)
            {
                if (!await tree.RenewLeaseAsync(lease, cancel))
                {
                    return new(integrated, Again: true);
                }

                renewed = time.GetTimestamp();
            }

            if (await CommitAsync(plan.Batch, cancel) is not { } tiles)
            {
                return new(integrated, Again: true);
            }

            await FinishAsync(plan.Batch, tiles, report, cancel);
            integrated += plan.Batch.Entries.Count;
            if (!plan.More)
            {
                await SweepAsync(cancel);
                return new(integrated, plan.Held);
            }
        }
    }

    /// <summary>What lies there and cannot be taken in is seen again at every run, and told once.</summary>
    private async Task TellOnceAsync(IReadOnlyList<LogFinding> malformed, FindingReporter report, CancellationToken cancel)
    {
        var news = malformed.Where(f => !told.Contains(f)).Take(MaxTold - told.Count).ToList();
        if (news.Count > 0)
        {
            await report(news, cancel);
            told.UnionWith(news);
        }
    }

    /// <summary>Finds out where the log is, unless it is where this process left it, and finishes a batch that was not.</summary>
    /// <returns>How many entries that batch had.</returns>
    private async Task<long> FindPositionAsync(FindingReporter report, CancellationToken cancel)
    {
        var blob = await tree.ReadAsync(TreePart.Head, LogHead.Name, cancel);
        if (at is not null && at.HeadETag == blob?.ETag)
        {
            return 0;
        }

        at = null;
        entries.Forget();
        var head = blob is null ? LogHead.Empty : LogHead.Parse(blob.Bytes.Span);
        var etag = blob?.ETag ?? await tree.SwapAsync(LogHead.Name, head.ToBytes(), null, cancel)
            ?? throw new AuditUnavailableException(); // Somebody else has just begun this log.
        var (published, checkpointETag) = await PublishedAsync(head, cancel);
        var staged = head.Size == 0 ? null : await tree.ReadAsync(TreePart.Staging, head.Batch, cancel);
        if (staged is null)
        {
            if (Math.Max(published, 0) < head.Size)
            {
                throw new LogBrokenException(LogFault.BatchMissing, head.Batch);
            }

            at = new(await LoadAsync(head.Size), head, etag, checkpointETag);
            RequireRoot(head);
            await (published < 0 ? PublishAsync(cancel) : Task.CompletedTask);
        }
        else
        {
            var batch = StagedBatch.Parse(head.Batch, staged.Bytes);
            if (batch.From != head.From || batch.To != head.Size)
            {
                throw new LogBrokenException(LogFault.HeadMalformed, head.Batch);
            }

            at = new(await LoadAsync(head.From), head, etag, checkpointETag);
            var tiles = at.Tail.Append(batch);
            RequireRoot(head);
            await FinishAsync(batch, tiles, report, cancel);
        }

        swept = false;
        return published < head.Size ? head.Size - head.From : 0;

        Task<LogTail> LoadAsync(long size) => LogTail.LoadAsync(size, ReadTileAsync, cancel);
    }

    /// <summary>
    /// Removes staged batches that lost their race: those for a size that the log has passed. One for the size it has now
    /// may be another sequencer's, about to be committed.
    /// </summary>
    private async Task SweepAsync(CancellationToken cancel)
    {
        if (swept)
        {
            return;
        }

        swept = true;
        await foreach (var name in tree.ListStagedAsync(cancel))
        {
            if (StagedBatch.IsAlive(name, at!.Head))
            {
                swept = false;
            }
            else
            {
                await tree.RemoveAsync(name, cancel);
            }
        }
    }

    /// <summary>The size that is published, or -1.</summary>
    private async Task<(long Size, string? ETag)> PublishedAsync(LogHead head, CancellationToken cancel)
    {
        if (await tree.ReadAsync(TreePart.Head, LogReader.CheckpointName, cancel) is not { } blob)
        {
            return (-1, null);
        }

        var checkpoint = LogReader.ParseCheckpoint(blob.Bytes.Span);
        return checkpoint.Origin == origin && (checkpoint.Size < head.Size || checkpoint == new Checkpoint(origin, head.Size, head.Root))
            ? (checkpoint.Size, blob.ETag)
            : throw new LogBrokenException(LogFault.RootDiffers, LogReader.CheckpointName);
    }

    private void RequireRoot(LogHead head)
    {
        if (at!.Tail.Root != head.Root)
        {
            throw new LogBrokenException(LogFault.RootDiffers, LogHead.Name);
        }
    }

    /// <summary>Null if another sequencer went on meanwhile: nothing has happened then.</summary>
    private async Task<List<NewTile>?> CommitAsync(StagedBatch batch, CancellationToken cancel)
    {
        var name = StagedBatch.NewName(batch.From);
        if (!await tree.CreateAsync(TreePart.Staging, name, batch.ToBytes(), cancel))
        {
            throw new LogBrokenException(LogFault.TileDiffers, name);
        }

        var tiles = at!.Tail.Append(batch);
        var head = new LogHead(batch.From, batch.To, at.Tail.Root, name);
        var etag = await tree.SwapAsync(LogHead.Name, head.ToBytes(), at.HeadETag, cancel) ?? await OursAsync(head, cancel);
        if (etag is null)
        {
            at = null;
            await tree.RemoveAsync(name, cancel);
            return null;
        }

        at = at with { Head = head, HeadETag = etag };
        return tiles;
    }

    /// <summary>A swap whose answer was lost looks like one that came too late. No other head names our batch.</summary>
    private async Task<string?> OursAsync(LogHead head, CancellationToken cancel) =>
        await tree.ReadAsync(TreePart.Head, LogHead.Name, cancel) is { } blob && blob.Bytes.Span.SequenceEqual(head.ToBytes())
            ? blob.ETag
            : null;

    /// <summary>
    /// All that follows a commit, in this order: whoever sees a checkpoint finds its tiles, and its index rows; a finding
    /// is told before the batch that remembers it goes; a pending entry goes when the checkpoint has it.
    /// </summary>
    private async Task FinishAsync(StagedBatch batch, List<NewTile> tiles, FindingReporter report, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(tiles, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (tile, stop) =>
        {
            if (!await tree.CreateAsync(TreePart.Tiles, tile.Path, tile.Bytes, stop))
            {
                throw new LogBrokenException(LogFault.TileDiffers, tile.Path);
            }
        });
        await index.AddAsync(batch, cancel);
        if (batch.Findings.Count > 0)
        {
            await report(batch.Findings, cancel);
        }

        await PublishAsync(cancel);
        await pending.RemoveAsync([.. batch.Entries.Select(e => e.Pending)], cancel);
        await tree.RemoveAsync(at!.Head.Batch, cancel);
        entries.Remember(batch);
    }

    /// <summary>The published size never shrinks: who was paused for a while leaves a later checkpoint as it is.</summary>
    private async Task PublishAsync(CancellationToken cancel)
    {
        var note = await new Checkpoint(origin, at!.Head.Size, at.Head.Root).SignAsync(sign, cancel);
        var etag = await tree.SwapAsync(LogReader.CheckpointName, note.ToBytes(), at.CheckpointETag, cancel);
        while (etag is null)
        {
            var blob = await tree.ReadAsync(TreePart.Head, LogReader.CheckpointName, cancel) ?? throw new AuditUnavailableException();
            etag = LogReader.ParseCheckpoint(blob.Bytes.Span).Size >= at.Head.Size
                ? blob.ETag
                : await tree.SwapAsync(LogReader.CheckpointName, note.ToBytes(), blob.ETag, cancel);
        }

        at = at with { CheckpointETag = etag };
    }

    private Task<TreeHash> LeafAtAsync(long index, CancellationToken cancel) =>
        new TileTree(at!.Tail.Size, ReadTileAsync).LeafAsync(index, cancel);

    private async Task<ReadOnlyMemory<byte>?> ReadTileAsync(TileId tile, CancellationToken cancel) =>
        (await tree.ReadAsync(TreePart.Tiles, tile.Path, cancel))?.Bytes;

    /// <summary>If it fails, the lease ends by itself.</summary>
    private async Task ReleaseAsync(string lease)
    {
        try
        {
            await tree.ReleaseLeaseAsync(lease, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
        }
    }

    private sealed record Position(LogTail Tail, LogHead Head, string HeadETag, string? CheckpointETag);
}
