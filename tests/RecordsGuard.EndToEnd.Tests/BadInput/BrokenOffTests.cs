using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using RecordsGuard.Audit;
using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.BadInput;

/// <summary>Bodies that stop half-way, over a bare socket.</summary>
public sealed class BrokenOffTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_body_that_stops_half_way_leaves_nothing_behind(bool chunked, bool orderly)
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);
        var notes = await NotDoneAsync(chart);
        var half = Files.Binary(3 * Files.MiB);

        using (var socket = await ConnectAsync())
        {
            var length = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {2 * half.Length}";
            await SendAsync(socket, await HeadAsync(chart, length));
            await SendAsync(socket, chunked ? [.. Encoding.ASCII.GetBytes($"{half.Length:x}\r\n"), .. half] : half);
            if (orderly)
            {
                socket.Shutdown(SocketShutdown.Send);
                Assert.DoesNotContain(" 201 ", await AllAsync(socket), StringComparison.Ordinal);
            }
            else
            {
                socket.Close(0); // a reset, as when the machine at the other end is gone
            }
        }

        if (chunked)
        {
            await Until.TrueAsync(async () => await NotDoneAsync(chart) > notes, "the log says that the upload was not done");
        }

        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
        Assert.Empty(await chart.ListAsync());
    }

    [Theory]
    [InlineData("zz\r\nnot a chunk")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    public async Task Malformed_chunks_are_400_and_leave_nothing_behind(string body)
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);

        using var socket = await ConnectAsync();
        await SendAsync(socket, await HeadAsync(chart, "Transfer-Encoding: chunked"));
        await SendAsync(socket, Encoding.ASCII.GetBytes(body));

        Assert.Contains(" 400 ", (await AllAsync(socket)).Split("\r\n")[0], StringComparison.Ordinal);
        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
    }

    private async Task<byte[]> HeadAsync(Chart chart, string length)
    {
        var frontDesk = await stack.PersonAsync("front-desk-1");
        return Encoding.ASCII.GetBytes(
            $"POST {chart.Records} HTTP/1.1\r\nHost: {stack.Http.BaseAddress!.Authority}\r\nAuthorization: Bearer {frontDesk.Token}\r\n"
            + $"Record-Class: client-record\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n{length}\r\n\r\n");
    }

    /// <summary>How often the audit log says of this client that a change did not come about.</summary>
    private async Task<int> NotDoneAsync(Chart chart)
    {
        var client = await stack.Stores.RowAsync(Records.Table.Clients, $"demo|{chart.Client}", "client");
        using var facts = JsonDocument.Parse(client!.GetString("Body"));
        var pseudonym = facts.RootElement.GetProperty("pseudonym").GetString()!;
        return (await stack.Stores.AuditAsync()).Count(e => e.Kind == AuditKind.ChangeNotDone && e.Client == pseudonym);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", stack.Http.BaseAddress!.Port, Stop);
        return socket;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), Stop);
        }
    }

    private static async Task<string> AllAsync(Socket socket)
    {
        using var answer = new MemoryStream();
        await using var stream = new NetworkStream(socket);
        try
        {
            await stream.CopyToAsync(answer, Stop);
        }
        catch (IOException)
        {
            // Cut off instead of answered.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
