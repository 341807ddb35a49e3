using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>One way to read sealed bytes to their end. Every vector and every attack goes through all of them.</summary>
internal sealed record Reader(string Name, bool KnowsLayout, Func<SealedSample, Task<byte[]>> ReadAsync)
{
    private static readonly int[] Chunks = [int.MaxValue, 1, 3, 61, 4097];

    public static IReadOnlyList<Reader> All { get; } =
    [
        .. Chunks.Select(chunk => new Reader($"sequential, source in {chunk}", false, s => SequentialAsync(s, chunk, null))),
        .. Chunks.Select(chunk => new Reader($"sequential, read by {chunk}", false, s => SequentialAsync(s, 64, chunk))),
        .. Chunks.Select(chunk => new Reader($"whole, source in {chunk}", true, s => RangeAsync(s, 0, s.Layout.PlaintextLength, chunk))),
        .. Chunks.Select(chunk => new Reader($"whole, read by {chunk}", true, s => RangeAsync(s, 0, s.Layout.PlaintextLength, 64, chunk))),
        new("whole, from a store that lies about the length", true, s => RangeAsync(s, 0, s.Layout.PlaintextLength, lie: true)),
        new("ranges of 17", true, s => RangesAsync(s, 17)),
        new("ranges of 1000", true, s => RangesAsync(s, 1000)),
        new("ranges of 17 from a store that lies about the length", true, s => RangesAsync(s, 17, lie: true)),
    ];

    public static TheoryData<string> Names => [.. All.Select(r => r.Name)];

    public static Reader Named(string name) => All.Single(r => r.Name == name);

    public static void AssertSame(Reader reader, byte[] expected, byte[] actual) =>
        Assert.True(expected.AsSpan().SequenceEqual(actual), reader.Name);

    public static async Task<byte[]> DrainAsync(Stream stream, int? readSize = null)
    {
        using var all = new MemoryStream();
        if (readSize is not { } size)
        {
            await stream.CopyToAsync(all);
            return all.ToArray();
        }

        var buffer = new byte[Math.Min(size, 1 << 20)];
        while (await stream.ReadAsync(buffer) is > 0 and var count)
            await all.WriteAsync(buffer.AsMemory(0, count));
        return all.ToArray();
    }

    /// <summary>The range, and what the store was asked for.</summary>
    public static async Task<byte[]> RangeAsync(
        SealedSample sample, long offset, long length, int chunk = int.MaxValue, int? readSize = null, bool lie = false,
        List<(long Offset, long Length)>? requests = null)
    {
        var message = FloeMessage.Resume(sample.Parameters, sample.Key, sample.Aad, sample.Header);
        await using var stream = await OpeningSegments.OpenAsync(
            message, sample.Layout, lie ? sample.Layout.SealedLength : sample.Bytes.Length, offset, length, Source, default);
        return await DrainAsync(stream, readSize);

        Task<Stream> Source(long from, long count, CancellationToken cancel)
        {
            requests?.Add((from, count));
            var start = (int)Math.Min(from, sample.Bytes.Length);
            var end = (int)Math.Min(from + count, sample.Bytes.Length);
            return Task.FromResult<Stream>(new ChunkedStream(sample.Bytes.AsMemory(start..end), chunk));
        }
    }

    private static async Task<byte[]> SequentialAsync(SealedSample sample, int chunk, int? readSize)
    {
        using var key = DataKey.From(sample.Key);
        var source = new ChunkedStream(sample.Bytes, chunk);
        await using var stream = await RawFloe.OpenAsync(sample.Parameters, source, key, sample.Aad, default);
        return await DrainAsync(stream, readSize);
    }

    private static async Task<byte[]> RangesAsync(SealedSample sample, int size, bool lie = false)
    {
        var pieces = new SortedDictionary<long, byte[]>();
        var last = Math.Max(0, sample.Layout.PlaintextLength - 1) / size * size;
        for (var offset = last; offset >= 0; offset -= size)
        {
            var length = Math.Min(size, sample.Layout.PlaintextLength - offset);
            pieces[offset] = await RangeAsync(sample, offset, length, lie: lie);
        }

        return [.. pieces.Values.SelectMany(p => p)];
    }
}
