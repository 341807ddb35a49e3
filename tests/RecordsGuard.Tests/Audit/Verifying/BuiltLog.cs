using System.Security.Cryptography;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Fakes;

namespace RecordsGuard.Tests.Audit.Verifying;

/// <summary>A log as files in memory: what a storage administrator has in hand, and with the key what a thief of it can build.</summary>
internal sealed class BuiltLog
{
    public const string Origin = "practice.example/log";

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);

    public static VerifierKey Verifier { get; } = VerifierKey.Ecdsa(Origin, Key.ExportSubjectPublicKeyInfo());

    public List<byte[]> Entries { get; private init; } = [];

    public Dictionary<string, byte[]> Files { get; } = [];

    public SignedNote Checkpoint => SignedNote.Parse(Files["checkpoint"]);

    public PublishedLog Log => new(_ => Read("checkpoint"), (id, _) => Read(id.Path), Partials);

    /// <summary>Entries of three writers in turn, each chained.</summary>
    public static List<byte[]> Chained(int count, string operation = "read-content")
    {
        var writers = Enumerable.Range(1, 3).Select(i => (Id: new Guid(i, 0, 0, new byte[8]), Last: new byte[32])).ToArray();
        var entries = new List<byte[]>(count);
        for (var i = 0; i < count; i++)
        {
            ref var writer = ref writers[i % writers.Length];
            var happened = new AuditEvent(AuditKind.Read, operation, "demo", "feedface", "c0ffee", "r-1", [new("uti", "t-1")]);
            entries.Add(new AuditEntry(AuditEntryId.New(), Start.AddSeconds(i), writer.Id, i / writers.Length, writer.Last, happened).ToBytes());
            writer.Last = SHA256.HashData(entries[^1]);
        }

        return entries;
    }

    /// <summary>Signed with the log's own key, whatever the entries are.</summary>
    /// <param name="published">Sizes that were published on the way; their partial tiles are kept.</param>
    public static async Task<BuiltLog> OfAsync(List<byte[]> entries, params int[] published)
    {
        var log = new BuiltLog { Entries = entries };
        var edge = new TreeEdge { Filled = (id, hashes) => log.Files[id.Path] = Tile.Of(id, hashes).Bytes.ToArray() };
        foreach (var (index, entry) in entries.Index())
        {
            edge.Append(TreeHash.OfLeaf(entry));
            if (published.Contains(index + 1) || index + 1 == entries.Count)
            {
                foreach (var tile in edge.Partial())
                {
                    log.Files[tile.Id.Path] = tile.Bytes.ToArray();
                }

                log.Bundle(index + 1, index / TileId.FullWidth);
            }

            if ((index + 1) % TileId.FullWidth == 0)
            {
                log.Bundle(index + 1, index / TileId.FullWidth);
            }
        }

        log.Files["checkpoint"] = (await new Checkpoint(Origin, entries.Count, edge.Root()).SignAsync(SignAsync, TestContext.Current.CancellationToken)).ToBytes();
        return log;
    }

    public static Task<DigestSignature> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel) => Task.FromResult(
        new DigestSignature(Key.SignHash(digest.ToArray()), Key.ExportSubjectPublicKeyInfo()));

    public Task<LogVerification> VerifyAsync(params SignedNote[] since) => VerifyAsync(new Expectation { Key = Verifier, Since = since });

    public Task<LogVerification> VerifyAsync(Expectation expected) =>
        new LogVerifier(Log, expected, new PretendEd25519()).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Changes the file of entries without the tree, as whoever may write blobs can.</summary>
    public BuiltLog Edit(int bundle, Action<List<ReadOnlyMemory<byte>>> edit)
    {
        var id = TileId.In(Entries.Count, 0, bundle).Bundle;
        var entries = EntryBundle.Read(Files[id.Path]).ToList();
        edit(entries);
        Files[id.Path] = EntryBundle.Write(entries.ToArray());
        return this;
    }

    private void Bundle(int size, int index)
    {
        var id = TileId.In(size, 0, index).Bundle;
        Files[id.Path] = EntryBundle.Write(
            Entries.Skip(index * TileId.FullWidth).Take(id.Width).Select(e => (ReadOnlyMemory<byte>)e).ToArray());
    }

    private Task<ReadOnlyMemory<byte>?> Read(string name) =>
        Task.FromResult(Files.TryGetValue(name, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);

    private IEnumerable<TileId> Partials(TileId id) => Enumerable.Range(1, TileId.FullWidth - 1)
        .Select(w => id with { Width = w }).Where(t => Files.ContainsKey(t.Path));
}
