namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// kill -9 of the app before and after each of its storage and vault requests, then a restart: the three promises hold.
/// The numbers are those of points when this was written; they may not shrink.
/// </summary>
public sealed class UploadAndReadCrashTests : IDisposable
{
    private const int UploadPoints = 42;
    private const int ReadPoints = 22;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-crash-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_at_any_point_of_an_upload_or_a_read_no_record_is_lost_doubled_or_shown_unlogged()
    {
        var app = AppFolder.Copy(folder.CreateSubdirectory("app"), "Sweep", "Purge", "Reconcile", "RotateKeys", "Inbox", "DeliverAlerts");
        await using var stack = await StackUnderTest.StartAsync(folder.CreateSubdirectory("data"), app);

        await KillMatrix.RunAsync(stack, "upload", UploadPoints, () => new UploadRun(stack));
        await KillMatrix.RunAsync(stack, "read", ReadPoints, () => new ReadRun(stack));
    }
}
