using Microsoft.AspNetCore.Http;

namespace RecordsGuard.App.Http;

/// <summary>
/// A request body of at most so many bytes. Kestrel's own limit would do, but cuts the connection of who goes over it,
/// and the answer with it.
/// </summary>
/// <param name="instead">What whoever has more is to do.</param>
internal sealed class LimitedStream(Stream body, long limit, string instead) : Stream
{
    private long taken;

    /// <exception cref="BadHttpRequestException">413: it says itself that it is longer. The message is for the caller.</exception>
    public static LimitedStream Of(HttpRequest request, long limit, string instead)
    {
        var body = new LimitedStream(request.Body, limit, instead);
        return request.ContentLength > limit ? throw body.TooLong() : body;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="BadHttpRequestException">413: there is more than the limit. Its message is for the caller.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        taken += count;
        return taken <= limit
            ? count
            : throw TooLong();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Request bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private BadHttpRequestException TooLong() =>
        new($"This address takes {limit} bytes, and the body has more. {instead}", StatusCodes.Status413PayloadTooLarge);
}
