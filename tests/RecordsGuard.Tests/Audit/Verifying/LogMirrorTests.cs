using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Fakes;
using RecordsGuard.Tests.Local;

namespace RecordsGuard.Tests.Audit.Verifying;

/// <summary>A copy of the log in a folder: goes on where it stopped, and never becomes another log.</summary>
public sealed class LogMirrorTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();

    private LogFolder Files => new(Path.Combine(folder.Directory.FullName, "mirror"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_copy_grows_with_its_log_and_is_whole_each_time()
    {
        var entries = BuiltLog.Chained(1000);
        foreach (var size in new[] { 0, 1, 255, 300, 300, 512, 1000 })
        {
            var log = await BuiltLog.OfAsync(entries[..size]);
            Assert.Empty((await MirrorAsync(log)).Findings);
            var copy = await new LogVerifier(Files.Log, new() { Key = BuiltLog.Verifier }, new PretendEd25519()).RunAsync(Stop);
            Assert.Empty(copy.Findings);
            Assert.Equal(size, copy.Checkpoint!.Size);
        }
    }

    [Fact]
    public async Task A_log_that_is_not_its_continuation_does_not_get_into_a_copy()
    {
        var entries = BuiltLog.Chained(1000);
        await MirrorAsync(await BuiltLog.OfAsync(entries[..600]));
        var before = await Files.CheckpointAsync(Stop);

        Assert.Contains((await MirrorAsync(await BuiltLog.OfAsync(entries[..500]))).Findings, f => f.Fault == VerifyFault.RolledBack);
        await Refused(await BuiltLog.OfAsync(BuiltLog.Chained(600)));
        await Refused(await BuiltLog.OfAsync(BuiltLog.Chained(1000)));
        Assert.True((await Files.CheckpointAsync(Stop))!.Value.Span.SequenceEqual(before!.Value.Span));

        async Task Refused(BuiltLog fork)
        {
            try
            {
                Assert.NotEmpty((await MirrorAsync(fork)).Findings);
            }
            catch (LogBrokenException e)
            {
                Assert.Equal(LogFault.TileDiffers, e.Fault);
            }
        }
    }

    /// <summary>Cut off after every single read: what is there is whole files, and each run goes on from them.</summary>
    [Fact]
    public async Task A_copy_that_was_cut_off_anywhere_goes_on()
    {
        var log = await BuiltLog.OfAsync(BuiltLog.Chained(700));
        for (var file = 1; file < log.Files.Count - 1; file++)
        {
            var left = 1;
            var failing = log.Log with
            {
                Tiles = (id, cancel) => Interlocked.Decrement(ref left) < 0 ? throw new IOException("The line is down.") : log.Log.Tiles(id, cancel),
            };
            await Assert.ThrowsAnyAsync<IOException>(() => MirrorAsync(failing));
            Assert.Null(await Files.CheckpointAsync(Stop));
        }

        Assert.Empty((await MirrorAsync(log)).Findings);
        Assert.Empty(Directory.GetFiles(folder.Directory.FullName, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_damaged_log_is_not_copied_as_whole()
    {
        var log = (await BuiltLog.OfAsync(BuiltLog.Chained(700))).Edit(1, e => e[7] = e[8]);
        Assert.Contains((await MirrorAsync(log)).Findings, f => f.Where == "entry 263");
        Assert.Null(await Files.CheckpointAsync(Stop));
    }

    private Task<LogVerification> MirrorAsync(BuiltLog log) => MirrorAsync(log.Log);

    private Task<LogVerification> MirrorAsync(PublishedLog log) =>
        new LogMirror(Files, BuiltLog.Verifier, new PretendEd25519()).RunAsync(log, TestContext.Current.CancellationToken);
}
