using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// One client's account of six years, with a receipt of every line, out of a log of ten million entries in two seconds;
/// and the same client's out of a hundredth of that log, whose time says what the other clients cost. Hash tiles lie in
/// memory; every call to storage answers after ten milliseconds. Not in it: the second or so until the sequencer has taken
/// in the announcement.
/// </summary>
internal static class ReportBenchmark
{
    private const long Large = 10_000_000;
    private const long Small = Large / 100;
    private const int Own = 2_000;
    private const int Count = 5;
    private const double Goal = 2;

    private static readonly DateTimeOffset Start = new(2020, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);
    private static readonly string Client = new('c', 32);

    public static async Task RunAsync()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Own:N0} entries of one client in six years, each a line; {Latency.TotalMilliseconds:0} ms a call to storage; median of {Count} alternating rounds; goal {Goal:0} s"));
        var logs = new List<(string Name, BuiltLog Log, List<double> Seconds)>();
        foreach (var size in new[] { Small, Large })
        {
            logs.Add((string.Create(CultureInfo.InvariantCulture, $"out of {size:N0}"), await BuiltLog.OfAsync(size), []));
        }

        for (var round = -1; round < Count; round++)
        {
            foreach (var (_, log, seconds) in logs)
            {
                var start = Stopwatch.GetTimestamp();
                await ReportAsync(log);
                if (round >= 0)
                {
                    seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }

        var ratio = logs[1].Seconds.Zip(logs[0].Seconds, (large, small) => large / small).Order().ElementAt(Count / 2);
        Console.WriteLine($"{"",-24}{"seconds",10}{"calls",10}");
        foreach (var (name, log, seconds) in logs)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{seconds.Order().ElementAt(Count / 2),10:F2}{log.Calls / (Count + 1),10}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"ratio",-24}{ratio,10:F2}"));
    }

    /// <summary>As the app makes it, but for the announcement; every receipt is verified.</summary>
    private static async Task ReportAsync(BuiltLog log)
    {
        var (practice, client) = (PracticeId.Parse("demo"), ClientId.New());
        var rows = new InMemoryRecordStore();
        var row = Row.New(Keys.Partition(practice, client), Keys.Client, RowKinds.Client, RowBody.Write(new ClientFacts(Client, "US-CA", "psychologist", null, null)));
        await rows.CommitAsync(Table.Clients, row.Partition, [new RowChange.Insert(row)], default);
        var reader = new LogReader(log, log);
        var sheet = await new AccessReport(rows, reader, new(new InMemoryLogStore(), TimeProvider.System), TimeProvider.System)
            .OfAsync(new("read-accounting", "demo", Client: Client), practice, client, Start, default);
        var receipts = await reader.ReceiptsAsync([.. sheet!.Lines.SelectMany(l => l.Entries)], null, default);
        if (sheet.Lines.Count != Own || receipts.Count != Own)
        {
            throw new InvalidOperationException($"{sheet.Lines.Count} lines, {receipts.Count} receipts.");
        }
    }

    /// <summary>A log whose entries follow from their places; only the hash tiles are kept. It is its own storage.</summary>
    private sealed class BuiltLog(long size, Dictionary<string, ReadOnlyMemory<byte>> blobs) : ITreeStore, ILogIndex
    {
        private int calls;

        public int Calls => calls;

        public static async Task<BuiltLog> OfAsync(long size)
        {
            var blobs = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            var edge = new TreeEdge { Filled = (id, hashes) => blobs[id.Path] = Tile.Of(id, hashes).Bytes };
            for (var i = 0L; i < size; i++)
            {
                edge.Append(TreeHash.OfLeaf(Entry(i, size).ToBytes()));
            }

            foreach (var tile in edge.Partial())
            {
                blobs[tile.Id.Path] = tile.Bytes;
            }

            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            blobs["checkpoint"] = (await new Checkpoint("bench/log", size, edge.Root()).SignAsync(
                (digest, _) => Task.FromResult(new DigestSignature(key.SignHash(digest.ToArray()), key.ExportSubjectPublicKeyInfo())), default)).ToBytes();
            return new(size, blobs);
        }

        public async Task<TreeBlob?> ReadAsync(TreePart part, string name, CancellationToken cancel)
        {
            Interlocked.Increment(ref calls);
            await Task.Delay(Latency, cancel);
            return blobs.TryGetValue(name, out var bytes) ? new(bytes, "") : null;
        }

        /// <summary>The client's rows; the table has those of the others in other places, which a range never touches.</summary>
        public async IAsyncEnumerable<IndexRow> ListAsync(
            string partition, string from, string to, int most, [EnumeratorCancellation] CancellationToken cancel)
        {
            for (var i = 0; i < Own; i++)
            {
                if (i % 1000 == 0)
                {
                    Interlocked.Increment(ref calls);
                    await Task.Delay(Latency, cancel);
                }

                var index = i * (size / Own);
                var entry = Entry(index, size);
                yield return new(partition, string.Create(CultureInfo.InvariantCulture, $"c|{Client}|{entry.Time.ToUnixTimeMilliseconds():x16}|{index:x16}"), entry.ToBytes());
            }
        }

        public Task<bool> CreateAsync(TreePart part, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();

        public Task<string?> SwapAsync(string name, ReadOnlyMemory<byte> bytes, string? etag, CancellationToken cancel) => throw new NotSupportedException();

        public Task RemoveAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

        public IAsyncEnumerable<string> ListStagedAsync(CancellationToken cancel) => throw new NotSupportedException();

        public Task<string?> AcquireLeaseAsync(TimeSpan length, CancellationToken cancel) => throw new NotSupportedException();

        public Task<bool> RenewLeaseAsync(string lease, CancellationToken cancel) => throw new NotSupportedException();

        public Task ReleaseLeaseAsync(string lease, CancellationToken cancel) => throw new NotSupportedException();

        public Task AddAsync(IReadOnlyList<IndexRow> rows, CancellationToken cancel) => throw new NotSupportedException();

        /// <summary>Spread over six years; every so many-th is the client's.</summary>
        private static AuditEntry Entry(long index, long size)
        {
            Span<byte> id = stackalloc byte[16];
            BinaryPrimitives.WriteInt64BigEndian(id, index);
            return new(
                AuditEntryId.From(id), Start + (TimeSpan.FromDays(365 * 6) * ((double)index / size)), Guid.Empty, index, new byte[AuditEntry.HashLength],
                new(
                    AuditKind.Read, "read-content", "demo", "person", index % (size / Own) == 0 ? Client : "somebody-else",
                    "r-00112233445566778899aabbccddeeff", [new("uti", "uti"), new("purpose", "TREAT"), new("range", "0-")]));
        }
    }
}
