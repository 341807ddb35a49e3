namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// A few of the points of <see cref="UploadAndReadCrashTests"/>'s kind, with real processes; the fault matrix on the fakes
/// has them all.
/// </summary>
public sealed class InboxCrashTests : IDisposable
{
    private const int Points = 5;
    private const int Step = 8;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-crash-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_anywhere_a_file_in_the_inbox_becomes_one_record_or_one_quarantined_file()
    {
        var app = AppFolder.Copy(folder.CreateSubdirectory("app"), "Sweep", "Purge", "Reconcile", "RotateKeys", "DeliverAlerts");
        await using var stack = await StackUnderTest.StartAsync(folder.CreateSubdirectory("data"), app);

        await KillMatrix.RunAsync(stack, "inbox", Points, () => new InboxRun(stack, stray: false), Step);
        await KillMatrix.RunAsync(stack, "quarantine", Points, () => new InboxRun(stack, stray: true), Step);
    }
}
