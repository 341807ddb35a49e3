using System.Net;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>A body that is sent chunked, written as it comes.</summary>
internal sealed class UnknownLength(Func<Stream, Task> write) : HttpContent
{
    public static UnknownLength Of(byte[] content) => new(to => to.WriteAsync(content).AsTask());

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
