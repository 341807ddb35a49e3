using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Azure;
using RecordsGuard.Fakes;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Design §12: appends that are durable and integrated while they go on, on the in-memory store, and on Azurite's tables
/// against bare inserts of the same bytes; an offline recomputation of a log.
/// </summary>
internal static class AuditBenchmark
{
    private const int Entries = 60_000;
    private const int AzuriteEntries = 4_000;
    private const int AtOnce = 8;
    private const int Rounds = 3;

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static async Task RunAsync()
    {
        await InMemoryAsync();
        Recompute();
        await using var stack = await Stack.StartAsync();
        await OnAzuriteAsync(await stack.TablesAsync());
    }

    private static async Task InMemoryAsync()
    {
        var pending = new InMemoryLogStore();
        var tree = new InMemoryTreeStore();
        var sequencer = new Sequencer(pending, tree, new InMemoryLogIndex(), "bench", SignAsync, TimeProvider.System);
        var start = Stopwatch.GetTimestamp();
        var appending = AppendAsync(pending, Entries, 64);
        await SequenceAsync(sequencer, appending);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Print("in memory: appended and integrated", Entries / seconds, "entries/s; goal 3,000");
    }

    private static async Task AppendAsync(ILogStore pending, int count, int atOnce)
    {
        using var log = new AuditLog(pending, TimeProvider.System);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (i, _) => await log.AppendAsync(Happened(i)));
    }

    /// <summary>Runs the sequencer every second until the appends are done, and once more.</summary>
    /// <returns>How long after the last append all was in the tree.</returns>
    private static async Task<TimeSpan> SequenceAsync(Sequencer sequencer, Task appending)
    {
        var end = appending.ContinueWith(_ => Stopwatch.GetTimestamp(), TaskScheduler.Default);
        while (!appending.IsCompleted)
        {
            await sequencer.RunAsync((_, _) => Task.CompletedTask, default);
            await Task.WhenAny(appending, Task.Delay(1000));
        }

        await sequencer.RunAsync((_, _) => Task.CompletedTask, default);
        return Stopwatch.GetElapsedTime(await end);
    }

    private static void Recompute()
    {
        var bundle = EntryBundle.Write(Enumerable.Range(0, 256).Select(i => new ReadOnlyMemory<byte>(
            new AuditEntry(AuditEntryId.New(), DateTimeOffset.UtcNow, Guid.NewGuid(), i, new byte[32], Happened(i)).ToBytes())).ToArray());
        var edge = new TreeEdge();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 2_000; i++)
        {
            foreach (var entry in EntryBundle.Read(bundle))
            {
                _ = AuditEntry.Parse(entry);
                edge.Append(TreeHash.OfLeaf(entry.Span));
            }
        }

        Print("recomputed offline: entries parsed and hashed, one core", edge.Size / Stopwatch.GetElapsedTime(start).TotalSeconds, "entries/s; goal 200,000");
    }

    /// <summary>The log's tables on Azurite, its blobs in memory: the yardstick is of tables alone.</summary>
    private static async Task OnAzuriteAsync(TableServiceClient service)
    {
        var bare = service.GetTableClient("Bare" + Guid.NewGuid().ToString("N"));
        var pendingTable = service.GetTableClient("Pending" + Guid.NewGuid().ToString("N"));
        var indexTable = service.GetTableClient("Index" + Guid.NewGuid().ToString("N"));
        await bare.CreateAsync();
        await pendingTable.CreateAsync();
        await indexTable.CreateAsync();
        var pending = new TableLogStore(pendingTable);
        var sequencer = new Sequencer(pending, new InMemoryTreeStore(), new TableLogIndex(indexTable), "bench", SignAsync, TimeProvider.System);
        var rest = Task.FromResult(TimeSpan.Zero);
        var rounds = new Rounds(AzuriteEntries * 1024L * 1024L, 1, Rounds);
        var inserts = rounds.Add("bare inserts", () => Parallel.ForEachAsync(
            Enumerable.Range(0, AzuriteEntries), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, cancel) => await bare.AddEntityAsync(
                new TableEntity("p", Guid.NewGuid().ToString("N")) { ["Bytes"] = Bytes(i) }, cancel)), prepare: Settle);
        rounds.Add("durable", () => AppendAsync(pending, AzuriteEntries, AtOnce), inserts, prepare: Settle);
        rounds.Add("durable, with the sequencer beside it", () =>
        {
            var appending = AppendAsync(pending, AzuriteEntries, AtOnce);
            rest = SequenceAsync(sequencer, appending);
            return appending;
        }, inserts, prepare: Settle);
        foreach (var result in await rounds.RunAsync())
        {
            Print($"Azurite, {AtOnce} at once: {result.Name}", result.MiBPerSecond, string.Create(CultureInfo.InvariantCulture, $"entries/s, ratio {result.Ratio:F2}; goal 0.6"));
        }

        var lag = await rest;
        Print("Azurite: all is in the tree after the last append", lag.TotalMilliseconds, "ms; goal 2,000");

        void Settle() => rest.GetAwaiter().GetResult();
    }

    private static AuditEvent Happened(int i) => new(
        AuditKind.Read, "read-content", "demo", "5f0c6d0e8a1b4c2d9e7f6a5b4c3d2e1f", Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i % 1000)).AsSpan(0, 16)),
        "r-5f0c6d0e8a1b4c2d9e7f6a5b4c3d2e1f", [new("uti", "Zk3oPq9xTUqHc0o1AAAAAA"), new("purpose", "TREAT")]);

    private static byte[] Bytes(int i) =>
        new AuditEntry(AuditEntryId.New(), DateTimeOffset.UtcNow, Guid.NewGuid(), i, new byte[32], Happened(i)).ToBytes();

    private static Task<DigestSignature> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel) => Task.FromResult(
        new DigestSignature(Key.SignHash(digest.ToArray()), Key.ExportSubjectPublicKeyInfo()));

    private static void Print(string what, double rate, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-60}{rate,12:N0} {unit}"));
}
