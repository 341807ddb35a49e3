using System.Text;
using RecordsGuard.Alerts.ResourceLogs;

namespace RecordsGuard.Tests.Alerts.ResourceLogs;

/// <summary>Every shape that Azure's logs come in, whole, cut and broken.</summary>
public sealed class LogEntriesTests
{
    private const string One = """{"time":"2026-03-02T10:00:00Z","operationName":"GetBlob","category":"StorageRead"}""";
    private const string Two = """{"operationName":"KeyUnwrap","category":"AuditEvent","properties":{"requestUri":"https:\/\/kv\u002evault.azure.net\/"}}""";

    [Theory]
    [InlineData(One + "\n" + Two + "\n")]
    [InlineData(One + "\r\n\r\n" + Two)]
    [InlineData(One + Two)]
    [InlineData("[" + One + "," + Two + "]")]
    [InlineData("""{"records":[""" + One + "," + Two + "]}")]
    [InlineData("""[{"records":[""" + One + """],"more":{"x":[1]}},{"Records":[""" + Two + "]}]")]
    [InlineData("""{"n":1,"a":{"b":[{}]},"records":[[""" + One + "]," + Two + """],"z":"}"}""")]
    [InlineData("""{"rule":"r","log":""" + One + """}{"value":[""" + Two + """],"nextLink":"x"}""")]
    [InlineData("\uFEFF" + One + "\n" + Two)]
    public async Task Whatever_holds_them_the_entries_are_the_same_however_the_bytes_come(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var chunk = 1; chunk <= bytes.Length; chunk = chunk < 40 ? chunk + 1 : chunk + 37)
        {
            var read = await ReadAsync(new Chunks(bytes, chunk));
            Assert.Equal(["GetBlob", "KeyUnwrap https://kv.vault.azure.net/"], read.Entries);
            Assert.Empty(read.Broken);
        }
    }

    [Fact]
    public async Task Cut_at_any_byte_what_was_whole_is_read_and_the_rest_is_told_once()
    {
        var bytes = Encoding.UTF8.GetBytes(One + "\n" + """{"operationName":"Gärtnerstraße","category":"StorageRead"}""" + "\n");
        for (var length = 0; length <= bytes.Length; length++)
        {
            var read = await ReadAsync(new MemoryStream(bytes, 0, length));
            var whole = length >= bytes.Length - 1 ? 2 : length >= One.Length ? 1 : 0;
            Assert.Equal(whole, read.Entries.Count);
            Assert.Equal(length == 0 || length == One.Length || length == One.Length + 1 || length >= bytes.Length - 1 ? 0 : 1, read.Broken.Count);
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"operationName":"cut","category":""")]
    [InlineData("""{"operationName":"cut""")]
    [InlineData("""{"records":[{"operationName":"Inner","category":"x"},{"operationName":"cu""")]
    [InlineData("""{"a":{"b":1}""")]
    [InlineData("""}""")]
    public async Task A_broken_line_hides_no_other(string broken)
    {
        var read = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($"{One}\n{broken}\n{Two}\n{One}\n")));
        Assert.Equal(["GetBlob", "KeyUnwrap https://kv.vault.azure.net/", "GetBlob"], read.Entries.Where(e => e != "Inner"));
        Assert.Equal(2, Assert.Single(read.Broken).Line);
        Assert.InRange(read.Broken[0].Offset, One.Length + 1, One.Length + 1 + broken.Length);
    }

    [Fact]
    public async Task JSON_that_is_no_entry_is_counted_and_is_not_broken()
    {
        var read = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes("{}\n{\"a\":1}\n42\n" + One)));
        Assert.Equal((1, 3, 0), (read.Counts.Entries, read.Counts.Others, read.Counts.Broken));
    }

    [Fact]
    public async Task Unknown_fields_deep_nesting_and_long_entries_are_read_past()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 50)) + string.Concat(Enumerable.Repeat("]", 50));
        var entry = $$"""{"deep":{{deep}},"long":"{{new string('x', 900_000)}}","operationName":"GetBlob","category":"StorageRead"}""";
        var read = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($"{entry}\n{Two}\n")));
        Assert.Equal(["GetBlob", "KeyUnwrap https://kv.vault.azure.net/"], read.Entries);
    }

    [Fact]
    public async Task A_line_without_end_takes_no_more_memory_than_the_longest_entry()
    {
        var before = GC.GetAllocatedBytesForCurrentThread(); // nothing in here leaves the thread
        var read = await ReadAsync(new Endless(64 << 20));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 24 << 20);
        Assert.Single(read.Broken);
        Assert.Equal(["GetBlob"], read.Entries);
    }

    [Theory]
    [InlineData("""{"claim":{"oid":"o","appid":"a","upn":"u"}}""")]
    [InlineData("""{"claim":{"http://schemas.microsoft.com/identity/claims/objectidentifier":"o","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"u","appid":"a"}}""")]
    [InlineData("""{"claims":{"HTTP://schemas.microsoft.com/identity/claims/objectidentifier":"o","upn":"u","appid":"a"},"authorization":{"scope":"/s","evidence":{"role":"Owner"}}}""")]
    [InlineData("""{"type":"OAuth","requester":{"objectId":"o","appID":"a","upn":"u"},"authorization":[{"type":"RBAC","principals":[{"id":"x"}]}]}""")]
    [InlineData(""" "{\"claim\":{\"appid\":\"a\",\"http_schemas_microsoft_com_identity\":{\"claims\":{\"objectidentifier\":\"o\"}},\"http_schemas_xmlsoap_org_ws_2005_05_identity\":{\"claims\":{\"upn\":\"u\"}}}}" """)]
    public async Task Who_it_was_is_found_in_every_layout_of_claims(string identity)
    {
        var who = "";
        await new LogEntries(
            e => who = $"{e.Text(LogField.ObjectId)} {e.Text(LogField.AppId)} {e.Text(LogField.Upn)}", _ => { })
            .ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($$"""{"category":"AuditEvent","IDENTITY":{{identity}}}""")), CancellationToken.None);
        Assert.Equal("o a u", who);
    }

    [Theory]
    [InlineData("10.0.0.5:443", "10.0.0.5")]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("fd00::1", "fd00::1")]
    [InlineData("2406:7400:56:6a4b:5437:e2c2:7da9:93ad", "2406:7400:56:6a4b:5437:e2c2:7da9:93ad")]
    [InlineData("[fd00::1]:443", "fd00::1")]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5")]
    [InlineData("X.X.X.X", null)]
    [InlineData("", null)]
    public void An_address_is_read_with_and_without_a_port(string text, string? address) =>
        Assert.Equal(address, CallerAddress.Parse(Encoding.UTF8.GetBytes(text))?.ToString());

    private static async Task<(List<string> Entries, List<BrokenLine> Broken, LogCounts Counts)> ReadAsync(Stream stream)
    {
        var entries = new List<string>();
        var broken = new List<BrokenLine>();
        var counts = await new LogEntries(e => entries.Add($"{e.Text(LogField.Operation)} {e.Text(LogField.Uri)}".TrimEnd()), broken.Add)
            .ReadAsync(stream, CancellationToken.None);
        return (entries, broken, counts);
    }

    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }

    /// <summary>A string that goes on and on, then a line end and an entry.</summary>
    private sealed class Endless(long length) : MemoryStream
    {
        private readonly byte[] end = Encoding.UTF8.GetBytes("\n" + One);
        private long at = -1;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (at < 0)
            {
                "{\"x\":\""u8.CopyTo(buffer.Span);
                at = 0;
                return ValueTask.FromResult(6);
            }

            var count = (int)Math.Min(buffer.Length, length - at);
            if (count > 0)
            {
                buffer.Span[..count].Fill((byte)'x');
                at += count;
                return ValueTask.FromResult(count);
            }

            count = at == length ? end.Length : 0;
            end.AsSpan(0, count).CopyTo(buffer.Span);
            at++;
            return ValueTask.FromResult(count);
        }
    }
}
