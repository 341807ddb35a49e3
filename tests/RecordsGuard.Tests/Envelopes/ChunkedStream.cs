namespace RecordsGuard.Tests.Envelopes;

/// <summary>Bytes as a network gives them: in pieces, later, or with a failure at the end.</summary>
internal sealed class ChunkedStream(ReadOnlyMemory<byte> bytes, int chunk = int.MaxValue, bool later = false, Exception? failure = null)
    : Stream
{
    private int position;

    public bool Disposed { get; private set; }

    public override bool CanRead => true;

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
        cancellationToken.ThrowIfCancellationRequested();
        if (later)
            await Task.Yield();
        var count = Math.Min(Math.Min(chunk, buffer.Length), bytes.Length - position);
        if (count == 0 && buffer.Length > 0 && failure is not null)
            throw failure;

        bytes.Slice(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
