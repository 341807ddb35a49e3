using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Fakes;
using RecordsGuard.Tests.Local;

namespace RecordsGuard.Tests.Audit.Verifying;

/// <summary>What may go of a log: a beginning that nobody must account for any more, in whole files, and nothing else.</summary>
public sealed class LogPruningTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    /// <summary>Entry i was written i seconds after the start.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(255, 0)]
    [InlineData(256, 256)]
    [InlineData(300, 256)]
    [InlineData(512, 512)]
    [InlineData(100_000, 512)]
    public async Task Only_whole_bundles_of_entries_that_are_old_enough_may_go(int seconds, int minimum)
    {
        var log = await BuiltLog.OfAsync(BuiltLog.Chained(700));
        Assert.Equal(minimum, await MinimumAsync(log, 0, seconds));
        Assert.Equal(minimum, await MinimumAsync(log, minimum, seconds));
    }

    /// <summary>An entry among older ones that says it is of a later day keeps its bundle, and all that follows.</summary>
    [Fact]
    public async Task A_later_entry_in_the_middle_keeps_what_follows_it()
    {
        var entries = BuiltLog.Chained(300).Concat(BuiltLog.Chained(300)).Concat(BuiltLog.Chained(400)).ToList();
        entries[300] = BuiltLog.Chained(5000)[^1];
        var log = await BuiltLog.OfAsync(entries);
        Assert.Equal(256, await MinimumAsync(log, 0, 2000));
    }

    [Fact]
    public async Task A_bundle_that_is_gone_or_cut_says_so()
    {
        var log = await BuiltLog.OfAsync(BuiltLog.Chained(700));
        log.Files["tile/entries/001"] = log.Files["tile/entries/001"][..^1];
        Assert.Equal(LogFault.TileMalformed, (await Assert.ThrowsAsync<LogBrokenException>(() => MinimumAsync(log, 0, 2000))).Fault);
        log.Files.Remove("tile/entries/000");
        Assert.Equal(LogFault.TileMissing, (await Assert.ThrowsAsync<LogBrokenException>(() => MinimumAsync(log, 0, 2000))).Fault);
    }

    /// <summary>Cut off anywhere and begun again: what is left is whole from the minimum on, and goes on growing.</summary>
    [Fact]
    public async Task A_pruned_copy_is_whole_and_goes_on()
    {
        var entries = BuiltLog.Chained(1500);
        var files = new LogFolder(folder.Directory.FullName);
        await MirrorAsync(files, await BuiltLog.OfAsync(entries[..300]));
        await MirrorAsync(files, await BuiltLog.OfAsync(entries[..1100]));

        var gone = LogPruning.Below(1024, 1100).ToList();
        foreach (var tile in gone.Take(3).Concat(gone))
        {
            files.Remove(tile);
            Assert.Empty((await VerifyAsync(files)).Findings);
        }

        Assert.All(gone, t => Assert.False(files.Has(t)));
        Assert.DoesNotContain(folder.Directory.EnumerateFiles("*", SearchOption.AllDirectories), f => f.FullName.Contains("entries/001", StringComparison.Ordinal));
        await MirrorAsync(files, await BuiltLog.OfAsync(entries));
        Assert.Equal(1500, (await VerifyAsync(files)).Checkpoint!.Size);
    }

    private static Task<long> MinimumAsync(BuiltLog log, long from, int seconds) =>
        LogPruning.MinimumAsync(log.Log, from, log.Entries.Count, BuiltLog.Start.AddSeconds(seconds), Stop);

    private static async Task MirrorAsync(LogFolder files, BuiltLog log) =>
        Assert.Empty((await new LogMirror(files, BuiltLog.Verifier, new PretendEd25519()).RunAsync(log.Log, Stop)).Findings);

    private static Task<LogVerification> VerifyAsync(LogFolder files) =>
        new LogVerifier(files.Log, new() { Key = BuiltLog.Verifier, MinimumIndex = 1024 }, new PretendEd25519()).RunAsync(Stop);
}
