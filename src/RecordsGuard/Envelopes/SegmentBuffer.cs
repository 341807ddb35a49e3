using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RecordsGuard.Envelopes;

/// <summary>
/// Room for one segment (or the header) and one byte more: pinned, zeroed after use, and used again. A few idle ones are kept.
/// </summary>
internal sealed class SegmentBuffer
{
    private const int Kept = 16;

    private static readonly ConcurrentQueue<byte[]> Idle = new();

    private byte[]? bytes;

    public SegmentBuffer(FloeParameters parameters)
    {
        var length = Math.Max(parameters.SegmentLength, FloeParameters.HeaderLength) + 1;
        bytes = parameters == FloeParameters.Product && Idle.TryDequeue(out var idle)
            ? idle
            : GC.AllocateUninitializedArray<byte>(length, pinned: true);
    }

    public Memory<byte> Memory => bytes ?? throw new ObjectDisposedException(nameof(SegmentBuffer));

    /// <param name="reuse">False if somebody may still write here: a source whose read failed or was cancelled.</param>
    public void Release(bool reuse)
    {
        var mine = Interlocked.Exchange(ref bytes, null);
        if (mine is null)
            return;

        CryptographicOperations.ZeroMemory(mine);
        if (reuse && mine.Length == FloeParameters.Product.SegmentLength + 1 && Idle.Count < Kept)
            Idle.Enqueue(mine);
    }
}
