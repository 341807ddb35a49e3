namespace RecordsGuard.App.Http;

/// <summary>A stream whose first bytes have been looked at: they come again, then the rest, which is not owned.</summary>
internal sealed class BegunStream(ReadOnlyMemory<byte> begun, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> begun = begun;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads up to <paramref name="count"/> bytes of the beginning; fewer only if there are no more.</summary>
    public static async Task<byte[]> BeginAsync(Stream body, int count, CancellationToken cancel)
    {
        var head = new byte[count];
        var read = await body.ReadAtLeastAsync(head, count, throwOnEndOfStream: false, cancel);
        return head[..read];
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (begun.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, begun.Length);
        begun[..count].CopyTo(buffer);
        begun = begun[count..];
        return new(count);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>The rest knows how to copy itself without another buffer.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var first = begun;
        begun = default;
        await destination.WriteAsync(first, cancellationToken);
        await rest.CopyToAsync(destination, bufferSize, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
