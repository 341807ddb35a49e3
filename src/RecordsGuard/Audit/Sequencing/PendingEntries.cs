using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>What is to be done with the pending entries.</summary>
/// <param name="Known">In the log already: an append that was repeated, or a removal that was cut off.</param>
/// <param name="Malformed">Left where they are.</param>
/// <param name="Held">Some wait for one before them, which may just not be visible yet.</param>
/// <param name="More">There are more than one batch takes.</param>
internal sealed record PendingPlan(
    StagedBatch Batch, IReadOnlyList<PendingEntry> Known, IReadOnlyList<LogFinding> Malformed, bool Held, bool More);

/// <summary>
/// Reads the pending entries and puts them in order: by time, and each writer's by number. Checks every writer's chain
/// against what the log has of it.
/// </summary>
internal sealed class PendingEntries(ILogStore store, LogIndex index, TimeProvider time)
{
    /// <summary>
    /// How long an entry waits for the one before it. Writers go on only when an entry is durable, so the wait only
    /// covers a listing that ran while both were inserted.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MaxEntriesOfShard = 256;
    private const int MaxBytesOfShard = 512 * 1024;
    private const int MaxKnownWriters = 10_000;

    private readonly Dictionary<string, WriterState> writers = new(StringComparer.Ordinal);

    /// <param name="leafAt">The leaf hash at an index of the log.</param>
    public async Task<PendingPlan> PlanAsync(
        long size, Func<long, CancellationToken, Task<TreeHash>> leafAt, CancellationToken cancel)
    {
        var shards = await Task.WhenAll(Enumerable.Range(0, PendingEntry.Shards).Select(s => ReadAsync(s, cancel)));
        var (known, findings) = (new List<PendingEntry>(), new List<LogFinding>());
        var ready = new List<(DateTimeOffset At, SequencedEntry Entry)>();
        var held = false;
        foreach (var writer in shards.SelectMany(s => s.Entries).GroupBy(e => e.Writer))
        {
            var state = await StateAsync(writer.Key, cancel);
            var at = DateTimeOffset.MinValue;
            foreach (var entry in writer)
            {
                var sequence = entry.Entry.Sequence;
                if (sequence < state.Next && await IsInLogAsync(entry, leafAt, size, cancel))
                {
                    known.Add(entry.Pending);
                    continue;
                }

                if (sequence > state.Next && (time.GetUtcNow() - entry.Entry.Time).Duration() < Patience)
                {
                    held = true;
                    break;
                }

                if (Fault(entry, state) is { } fault)
                {
                    findings.Add(new(fault, entry.Writer, fault == ChainFault.Gap ? state.Next : sequence, entry.Entry.Id.ToString()));
                }

                state = sequence < state.Next ? state : WriterState.After(entry);
                at = entry.Entry.Time > at ? entry.Entry.Time : at;
                ready.Add((at, entry));
            }
        }

        ready.Sort((a, b) => a.At.CompareTo(b.At) is not 0 and var order
            ? order
            : string.CompareOrdinal(a.Entry.Pending.Key, b.Entry.Pending.Key));
        return new(
            new(size, [.. ready.Select(r => r.Entry)], findings), known,
            [.. shards.SelectMany(s => s.Malformed)], held, shards.Any(s => s.Cut));
    }

    /// <summary>The batch is in the log and in its index.</summary>
    public void Remember(StagedBatch batch)
    {
        if (writers.Count > MaxKnownWriters)
        {
            writers.Clear();
        }

        foreach (var entry in batch.Entries)
        {
            if (!writers.TryGetValue(entry.Writer, out var state) || entry.Entry.Sequence >= state.Next)
            {
                writers[entry.Writer] = WriterState.After(entry);
            }
        }
    }

    /// <summary>Somebody else may have gone on.</summary>
    public void Forget() => writers.Clear();

    private static ChainFault? Fault(SequencedEntry entry, WriterState state) =>
        entry.Entry.Sequence > state.Next ? ChainFault.Gap
        : entry.Entry.Sequence < state.Next ? ChainFault.Repeat
        : !entry.Entry.Previous.Span.SequenceEqual(state.Last.Span) ? ChainFault.BrokenChain
        : null;

    private async Task<WriterState> StateAsync(string writer, CancellationToken cancel) =>
        writers.TryGetValue(writer, out var state) ? state : await index.WriterAsync(writer, cancel);

    private async Task<bool> IsInLogAsync(
        SequencedEntry entry, Func<long, CancellationToken, Task<TreeHash>> leafAt, long size, CancellationToken cancel)
    {
        var leaf = TreeHash.OfLeaf(entry.Pending.Bytes.Span);
        await foreach (var at in index.FindAsync(entry.Entry.Id, cancel))
        {
            if (at < size && await leafAt(at, cancel) == leaf)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Shard> ReadAsync(int shard, CancellationToken cancel)
    {
        var (entries, malformed, bytes) = (new List<SequencedEntry>(), new List<LogFinding>(), 0);
        await foreach (var pending in store.ReadAsync(shard, cancel))
        {
            // Malformed ones do not count: whoever could insert a few hundred would stop the log.
            if (Parse(pending) is not { } entry)
            {
                malformed.Add(new(ChainFault.Malformed, pending.Key.Length < 32 ? "-" : pending.Key[..32], 0, ""));
                continue;
            }

            entries.Add(entry);
            bytes += pending.Bytes.Length;
            if (entries.Count >= MaxEntriesOfShard || bytes >= MaxBytesOfShard)
            {
                return new(entries, malformed, Cut: true);
            }
        }

        return new(entries, malformed, Cut: false);
    }

    /// <summary>Null if it is no entry of the writer and number that its key names, or lies in another shard.</summary>
    private static SequencedEntry? Parse(PendingEntry pending)
    {
        try
        {
            var entry = SequencedEntry.Of(pending.Bytes);
            return entry.Pending.Key == pending.Key && entry.Pending.Shard == pending.Shard
                && entry.Entry.Sequence is >= 0 and < long.MaxValue && entry.Entry.Time >= DateTimeOffset.UnixEpoch
                ? entry
                : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record Shard(IReadOnlyList<SequencedEntry> Entries, IReadOnlyList<LogFinding> Malformed, bool Cut);
}
