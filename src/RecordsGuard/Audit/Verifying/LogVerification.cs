using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Audit.Verifying;

/// <summary>What an auditor brings along, which the log cannot choose. Whatever is left out goes into the report as not known.</summary>
public sealed record Expectation
{
    /// <summary>The log's verifier key, from somewhere else than the log.</summary>
    public VerifierKey? Key { get; init; }

    /// <summary>Checkpoints seen before: the log must have grown from each of them.</summary>
    public IReadOnlyList<SignedNote> Since { get; init; } = [];

    public WitnessPolicy? Witnesses { get; init; }

    /// <summary>Entries below it may be pruned (C2SP tlog-tiles, "Pruning"): the practice's policy, not the log's word.</summary>
    public long MinimumIndex { get; init; }
}

/// <summary>What a verification came to.</summary>
/// <param name="Checkpoint">What was verified; null if there was none.</param>
/// <param name="From">Entries from here on were read.</param>
/// <param name="First">The time that the first entry read gives; its writer's word.</param>
/// <param name="Cosigned">The witnesses that vouch for the checkpoint, by key name, and when.</param>
/// <param name="Findings">The first <see cref="LogVerifier.MaxFindings"/>.</param>
/// <param name="Found">How many there are in all.</param>
public sealed record LogVerification(
    Checkpoint? Checkpoint, long From, long Entries, DateTimeOffset? First, DateTimeOffset? Last,
    IReadOnlyList<KeyValuePair<string, DateTimeOffset>> Cosigned, IReadOnlyList<VerifyFinding> Findings, long Found);
