using Azure.Core.Pipeline;

namespace RecordsGuard.Azure;

/// <summary>
/// A download. When a connection breaks, the SDK asks for the rest under the ETag of the first answer, so no two
/// versions are ever spliced; it does so inside a read, which is why each read names the cause again: a request
/// without it would look like somebody else's. Ending early is an error, not an end.
/// </summary>
internal sealed class PinnedStream(Stream inner, long? length, string? cause) : Stream
{
    private long rest = length ?? 0;

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
        using var scope = cause is null ? null : HttpPipeline.CreateClientRequestIdScope(cause);
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"Storage stopped answering: {StoreCall.Reason(e)}.", e);
        }

        rest -= count;
        if (length is not null && (rest < 0 || (count == 0 && buffer.Length > 0 && rest > 0)))
        {
            throw new IOException("Storage gave another number of bytes than it was asked for.");
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous reads.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
