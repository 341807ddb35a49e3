using System.Runtime.ExceptionServices;

namespace RecordsGuard.Envelopes;

/// <summary>Gives sealed or opened bytes segment by segment.</summary>
internal interface ISegments
{
    /// <summary>The next bytes, valid until the next call; empty at the end, and from then on.</summary>
    ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancel);

    /// <summary>Zeroes keys and buffers.</summary>
    /// <param name="clean">False if a read failed: its buffer may still be written to.</param>
    ValueTask ReleaseAsync(bool clean);
}

/// <summary>
/// Segments as a forward-only stream, read asynchronously, by one reader. What fails once fails ever after, so that no
/// caller who reads on after an error can take a part for the whole.
/// </summary>
internal sealed class SegmentStream(ISegments segments) : Stream
{
    private ReadOnlyMemory<byte> rest;
    private ExceptionDispatchInfo? failure;
    private bool ended;
    private volatile bool disposed;
    private int busy;

    public override bool CanRead => !disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            if (buffer.IsEmpty || !await AdvanceAsync(cancellationToken))
                return 0;

            var count = Math.Min(buffer.Length, rest.Length);
            rest[..count].CopyTo(buffer);
            rest = rest[count..];
            return count;
        }
        finally
        {
            await LeaveAsync();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes whole segments, without a copy of its own.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            while (await AdvanceAsync(cancellationToken))
            {
                await destination.WriteAsync(rest, cancellationToken);
                rest = default;
            }
        }
        finally
        {
            await LeaveAsync();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Sealed content is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        disposed = true;
        if (Interlocked.Exchange(ref busy, 1) == 0)
            await ReleaseAsync();

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        disposed = true;
        if (disposing && Interlocked.Exchange(ref busy, 1) == 0)
            ReleaseAsync().AsTask().GetAwaiter().GetResult();

        base.Dispose(disposing);
    }

    private async ValueTask<bool> AdvanceAsync(CancellationToken cancel)
    {
        failure?.Throw();
        if (!rest.IsEmpty)
            return true;
        if (ended)
            return false;

        try
        {
            rest = await segments.NextAsync(cancel);
            ended = rest.IsEmpty;
            return !ended;
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
            await segments.ReleaseAsync(clean: false);
            throw;
        }
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Interlocked.Exchange(ref busy, 1) != 0)
            throw new InvalidOperationException("One reader at a time.");
    }

    /// <summary>Whoever disposed of the stream while it was being read left keys and buffers to the reader.</summary>
    private async ValueTask LeaveAsync()
    {
        Interlocked.Exchange(ref busy, 0);
        if (disposed && Interlocked.Exchange(ref busy, 1) == 0)
            await ReleaseAsync();
    }

    private ValueTask ReleaseAsync()
    {
        rest = default;
        return segments.ReleaseAsync(clean: failure is null);
    }
}
