using System.Text;
using System.Text.Json;
using RecordsGuard.Audit;
using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.BadInput;

/// <summary>Bodies that stop half-way or make no sense, over a bare socket.</summary>
public sealed class BrokenOffTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chunked_body_that_stops_half_way_leaves_nothing_but_the_logs_word_that_it_was_not_done(bool orderly)
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);
        var half = Files.Binary(3 * Files.MiB);

        using var upload = await BeginAsync(chart, "Transfer-Encoding: chunked");
        await upload.SendAsync([.. Encoding.ASCII.GetBytes($"{2 * half.Length:x}\r\n"), .. half]);
        await Until.TrueAsync(() => LoggedAsync(chart, AuditKind.ChangeIntended), "the log says that an upload has begun");
        if (orderly)
        {
            upload.End();
            Assert.DoesNotContain(" 201 ", await upload.StatusLineAsync(), StringComparison.Ordinal);
        }
        else
        {
            upload.Reset();
        }

        await Until.TrueAsync(() => LoggedAsync(chart, AuditKind.ChangeNotDone), "the log says that it was not done");
        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
        Assert.Empty(await chart.ListAsync());
    }

    [Fact]
    public async Task A_body_shorter_than_its_length_leaves_nothing_behind()
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);

        using var upload = await BeginAsync(chart, "Content-Length: 2000000");
        await upload.SendAsync(Files.Binary(1_000_000));
        upload.End();

        Assert.DoesNotContain(" 201 ", await upload.StatusLineAsync(), StringComparison.Ordinal);
        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
        Assert.False(await LoggedAsync(chart, AuditKind.ChangeIntended), "The host reads such a body whole before the app sees any of it.");
    }

    [Theory]
    [InlineData("zz\r\nnot a chunk")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    public async Task Malformed_chunks_are_no_record(string body)
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);

        using var upload = await BeginAsync(chart, "Transfer-Encoding: chunked");
        await upload.SendAsync(Encoding.ASCII.GetBytes(body));

        // The host's answer, not ours: it is the host that cannot read on.
        Assert.Matches("^HTTP/1.1 (400|500) ", await upload.StatusLineAsync());
        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
    }

    private async Task<RawRequest> BeginAsync(Chart chart, string length)
    {
        var frontDesk = await stack.PersonAsync("front-desk-1");
        return await RawRequest.BeginAsync(
            stack, $"POST {chart.Records} HTTP/1.1", $"Authorization: Bearer {frontDesk.Token}",
            "Record-Class: client-record", "Content-Type: application/octet-stream", length);
    }

    /// <summary>Whether the log says this of an upload for the client.</summary>
    private async Task<bool> LoggedAsync(Chart chart, AuditKind kind)
    {
        var client = await stack.Stores.RowAsync(Records.Table.Clients, $"demo|{chart.Client}", "client");
        using var facts = JsonDocument.Parse(client!.GetString("Body"));
        var pseudonym = facts.RootElement.GetProperty("pseudonym").GetString();
        return (await stack.Stores.AuditAsync()).Any(e => e.Kind == kind && e.Operation == "upload" && e.Client == pseudonym);
    }
}
