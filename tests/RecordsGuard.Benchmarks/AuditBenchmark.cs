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
/// Design §12: appends that are durable and integrated while they go on, on the in-memory store and, if the address and
/// key of an Azurite are given, there against bare inserts of the same bytes; an offline recomputation of a log.
/// </summary>
internal static class AuditBenchmark
{
    private const int Entries = 60_000;
    private const int AzuriteEntries = 1_500;
    private const int AtOnce = 8;
    private const int Rounds = 5;

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="tables">Such as <c>http://127.0.0.1:10002/account</c>; null: in memory only.</param>
    public static async Task RunAsync(Uri? tables, string? account, string? accountKey)
    {
        await InMemoryAsync();
        Recompute();
        if (tables is not null)
        {
            await OnAzuriteAsync(new(tables, new TableSharedKeyCredential(account, accountKey)));
        }
    }

    private static async Task InMemoryAsync()
    {
        var pending = new InMemoryLogStore();
        var tree = new InMemoryTreeStore();
        using var sequencer = new Sequencer(pending, tree, new InMemoryLogIndex(), "bench", SignAsync, TimeProvider.System);
        var start = Stopwatch.GetTimestamp();
        await AppendAsync(pending, Entries, 64, sequencer);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Print("in memory: appended and integrated", Entries / seconds, "entries/s; goal 3,000");
    }

    /// <summary>Appends at once from several callers while the sequencer runs, until all is in the tree. The longest wait of any entry.</summary>
    private static async Task AppendAsync(ILogStore pending, int count, int atOnce, Sequencer? sequencer)
    {
        using var log = new AuditLog(pending, TimeProvider.System);
        var appending = Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (i, _) => await log.AppendAsync(Happened(i)));
        while (sequencer is not null && !appending.IsCompleted)
        {
            await sequencer.RunAsync((_, _) => Task.CompletedTask, default);
            await Task.WhenAny(appending, Task.Delay(1000));
        }

        await appending;
        if (sequencer is not null)
        {
            await sequencer.RunAsync((_, _) => Task.CompletedTask, default);
        }
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
        using var sequencer = new Sequencer(pending, new InMemoryTreeStore(), new TableLogIndex(indexTable), "bench", SignAsync, TimeProvider.System);
        var rounds = new Rounds(AzuriteEntries * 1024L * 1024L, 1, Rounds);
        var inserts = rounds.Add("bare inserts", () => Parallel.ForEachAsync(
            Enumerable.Range(0, AzuriteEntries), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, cancel) => await bare.AddEntityAsync(
                new TableEntity("p", Guid.NewGuid().ToString("N")) { ["Bytes"] = Bytes(i) }, cancel)));
        rounds.Add("durable", () => AppendAsync(pending, AzuriteEntries, AtOnce, null), inserts, prepare: null);
        rounds.Add("durable and integrated", () => AppendAsync(pending, AzuriteEntries, AtOnce, sequencer), inserts);
        foreach (var result in await rounds.RunAsync())
        {
            Print($"Azurite, {AtOnce} at once: {result.Name}", result.MiBPerSecond, string.Create(CultureInfo.InvariantCulture, $"entries/s, ratio {result.Ratio:F2}; goal 0.6"));
        }
    }

    private static AuditEvent Happened(int i) => new(
        AuditKind.Read, "read-content", "demo", "5f0c6d0e8a1b4c2d9e7f6a5b4c3d2e1f", Convert.ToHexStringLower(MD5.HashData(BitConverter.GetBytes(i % 1000))),
        "r-5f0c6d0e8a1b4c2d9e7f6a5b4c3d2e1f", [new("uti", "Zk3oPq9xTUqHc0o1AAAAAA"), new("purpose", "TREAT")]);

    private static byte[] Bytes(int i) =>
        new AuditEntry(AuditEntryId.New(), DateTimeOffset.UtcNow, Guid.NewGuid(), i, new byte[32], Happened(i)).ToBytes();

    private static Task<DigestSignature> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel) => Task.FromResult(
        new DigestSignature(Key.SignHash(digest.ToArray()), Key.ExportSubjectPublicKeyInfo()));

    private static void Print(string what, double rate, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-60}{rate,12:N0} {unit}"));
}
