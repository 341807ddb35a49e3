using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Fakes;
using RecordsGuard.Tests.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Sequencing;

/// <summary>A whole log in memory: writers, sequencers that can be made to fail, and a check of all that is published.</summary>
internal sealed class LogUnderTest
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public const string Origin = "practice.example/log";

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static VerifierKey Verifier { get; } = VerifierKey.Ecdsa(Origin, Key.ExportSubjectPublicKeyInfo());

    public FakeTimeProvider Time { get; } = new(new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero));

    public InMemoryLogStore Pending { get; } = new();

    public InMemoryLogIndex Rows { get; } = new();

    public InMemoryTreeStore Tree => tree ??= new(Time);

    public List<LogFinding> Findings { get; } = [];

    /// <summary>What was appended, by key.</summary>
    public Dictionary<string, PendingEntry> Appended { get; } = [];

    public LogReader Reader => new(Tree, Rows);

    private InMemoryTreeStore? tree;

    public Sequencer NewSequencer() => new(Pending, Tree, Rows, Origin, SignAsync, Time);

    public Sequencer NewSequencer(Faults faults) =>
        new(faults.Wrap(Pending), faults.Wrap(Tree), faults.Wrap(Rows), Origin, SignAsync, Time);

    public Sequencer NewSequencer(PausedPorts ports) => new(ports, ports, ports, Origin, SignAsync, Time);

    public Task<SequencerReport> RunAsync(Sequencer sequencer) => sequencer.RunAsync(ReportAsync, Stop);

    public Writer NewWriter() => new(this);

    public async Task AppendAsync(int count)
    {
        var writer = NewWriter();
        for (var i = 0; i < count; i++)
        {
            await writer.AppendAsync();
        }
    }

    public async Task InsertAsync(PendingEntry entry)
    {
        Appended.TryAdd(entry.Key, entry);
        await Pending.AppendAsync(entry, Stop);
    }

    /// <summary>A lease that somebody left behind has ended, and nobody waits for an entry any more.</summary>
    public void WaitLong() => Time.Advance(TimeSpan.FromMinutes(2));

    /// <summary>
    /// Everything that is published, recomputed from its bytes with the naive tree: signature, root, every tile and
    /// bundle; each appended entry once, each writer's in its order, each found by its id with a receipt that verifies.
    /// </summary>
    public async Task<IReadOnlyList<AuditEntry>> VerifyAsync(bool receipts = false)
    {
        var note = SignedNote.Parse((await Reader.CheckpointAsync(Stop))!.Value.Span);
        Assert.True(note.IsSignedBy(Verifier));
        var checkpoint = Checkpoint.Of(note);
        var bytes = new List<ReadOnlyMemory<byte>>();
        foreach (var id in TileId.Grown(0, checkpoint.Size))
        {
            var tile = await Tile.ReadAsync(Reader.TileAsync, id, Stop);
            if (id.Level == 0)
            {
                var bundle = EntryBundle.Read((await Reader.TileAsync(id.Bundle, Stop))!.Value);
                Assert.Equal(id.Width, bundle.Count);
                Assert.All(bundle.Index(), e => Assert.Equal(tile[e.Index], TreeHash.OfLeaf(e.Item.Span)));
                bytes.AddRange(bundle);
            }
        }

        var leaves = bytes.Select(b => TreeHash.OfLeaf(b.Span)).ToArray();
        Assert.Equal((checkpoint.Size, checkpoint.Root), (leaves.Length, NaiveTree.Root(leaves)));
        Assert.Equal(checkpoint.Root, await new TileTree(checkpoint.Size, Reader.TileAsync).RootAsync(Stop));

        var entries = bytes.Select(b => AuditEntry.Parse(b)).ToList();
        var keys = entries.Select(e => PendingEntry.Of(e).Key).ToList();
        Assert.Equal(Appended.Keys.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
        Assert.All(bytes.Zip(keys), e => Assert.True(e.First.Span.SequenceEqual(Appended[e.Second].Bytes.Span)));
        foreach (var writer in entries.GroupBy(e => e.Writer))
        {
            Assert.Equal(writer.Select(e => e.Sequence).Order(), writer.Select(e => e.Sequence));
        }

        foreach (var (index, entry) in receipts ? entries.Index() : [])
        {
            var receipt = Receipt.Parse((await Reader.ReceiptAsync(entry.Id, Stop))!.ToString());
            Assert.True(receipt.Verify(Verifier));
            Assert.Equal(index, receipt.Proof.Index);
            Assert.True(receipt.Entry.Span.SequenceEqual(bytes[index].Span));
        }

        return entries;
    }

    /// <summary>As <see cref="VerifyAsync"/>, and nothing is left to do.</summary>
    public async Task VerifyDoneAsync(bool receipts = false)
    {
        await VerifyAsync(receipts);
        Assert.Empty(Pending.All);
        Assert.Empty(Tree.Names(TreePart.Staging));
        Assert.Empty(Findings);
    }

    private Task ReportAsync(IReadOnlyList<LogFinding> findings, CancellationToken cancel)
    {
        Findings.AddRange(findings.Where(f => !Findings.Contains(f)));
        return Task.CompletedTask;
    }

    public static Task<DigestSignature> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel) => Task.FromResult(
        new DigestSignature(Key.SignHash(digest.ToArray()), Key.ExportSubjectPublicKeyInfo()));

    /// <summary>A writer whose entries a test can hold back, repeat and forge.</summary>
    public sealed class Writer(LogUnderTest log)
    {
        private readonly Guid id = Guid.NewGuid();
        private byte[] previous = new byte[AuditEntry.HashLength];

        public long Next { get; set; }

        public PendingEntry Make(string client = "", byte[]? after = null)
        {
            var pending = PendingEntry.Of(new AuditEntry(
                AuditEntryId.New(), log.Time.GetUtcNow(), id, Next, after ?? previous,
                new(AuditKind.Read, "read-content", "demo", "p", client, string.Create(CultureInfo.InvariantCulture, $"r-{Next}"), [])));
            previous = SHA256.HashData(pending.Bytes.Span);
            Next++;
            return pending;
        }

        public async Task<PendingEntry> AppendAsync(string client = "")
        {
            var entry = Make(client);
            await log.InsertAsync(entry);
            return entry;
        }
    }
}
