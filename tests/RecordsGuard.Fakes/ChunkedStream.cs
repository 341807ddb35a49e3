namespace RecordsGuard.Fakes;

/// <summary>Bytes as a network gives them: forward only, and less at a time than was asked for.</summary>
public sealed class ChunkedStream(ReadOnlyMemory<byte> bytes, int largest = 4093) : Stream
{
    private readonly int largest = largest;
    private ReadOnlyMemory<byte> rest = bytes;

    /// <summary>Throws after so many bytes, as a connection that breaks; never if negative.</summary>
    public long BreakAfter { get; init; } = -1;

    /// <summary>What to throw then.</summary>
    public Func<Exception> Break { get; init; } = () => new IOException("The connection broke.");

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private long Given { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(Math.Min(buffer.Length, largest), rest.Length);
        if (BreakAfter >= 0)
        {
            if (Given >= BreakAfter && buffer.Length > 0)
            {
                throw Break();
            }

            count = (int)Math.Min(count, BreakAfter - Given);
        }

        rest.Span[..count].CopyTo(buffer);
        rest = rest[count..];
        Given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        return Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
