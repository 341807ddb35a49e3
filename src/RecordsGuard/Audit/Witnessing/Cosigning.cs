using System.Globalization;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>What came of asking the witnesses.</summary>
/// <param name="Cosigned">Whether the published checkpoint has as many as the policy asks for.</param>
/// <param name="Last">When the last one that had was cosigned; null if there never was one.</param>
/// <param name="Refused">Names of witnesses that say the log did not grow from what they saw. Critical.</param>
/// <param name="Overdue">For longer than <see cref="Cosigning.Patience"/> no new checkpoint got enough.</param>
public sealed record CosigningReport(bool Cosigned, DateTimeOffset? Last, IReadOnlyList<string> Refused, bool Overdue);

/// <summary>
/// Has the published checkpoint cosigned, after it was published: a witness that is down holds nothing up, it only leaves
/// the checkpoint with fewer signatures. The last one that had enough is kept beside it.
/// </summary>
public sealed class Cosigning(ITreeStore tree, WitnessPolicy policy, IWitnessDoor door, IEd25519 ed25519, TimeProvider time)
{
    /// <summary>The last checkpoint with enough cosignatures, in the container of the head.</summary>
    public const string CosignedName = "cosigned";

    private const string CheckpointName = "checkpoint";

    /// <summary>How long the log may go on without witnesses before somebody is told.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(6);

    private readonly Dictionary<PolicyWitness, long> sizes = [];

    /// <summary>Call it when a checkpoint was published; any number of times, also without need.</summary>
    /// <exception cref="AuditUnavailableException">Storage did not answer; the next run goes on.</exception>
    /// <exception cref="LogBrokenException">A tile is missing, so that no proof can be made.</exception>
    public async Task<CosigningReport> RunAsync(CancellationToken cancel)
    {
        var kept = await tree.ReadAsync(TreePart.Head, CosignedName, cancel);
        var last = kept is null ? null : SignedNote.Parse(kept.Bytes.Span);
        if (await tree.ReadAsync(TreePart.Head, CheckpointName, cancel) is not { } blob)
        {
            return new(false, null, [], Overdue: false);
        }

        var note = SignedNote.Parse(blob.Bytes.Span);
        var checkpoint = Checkpoint.Of(note);
        var before = policy.CosignersOf(note, ed25519);
        if (checkpoint.Size == 0 || before.Count == policy.Witnesses.Count)
        {
            return new(policy.IsMet(before.Keys), TimeOf(last), [], Overdue: false);
        }

        var missing = policy.Witnesses.Where(w => w.Url is not null && !before.ContainsKey(w)).ToList();
        var answers = await Task.WhenAll(missing.Select(w => AskAsync(w, note, checkpoint, cancel)));
        var added = answers.SelectMany(a => a.Signatures).ToList();
        var refused = missing.Zip(answers).Where(a => a.Second.Refused).Select(a => a.First.Key.Name).ToList();
        var cosigned = note with { Signatures = [.. note.Signatures, .. added] };
        if (added.Count > 0)
        {
            // Null: a later checkpoint was published meanwhile, and asks for itself.
            await tree.SwapAsync(CheckpointName, cosigned.ToBytes(), blob.ETag, cancel);
        }

        var met = policy.IsMet(policy.CosignersOf(cosigned, ed25519).Keys);
        if (met && (last is null || Checkpoint.Of(last).Size < checkpoint.Size))
        {
            await tree.SwapAsync(CosignedName, cosigned.ToBytes(), kept?.ETag, cancel);
            last = cosigned;
        }

        return new(met, TimeOf(last), refused, !met && await IsOverdueAsync(last, checkpoint, cancel));
    }

    /// <summary>Two rounds at most: a witness that saw another size than we think says which.</summary>
    private async Task<Answer> AskAsync(PolicyWitness witness, SignedNote note, Checkpoint checkpoint, CancellationToken cancel)
    {
        var old = Known(witness);
        for (var round = 0; round < 2; round++)
        {
            // A witness that saw more than is published is another's mistake, or a rollback of ours: it says 409 again.
            var proof = old > 0 && old <= checkpoint.Size
                ? (await new TileTree(checkpoint.Size, ReadTileAsync).ConsistencyAsync(old, cancel)).Hashes
                : [];
            var answer = await door.AddAsync(witness.Url!, new CosignRequest(Math.Min(old, checkpoint.Size), proof, note).ToBytes(), cancel);
            switch (answer)
            {
                case { Status: 200 }:
                    Remember(witness, checkpoint.Size);
                    return new(Signatures(note, answer.Body, witness), Refused: false);
                case { Status: 409 } when long.TryParse(answer.Body.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size):
                    Remember(witness, old = size);
                    if (size > checkpoint.Size)
                    {
                        return new([], Refused: await IsLargestAsync(checkpoint, cancel));
                    }

                    break;
                default:
                    return new([], Refused: answer is { Status: 422 });
            }
        }

        return new([], Refused: false);
    }

    /// <summary>Only what verifies is taken from a witness's answer; it may hold lines of other keys.</summary>
    private List<NoteSignature> Signatures(SignedNote note, string body, PolicyWitness witness)
    {
        try
        {
            var lines = SignedNote.Parse(Encoding.UTF8.GetBytes($"{note.Text}\n{body}")).Signatures;
            return [.. lines.Where(s => Cosignature.TimeOf(note with { Signatures = [s] }, witness.Key, ed25519) is not null).Take(1)];
        }
        catch (FormatException)
        {
            return [];
        }
    }

    /// <summary>False if a later checkpoint was published since: then the witness may have seen that one.</summary>
    private async Task<bool> IsLargestAsync(Checkpoint checkpoint, CancellationToken cancel) =>
        await tree.ReadAsync(TreePart.Head, CheckpointName, cancel) is { } blob
        && Checkpoint.Of(SignedNote.Parse(blob.Bytes.Span)).Size <= checkpoint.Size;

    /// <summary>Measured from the first entry that no witness has vouched for: a log that does not grow is never overdue.</summary>
    private async Task<bool> IsOverdueAsync(SignedNote? last, Checkpoint checkpoint, CancellationToken cancel)
    {
        var first = last is null ? 0 : Checkpoint.Of(last).Size;
        var id = TileId.In(checkpoint.Size, 0, Math.Min(first, checkpoint.Size - 1) / TileId.FullWidth).Bundle;
        var bundle = await ReadTileAsync(id, cancel) ?? throw new LogBrokenException(LogFault.TileMissing, id.Path);
        var entries = EntryBundle.Read(bundle);
        return time.GetUtcNow() - AuditEntry.Parse(entries[(int)(first % TileId.FullWidth)]).Time > Patience;
    }

    private DateTimeOffset? TimeOf(SignedNote? note)
    {
        var times = note is null ? [] : policy.CosignersOf(note, ed25519).Values.ToList();
        return times.Count == 0 ? null : times.Max();
    }

    private long Known(PolicyWitness witness)
    {
        lock (sizes)
        {
            return sizes.GetValueOrDefault(witness);
        }
    }

    private void Remember(PolicyWitness witness, long size)
    {
        lock (sizes)
        {
            sizes[witness] = size;
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadTileAsync(TileId tile, CancellationToken cancel) =>
        (await tree.ReadAsync(TreePart.Tiles, tile.Path, cancel))?.Bytes;

    private sealed record Answer(IReadOnlyList<NoteSignature> Signatures, bool Refused);
}
