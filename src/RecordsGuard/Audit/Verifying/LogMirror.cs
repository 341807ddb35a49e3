using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// Copies a log into a folder and goes on where it stopped. What arrives is verified against what the folder has before
/// the new checkpoint is kept: a log that is not the continuation of the copy does not become it.
/// </summary>
public sealed class LogMirror(LogFolder folder, VerifierKey? key, IEd25519 ed25519, Action<long, long>? progress = null)
{
    private const int AtOnce = 8;

    /// <summary>May be cut off anywhere and called again.</summary>
    /// <returns>What was found wrong with the log: if anything, the folder's checkpoint stays as it was.</returns>
    /// <exception cref="LogBrokenException">A tile differs from the one that the folder has, or is not there.</exception>
    /// <exception cref="AuditUnavailableException">The log could not be reached.</exception>
    public async Task<LogVerification> RunAsync(PublishedLog source, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        var note = await source.Checkpoint(cancel);
        var kept = await folder.CheckpointAsync(cancel) is { } bytes ? SignedNote.Parse(bytes.Span) : null;
        var from = kept is null ? 0 : Checkpoint.Of(kept).Size;
        var expected = new Expectation { Key = key, Since = kept is null ? [] : [kept], MinimumIndex = from };
        if (SizeOf(note) is { } size && size >= from)
        {
            var tiles = TileId.Grown(from, size).SelectMany(t => t.Level == 0 ? new[] { t, t.Bundle } : [t]);
            var done = 0L;
            await Parallel.ForEachAsync(tiles, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (tile, stop) =>
            {
                if (!folder.Has(tile))
                {
                    var copy = await source.Tiles(tile, stop) ?? throw new LogBrokenException(LogFault.TileMissing, tile.Path);
                    await folder.AddAsync(tile, copy, stop);
                }

                if (tile.Level == TileId.Entries)
                {
                    progress?.Invoke(from + Interlocked.Add(ref done, tile.Width), size);
                }
            });
        }

        var result = await new LogVerifier(folder.Log with { Checkpoint = _ => Task.FromResult(note) }, expected, ed25519).RunAsync(cancel);
        if (result.Found == 0)
        {
            await folder.PublishAsync(note!.Value, cancel);
        }

        return result;
    }

    /// <summary>Null if it is no checkpoint: the verifier says so.</summary>
    private static long? SizeOf(ReadOnlyMemory<byte>? note)
    {
        try
        {
            return note is { } bytes ? Checkpoint.Of(SignedNote.Parse(bytes.Span)).Size : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
