using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>One way to read sealed bytes to their end. Every vector and every attack goes through all of them.</summary>
internal sealed record Reader(string Name, Func<SealedSample, Reader.Released, Task> ReadAsync)
{
    private static readonly int[] Chunks = [int.MaxValue, 1, 3, 61, 4097];

    /// <summary>What a caller has been given, as it is given.</summary>
    public delegate void Released(long offset, ReadOnlyMemory<byte> bytes);

    /// <summary>The few that differ in more than the size of their pieces.</summary>
    public static IReadOnlyList<Reader> Quick { get; } =
    [
        new("sequential", (s, r) => SequentialAsync(s, r, int.MaxValue, null)),
        new("whole", (s, r) => RangeAsync(s, r, 0, s.Layout.PlaintextLength)),
        new("ranges of 17", (s, r) => RangesAsync(s, r, 17)),
        new("whole, from a store that lies about the length", (s, r) => RangeAsync(s, r, 0, s.Layout.PlaintextLength, lie: true)),
        new("ranges of 17, from a store that lies about the length", (s, r) => RangesAsync(s, r, 17, lie: true)),
    ];

    public static IReadOnlyList<Reader> All { get; } =
    [
        .. Quick,
        .. Chunks.Select(c => new Reader($"sequential, source in {c}", (s, r) => SequentialAsync(s, r, c, null))),
        .. Chunks.Select(c => new Reader($"sequential, read by {c}", (s, r) => SequentialAsync(s, r, 64, c))),
        .. Chunks.Select(c => new Reader($"whole, source in {c}", (s, r) => RangeAsync(s, r, 0, s.Layout.PlaintextLength, c))),
        .. Chunks.Select(c => new Reader($"whole, read by {c}", (s, r) => RangeAsync(s, r, 0, s.Layout.PlaintextLength, 64, c))),
        new("ranges of 1000", (s, r) => RangesAsync(s, r, 1000)),
    ];

    /// <summary>Those that are told the true length of the blob.</summary>
    public static IEnumerable<Reader> Honest => All.Where(r => !r.Name.Contains("lies", StringComparison.Ordinal));

    /// <summary>Must read all of the plaintext.</summary>
    public async Task OpensAsync(SealedSample sample)
    {
        var fault = await AttemptAsync(sample, out var count);
        Assert.True(fault is null && count() == sample.Plaintext.Length, $"{Name}: {fault}, {count()} of {sample.Plaintext.Length} bytes.");
    }

    /// <summary>Must fail, with one of these faults if any are given.</summary>
    public async Task RefusesAsync(SealedSample sample, params EnvelopeFault[] expected)
    {
        var fault = await AttemptAsync(sample, out _);
        Assert.True(fault is not null, $"{Name} read it.");
        Assert.True(expected.Length == 0 || expected.Contains(fault.Value), $"{Name}: {fault}.");
    }

    public static async Task RangeAsync(
        SealedSample sample, Released released, long offset, long length, int chunk = int.MaxValue, int? readSize = null, bool lie = false)
    {
        var message = FloeMessage.Resume(sample.Parameters, sample.Key, sample.Aad, sample.Header);
        await using var stream = await OpeningSegments.OpenAsync(
            message, sample.Layout, lie ? sample.Layout.SealedLength : sample.Bytes.Length, offset, length, Source, default);
        await DrainAsync(stream, readSize, offset, released);

        Task<Stream> Source(long from, long count, CancellationToken cancel)
        {
            var start = (int)Math.Min(from, sample.Bytes.Length);
            var end = (int)Math.Min(from + count, sample.Bytes.Length);
            return Task.FromResult<Stream>(new ChunkedStream(sample.Bytes.AsMemory(start..end), chunk));
        }
    }

    private static async Task SequentialAsync(SealedSample sample, Released released, int chunk, int? readSize)
    {
        using var key = DataKey.From(sample.Key);
        var source = new ChunkedStream(sample.Bytes, chunk);
        await using var stream = await RawFloe.OpenAsync(sample.Parameters, source, key, sample.Aad, default);
        await DrainAsync(stream, readSize, 0, released);
    }

    /// <summary>From the last range to the first.</summary>
    private static async Task RangesAsync(SealedSample sample, Released released, int size, bool lie = false)
    {
        for (var offset = Math.Max(0, sample.Layout.PlaintextLength - 1) / size * size; offset >= 0; offset -= size)
            await RangeAsync(sample, released, offset, Math.Min(size, sample.Layout.PlaintextLength - offset), lie: lie);
    }

    private static async Task DrainAsync(Stream stream, int? readSize, long offset, Released released)
    {
        if (readSize is not { } size)
        {
            using var all = new MemoryStream();
            try
            {
                await stream.CopyToAsync(all);
            }
            finally
            {
                released(offset, all.ToArray());
            }

            return;
        }

        var buffer = new byte[Math.Min(size, 1 << 20)];
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            released(offset, buffer.AsMemory(0, count));
            offset += count;
        }
    }

    /// <summary>Whatever happens, every byte given out must be the one that was sealed at its place.</summary>
    private Task<EnvelopeFault?> AttemptAsync(SealedSample sample, out Func<long> count)
    {
        var total = 0L;
        count = () => total;
        return RunAsync();

        async Task<EnvelopeFault?> RunAsync()
        {
            try
            {
                await ReadAsync(sample, Check);
                return null;
            }
            catch (EnvelopeException e)
            {
                return e.Fault;
            }
        }

        void Check(long offset, ReadOnlyMemory<byte> bytes)
        {
            var place = sample.Plaintext.AsSpan((int)offset);
            Assert.True(place.StartsWith(bytes.Span), $"{Name} gave out a byte that was not sealed at {offset}.");
            total += bytes.Length;
        }
    }
}
