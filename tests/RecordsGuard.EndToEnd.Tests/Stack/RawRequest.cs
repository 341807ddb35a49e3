using System.Net.Sockets;
using System.Text;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>A request over a bare socket: byte for byte what the test says, and no more.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="head">Request line and headers, without the empty line.</param>
    public static async Task<RawRequest> BeginAsync(RunningStack stack, params string[] head)
    {
        var request = new RawRequest();
        await request.socket.ConnectAsync("127.0.0.1", stack.Http.BaseAddress!.Port, Stop);
        await request.SendAsync(Encoding.Latin1.GetBytes(
            string.Join("\r\n", [.. head, $"Host: {stack.Http.BaseAddress.Authority}", "Connection: close", "", ""])));
        return request;
    }

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), Stop);
        }
    }

    /// <summary>Says that nothing more comes; an answer can still be read.</summary>
    public void End() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>A reset, as when the machine at this end is gone.</summary>
    public void Reset() => socket.Close(0);

    /// <summary>The first line of the answer; empty if the connection was cut instead.</summary>
    public async Task<string> StatusLineAsync()
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, Stop) is > 0 and var count)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Cut: what came before it counts.
        }

        return answer.ToString().Split("\r\n")[0];
    }

    public void Dispose() => socket.Dispose();
}
