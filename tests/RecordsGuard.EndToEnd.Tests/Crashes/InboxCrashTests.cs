namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>A file in the inbox, on its way to a record or into quarantine, killed at every point.</summary>
public sealed class InboxCrashTests : IDisposable
{
    private const int FiledPoints = 48;
    private const int QuarantinedPoints = 40;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-crash-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_anywhere_a_file_in_the_inbox_becomes_one_record_or_one_quarantined_file()
    {
        var app = AppFolder.Copy(folder.CreateSubdirectory("app"), "Sweep", "Purge", "Reconcile", "RotateKeys", "DeliverAlerts");
        await using var stack = await StackUnderTest.StartAsync(folder.CreateSubdirectory("data"), app);

        await KillMatrix.RunAsync(stack, "inbox", FiledPoints, () => new InboxRun(stack, stray: false), onlyWarm: true);
        await KillMatrix.RunAsync(stack, "quarantine", QuarantinedPoints, () => new InboxRun(stack, stray: true), onlyWarm: true);
    }
}
