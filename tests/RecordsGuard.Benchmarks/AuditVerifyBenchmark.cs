using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Issue 5: a whole log verified at 200,000 entries a second and more on one core, against bare SHA-256 over the same
/// bytes. The log lies in memory; each entry is a change of a row with its hash, about 600 bytes.
/// </summary>
internal static class AuditVerifyBenchmark
{
    private const int Entries = 256 * 400;
    private const int WarmUp = 2;
    private const int Count = 9;
    private const double Goal = 200_000;

    public static async Task RunAsync()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (log, entries) = await BuildAsync(key);
        var expected = new Expectation { Key = VerifierKey.Ecdsa("bench/log", key.ExportSubjectPublicKeyInfo()) };
        var bytes = entries.Sum(e => (long)e.Length);
        var rows = new RowList(DateTimeOffset.UnixEpoch.AddYears(80), ["demo"], [], AuditEntryId.New());
        var rounds = new Rounds(bytes, WarmUp, Count);
        var bare = rounds.Add("SHA-256 of each entry", () =>
        {
            Span<byte> hash = stackalloc byte[32];
            foreach (var entry in entries)
                SHA256.HashData(entry, hash);
        });
        rounds.Add("verify", () => VerifyAsync(null), bare);
        rounds.Add("verify, and replay for the tables", () => VerifyAsync(new(rows)), bare);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Entries} entries of {bytes / Entries} bytes, one core, median of {Count} alternating rounds; goal {Goal:N0} entries/s"));
        Console.WriteLine($"{"",-46}{"entries/s",12}{"ratio",8}");
        foreach (var r in await rounds.RunAsync())
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{r.Name,-46}{r.MiBPerSecond * 1024 * 1024 / bytes * Entries,12:N0}{r.Ratio,8:F2}"));
        }

        // Other work on the machine does not count here: seconds of this process's own.
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Count; i++)
            await VerifyAsync(new(rows));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{"verify and replay, per second of processor time",-46}{Count * Entries / (Environment.CpuUsage.TotalTime - before).TotalSeconds,12:N0}"));

        async Task VerifyAsync(RowReplay? replay)
        {
            var result = await new LogVerifier(log, expected, new NoWitnesses(), replay).RunAsync(default);
            if (result.Found > 0 || result.Entries != Entries)
                throw new InvalidOperationException(result.Findings[0].Sentence);
        }
    }

    private static async Task<(PublishedLog Log, List<byte[]> Entries)> BuildAsync(ECDsa key)
    {
        var writers = Enumerable.Range(0, 64).Select(_ => (Id: Guid.NewGuid(), Last: new byte[32], Next: 0L)).ToArray();
        var entries = new List<byte[]>(Entries);
        var row = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        for (var i = 0; i < Entries; i++)
        {
            ref var writer = ref writers[i % writers.Length];
            var happened = new AuditEvent(
                AuditKind.ChangeIntended, "correct-facts", "demo", row[..32], row[..32], $"r-{row[..32]}",
                [
                    new("uti", row[..22]),
                    new("row", $"Clients/demo|c-{row[..32]}/client"), new("rowVersion", $"{i}"), new("rowHash", row),
                    new("row", $"Clients/demo|c-{row[..32]}/record|r-{row[..32]}"), new("rowVersion", "1"), new("rowHash", row),
                ]);
            entries.Add(new AuditEntry(AuditEntryId.New(), DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(i), writer.Id, writer.Next++, writer.Last, happened).ToBytes());
            writer.Last = SHA256.HashData(entries[^1]);
        }

        var tiles = new Dictionary<TileId, ReadOnlyMemory<byte>>();
        var edge = new TreeEdge { Filled = (id, hashes) => tiles[id] = Tile.Of(id, hashes).Bytes };
        foreach (var bundle in entries.Chunk(TileId.FullWidth).Index())
        {
            foreach (var entry in bundle.Item)
                edge.Append(TreeHash.OfLeaf(entry));
            tiles[new(TileId.Entries, bundle.Index)] = EntryBundle.Write(bundle.Item.Select(e => (ReadOnlyMemory<byte>)e).ToArray());
        }

        foreach (var tile in edge.Partial())
            tiles[tile.Id] = tile.Bytes;
        ReadOnlyMemory<byte>? note = (await new Checkpoint("bench/log", Entries, edge.Root()).SignAsync(
            (digest, _) => Task.FromResult(new DigestSignature(key.SignHash(digest.ToArray()), key.ExportSubjectPublicKeyInfo())), default)).ToBytes();
        return (new(_ => Task.FromResult(note), (id, _) => Task.FromResult(tiles.TryGetValue(id, out var found) ? found : (ReadOnlyMemory<byte>?)null)), entries);
    }

    private sealed class NoWitnesses : IEd25519
    {
        public byte[] PublicKeyOf(ReadOnlySpan<byte> seed) => throw new NotSupportedException();

        public byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message) => throw new NotSupportedException();

        public bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => false;
    }
}
