using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// Reads a whole log and recomputes all of it: entries to leaf hashes, leaf hashes to every tile, tiles to the root that
/// the checkpoint signs; each writer's chain; the checkpoints seen before; the witnesses' signatures. Trusts nothing but
/// what the auditor brings along.
/// </summary>
/// <param name="replay">Given every entry in its order, or null.</param>
/// <param name="each">Given every entry that parses, with its place, before it is known whether the log is whole.</param>
/// <param name="progress">Told how many entries are done, now and then.</param>
public sealed class LogVerifier(
    PublishedLog log, Expectation expected, IEd25519 ed25519, RowReplay? replay = null, Action<long, long>? progress = null,
    Action<long, AuditEntry>? each = null)
{
    /// <summary>So many are told in full; the rest is counted.</summary>
    public const int MaxFindings = 1000;

    private readonly List<VerifyFinding> findings = [];
    private long found;

    /// <summary>Call it once.</summary>
    /// <exception cref="AuditUnavailableException">The log could not be reached; nothing is known then.</exception>
    public async Task<LogVerification> RunAsync(CancellationToken cancel)
    {
        var (note, checkpoint) = await CheckpointAsync(cancel);
        if (note is null || checkpoint is null)
        {
            return new(null, 0, 0, null, null, [], findings, found);
        }

        if (expected.Key is { } key && (key.Name != checkpoint.Origin || !note.IsSignedBy(key)))
        {
            Report(VerifyFault.SignatureFalse, "checkpoint", "The checkpoint does not carry a valid signature of the log's key: whoever published it does not hold that key, or changed it afterwards.");
        }

        var since = Since(checkpoint).ToList();
        var pass = new TreePass(log, checkpoint, expected.MinimumIndex, since, replay, Report, progress, each);
        await pass.RunAsync(cancel);
        return new(
            checkpoint, pass.From, checkpoint.Size - pass.From, pass.First, pass.Last, Cosigned(note), findings, found);
    }

    internal void Report(VerifyFinding finding)
    {
        found++;
        if (findings.Count < MaxFindings)
        {
            findings.Add(finding);
        }
    }

    private void Report(VerifyFault fault, string where, string sentence) => Report(new(fault, where, sentence));

    private async Task<(SignedNote? Note, Checkpoint? Checkpoint)> CheckpointAsync(CancellationToken cancel)
    {
        if (await log.Checkpoint(cancel) is not { } bytes)
        {
            Report(VerifyFault.CheckpointMissing, "checkpoint", "There is no checkpoint: the log was never published, or all of it was taken away.");
            return default;
        }

        try
        {
            var note = SignedNote.Parse(bytes.Span);
            return (note, Checkpoint.Of(note));
        }
        catch (FormatException)
        {
            Report(VerifyFault.CheckpointMalformed, "checkpoint", "What is published as the log's checkpoint is none: it was damaged or replaced.");
            return default;
        }
    }

    /// <summary>The earlier checkpoints that can be compared with this one: those that are genuine and not larger.</summary>
    private IEnumerable<Checkpoint> Since(Checkpoint now)
    {
        foreach (var note in expected.Since)
        {
            var then = Checkpoint.Of(note);
            if (then.Origin != now.Origin || (expected.Key is { } key && !note.IsSignedBy(key)))
            {
                Report(VerifyFault.SignatureFalse, "earlier checkpoint", "The earlier checkpoint to compare with is not one of this log's, or not signed by its key.");
            }
            else if (then.Size > now.Size)
            {
                Report(
                    VerifyFault.RolledBack, $"entry {now.Size}",
                    $"The log was rolled back: it had {then.Size} entries when the earlier checkpoint was made and has {now.Size} now.");
            }
            else
            {
                yield return then;
            }
        }
    }

    private List<KeyValuePair<string, DateTimeOffset>> Cosigned(SignedNote note)
    {
        if (expected.Witnesses is not { } policy)
        {
            return [];
        }

        var cosigned = policy.CosignersOf(note, ed25519);
        if (!policy.IsMet(cosigned.Keys))
        {
            Report(
                VerifyFault.NotCosigned, "checkpoint",
                $"Of the policy's {policy.Witnesses.Count} witnesses {cosigned.Count} vouch for this checkpoint, which is too few: nobody outside says that it is the log's only history.");
        }

        return [.. cosigned.Select(c => new KeyValuePair<string, DateTimeOffset>(c.Key.Key.Name, c.Value))];
    }
}
