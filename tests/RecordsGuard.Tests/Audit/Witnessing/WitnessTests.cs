using System.Text;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Azure;
using RecordsGuard.Tests.Audit.Verifying;
using RecordsGuard.Tests.Local;

namespace RecordsGuard.Tests.Audit.Witnessing;

/// <summary>A witness answers as C2SP tlog-witness says, and never vouches for two histories.</summary>
public sealed class WitnessTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly IEd25519 Ed25519 = AzureAdapters.Ed25519;

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(BuiltLog.Start);
    private readonly CosignerKey key = CosignerKey.New("witness.example", Ed25519);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_vouches_for_a_log_that_grows_and_the_cosignature_verifies()
    {
        using var witness = NewWitness();
        var (small, large) = await TwoAsync();
        var note = await CosignedAsync(witness, small, 0);
        Assert.Equal(BuiltLog.Start, Cosignature.TimeOf(note, key.Public, Ed25519));
        Assert.Null(Cosignature.TimeOf(note with { Text = large.Checkpoint.Text }, key.Public, Ed25519));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(BuiltLog.Start.AddHours(1), Cosignature.TimeOf(await CosignedAsync(witness, large, 300), key.Public, Ed25519));
        var latest = (await witness.LatestAsync(Witness.HashOf(BuiltLog.Origin), Stop))!.Value;
        Assert.True(SignedNote.Parse(latest.Span).IsSignedBy(BuiltLog.Verifier));
        Assert.NotNull(Cosignature.TimeOf(SignedNote.Parse(latest.Span), key.Public, Ed25519));
        Assert.Null(await witness.LatestAsync(Witness.HashOf("other"), Stop));
    }

    [Fact]
    public async Task A_fork_and_a_rollback_are_refused_also_after_it_was_started_again()
    {
        var (small, large) = await TwoAsync();
        using (var witness = NewWitness())
        {
            await CosignedAsync(witness, large, 0);
        }

        using var again = NewWitness();
        var fork = await BuiltLog.OfAsync(BuiltLog.Chained(700));
        Assert.Equal(422, (await again.AddAsync(await BodyAsync(fork, 600), Stop)).Status);
        var sameSize = await BuiltLog.OfAsync(BuiltLog.Chained(600));
        Assert.Equal(422, (await again.AddAsync(await BodyAsync(sameSize, 600), Stop)).Status);
        Assert.Equal(new(409, "text/x.tlog.size", "600\n"), await again.AddAsync(await BodyAsync(small, 0), Stop));
        Assert.Equal(new(409, "text/x.tlog.size", "600\n"), await again.AddAsync(await BodyAsync(small, 300), Stop));
        Assert.Equal(200, (await again.AddAsync(await BodyAsync(large, 600), Stop)).Status);
    }

    [Fact]
    public async Task Each_wrong_request_gets_the_status_that_the_specification_gives_it()
    {
        using var witness = NewWitness();
        var (small, large) = await TwoAsync();
        await CosignedAsync(witness, small, 0);
        var good = Encoding.UTF8.GetString(await BodyAsync(large, 300));
        await Is(400, "");
        await Is(400, good.Replace("old 300", "old 0300", StringComparison.Ordinal));
        await Is(400, good.Replace("old 300", "old -1", StringComparison.Ordinal));
        await Is(400, good.Replace("old 300", "old 601", StringComparison.Ordinal));
        await Is(400, good[..^30]);
        await Is(404, good.Replace(BuiltLog.Origin, "other.example/log", StringComparison.Ordinal));
        await Is(403, good.Replace("\n600\n", "\n599\n", StringComparison.Ordinal));
        var lines = good.Split('\n');
        await Is(422, string.Join('\n', [lines[0], .. lines[2..]]));
        await Is(422, good.Replace(lines[1], TreeHash.OfNothing.ToString(), StringComparison.Ordinal));
        await Is(409, good.Replace("old 300", "old 299", StringComparison.Ordinal));
        await Is(200, good);

        async Task Is(int status, string body) =>
            Assert.Equal(status, (await witness.AddAsync(Encoding.UTF8.GetBytes(body), Stop)).Status);
    }

    [Fact]
    public async Task Two_requests_at_once_do_not_take_it_back()
    {
        using var witness = NewWitness();
        var (small, large) = await TwoAsync();
        var bodies = new[] { await BodyAsync(small, 0), await BodyAsync(large, 0) };
        var answers = await Task.WhenAll(bodies.Select(b => Task.Run(() => witness.AddAsync(b, Stop), Stop)));
        Assert.Equal([200, 409], answers.Select(a => a.Status).Order());
    }

    /// <summary>A crash while it remembered: the file that was being written is cut anywhere, and the other one holds.</summary>
    [Fact]
    public async Task A_memory_that_was_being_written_when_the_machine_died_is_as_it_was_before()
    {
        var (small, large) = await TwoAsync();
        using (var witness = NewWitness())
        {
            await CosignedAsync(witness, small, 0);
            await CosignedAsync(witness, large, 300);
        }

        var newest = Path.Combine(folder.Directory.FullName, "seen", $"{Witness.HashOf(BuiltLog.Origin)}.1");
        var bytes = await File.ReadAllBytesAsync(newest, Stop);
        foreach (var length in new[] { 0, 1, 64, 65, bytes.Length - 1 })
        {
            await File.WriteAllBytesAsync(newest, bytes[..length], Stop);
            using var again = NewWitness();
            Assert.Equal(new(409, "text/x.tlog.size", "300\n"), await again.AddAsync(await BodyAsync(large, 600), Stop));
        }

        File.Delete(newest.Replace(".1", ".0", StringComparison.Ordinal));
        using var lost = NewWitness();
        await Assert.ThrowsAsync<IOException>(async () => await lost.AddAsync(await BodyAsync(large, 0), Stop));
    }

    /// <summary>Nothing remembered, nothing signed.</summary>
    [Fact]
    public async Task A_witness_that_cannot_remember_signs_nothing()
    {
        var (small, _) = await TwoAsync();
        var file = Path.Combine(folder.Directory.FullName, "not-a-folder");
        await File.WriteAllTextAsync(file, "", Stop);
        using var witness = new Witness(key, [BuiltLog.Verifier], new(file), Ed25519, time);
        await Assert.ThrowsAnyAsync<IOException>(async () => await witness.AddAsync(await BodyAsync(small, 0), Stop));
    }

    [Fact]
    public void A_key_is_read_back_from_its_line_and_a_damaged_line_is_none()
    {
        var line = key.ToLine();
        Assert.Equal(key.Public, CosignerKey.Parse(line + "\n", Ed25519).Public, (a, b) => a!.ToString() == b!.ToString());
        Assert.Throws<FormatException>(() => CosignerKey.Parse(line.Replace("witness", "witless", StringComparison.Ordinal), Ed25519));
        Assert.Throws<FormatException>(() => CosignerKey.Parse(line[..^8], Ed25519));
        Assert.Throws<FormatException>(() => CosignerKey.Parse(key.Public.ToString(), Ed25519));
    }

    private static async Task<(BuiltLog Small, BuiltLog Large)> TwoAsync()
    {
        var entries = BuiltLog.Chained(600);
        return (await BuiltLog.OfAsync(entries[..300]), await BuiltLog.OfAsync(entries));
    }

    private static async Task<byte[]> BodyAsync(BuiltLog log, int old) => new CosignRequest(
        old, old == 0 || old > log.Entries.Count ? [] : (await new TileTree(log.Entries.Count, log.Log.Tiles).ConsistencyAsync(old, Stop)).Hashes,
        log.Checkpoint).ToBytes();

    private static async Task<SignedNote> CosignedAsync(Witness witness, BuiltLog log, int old)
    {
        var answer = await witness.AddAsync(await BodyAsync(log, old), Stop);
        Assert.Equal(200, answer.Status);
        return SignedNote.Parse(Encoding.UTF8.GetBytes($"{log.Checkpoint}{answer.Body}"));
    }

    private Witness NewWitness() => new(key, [BuiltLog.Verifier], new(Path.Combine(folder.Directory.FullName, "seen")), Ed25519, time);
}
