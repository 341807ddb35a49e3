namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>A purge, from the nightly sweep to the last trace, killed at every point.</summary>
public sealed class PurgeCrashTests : IDisposable
{
    private const int PurgePoints = 110;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-crash-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_at_any_point_an_approved_purge_ends_with_tombstone_certificate_and_outcome()
    {
        var app = AppFolder.Copy(folder.CreateSubdirectory("app"), "Reconcile", "RotateKeys", "Inbox", "DeliverAlerts");
        await using var stack = await StackUnderTest.StartAsync(folder.CreateSubdirectory("data"), app);
        await stack.Storage.PurgeWithoutWaitingAsync();

        await KillMatrix.RunAsync(stack, "purge", PurgePoints, () => new PurgeRun(stack));
    }
}
