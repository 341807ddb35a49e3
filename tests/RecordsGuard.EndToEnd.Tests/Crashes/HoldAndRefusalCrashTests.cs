using System.Text.Json;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// Holds and refusals, killed before and after every request. The queue's own delivery of alerts is off during the kills,
/// because it would come seconds later, in the middle of another run; then the stack starts again with it on.
/// </summary>
public sealed class HoldAndRefusalCrashTests : IDisposable
{
    private const int HoldPoints = 26;
    private const int RefusalPoints = 26;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-crash-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Killed_at_any_point_of_a_hold_or_a_refusal_nothing_held_goes_and_no_refusal_is_silent()
    {
        var data = folder.CreateSubdirectory("data");
        var app = AppFolder.Copy(folder.CreateSubdirectory("app"), "Reconcile", "RotateKeys", "Inbox", "DeliverAlerts");
        var refusals = new List<string>();
        await using (var stack = await StackUnderTest.StartAsync(data, app))
        {
            await stack.Storage.PurgeWithoutWaitingAsync();
            await KillMatrix.RunAsync(stack, "hold", HoldPoints, () => new HoldRun(stack));
            await KillMatrix.RunAsync(stack, "refusal", RefusalPoints, () => new RefusalRun(stack, refusals));
        }

        AppFolder.Disable(app, "DeliverAlerts", false);
        await using var again = await StackUnderTest.StartAsync(data, app);
        await again.UntilAsync(
            "the queue of alerts is empty", async () => await again.Storage.WaitingAsync(WorkQueues.Alerts) == 0);
        var delivered = (await again.Local.GetAsync("/.local/webhook")).EnumerateArray().Select(Alert).ToHashSet();
        Assert.Subset(delivered, refusals.ToHashSet());
    }

    private static string Alert(JsonElement notice) => notice.GetProperty("data").GetProperty("id").GetString()!;
}
