using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Alerts;

public sealed class PoisonWatchTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Poison_is_told_once_and_again_only_when_there_is_more_of_it()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var desk = practice.App.Desk;
        var watch = practice.App.Poison;
        await watch.LookAsync(None);
        Assert.Empty(await desk.ListAsync(PracticeId.None, None));

        await practice.Queue.SendAsync("purge-poison", "bad", TimeSpan.Zero, None);
        await watch.LookAsync(None);
        await watch.LookAsync(None);
        Assert.Equal(1, Assert.Single(await desk.ListAsync(PracticeId.None, None)).Count);

        await practice.Queue.SendAsync("purge-poison", "worse", TimeSpan.Zero, None);
        await watch.LookAsync(None);
        Assert.Equal(2, Assert.Single(await desk.ListAsync(PracticeId.None, None)).Count);
    }
}
