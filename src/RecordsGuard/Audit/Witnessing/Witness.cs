using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>
/// Watches that logs only grow (C2SP tlog-witness). It vouches for a checkpoint once it has remembered it, so that it can
/// never vouch for two histories of one log: not after a crash, nor for two requests at once.
/// </summary>
/// <param name="logs">Those it watches; a log may have several keys.</param>
public sealed class Witness(CosignerKey key, IReadOnlyList<VerifierKey> logs, WitnessFolder seen, IEd25519 ed25519, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    /// <summary>The answer to a body of <c>add-checkpoint</c>, in the order of checks that the specification gives.</summary>
    /// <exception cref="IOException">Nothing was remembered, so nothing was signed.</exception>
    public async Task<CosignAnswer> AddAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        CosignRequest request;
        Checkpoint next;
        try
        {
            request = CosignRequest.Parse(body.Span);
            next = Checkpoint.Of(request.Note);
        }
        catch (FormatException)
        {
            return CosignAnswer.Refuse(400, "This is no request to cosign a checkpoint.");
        }

        var keys = logs.Where(l => l.Name == next.Origin).ToList();
        if (keys.Count == 0)
        {
            return CosignAnswer.Refuse(404, "This witness does not know that log.");
        }

        if (!IsGenuine(request.Note, keys))
        {
            return CosignAnswer.Refuse(403, "No key of that log signed this checkpoint.");
        }

        if (request.Old > next.Size)
        {
            return CosignAnswer.Refuse(400, "The old size is larger than the checkpoint's.");
        }

        await one.WaitAsync(cancel);
        try
        {
            return await DecideAsync(request, next, cancel);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The last checkpoint it vouched for, with its cosignature; null if none of a log with this hash.</summary>
    /// <param name="originHash">SHA-256 of the origin in lower-case hex.</param>
    public Task<ReadOnlyMemory<byte>?> LatestAsync(string originHash, CancellationToken cancel) =>
        logs.Any(l => HashOf(l.Name) == originHash) ? seen.ReadAsync(originHash, cancel) : Task.FromResult<ReadOnlyMemory<byte>?>(null);

    public static string HashOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    public void Dispose() => one.Dispose();

    /// <summary>One good signature at least, and no false one under a key that is known.</summary>
    private static bool IsGenuine(SignedNote note, List<VerifierKey> keys)
    {
        var signing = keys.Where(k => note.Signatures.Any(s => s.Name == k.Name && s.KeyId == k.Id)).ToList();
        return signing.Count > 0 && signing.TrueForAll(note.IsSignedBy);
    }

    private async Task<CosignAnswer> DecideAsync(CosignRequest request, Checkpoint next, CancellationToken cancel)
    {
        var place = HashOf(next.Origin);
        var last = await seen.ReadAsync(place, cancel) is { } bytes ? Checkpoint.Of(SignedNote.Parse(bytes.Span)) : null;
        if (request.Old != (last?.Size ?? 0))
        {
            return new(409, CosignAnswer.SizeType, string.Create(CultureInfo.InvariantCulture, $"{last?.Size ?? 0}\n"));
        }

        if (!IsGrown(last, next, request.Proof))
        {
            return CosignAnswer.Refuse(422, "The log did not grow from what this witness saw last: it was forked or rewritten.");
        }

        var mine = key.Cosign(request.Note, time.GetUtcNow(), ed25519);
        var known = request.Note.Signatures.Where(s => logs.Any(l => l.Name == s.Name && l.Id == s.KeyId));
        await seen.WriteAsync(place, (request.Note with { Signatures = [.. known, mine] }).ToBytes(), cancel);
        return new(200, CosignAnswer.TextType, mine.ToString());
    }

    private static bool IsGrown(Checkpoint? last, Checkpoint next, IReadOnlyList<TreeHash> proof) => last is null || last.Size == 0
        ? proof.Count == 0 && (next.Size > 0 || next.Root == TreeHash.OfNothing)
        : new ConsistencyProof(last.Size, next.Size, proof).Verify(last.Root, next.Root);
}
