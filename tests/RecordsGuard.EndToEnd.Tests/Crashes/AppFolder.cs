using System.Text.Json.Nodes;
using RecordsGuard.EndToEnd.Tests.Local;
using RecordsGuard.Local;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// The function app as built, in a folder of its own, so that a test may set what an operator sets: how often queues are
/// looked at and which functions are off. Timers are off, because what they do in the background would be counted, and
/// so is the sequencer, which dies on the in-memory ports, at each of its calls. Queues that a run has no use for need not
/// be listened to: each is asked three times a second.
/// </summary>
internal static class AppFolder
{
    private static readonly string[] Background =
    [
        "NightlySweep", "NightlyReconcile", "NightlyRotation", "NightlyBackup", "WatchPoison", "WatchResourceLogs", "Canary", "WatchInbox",
        "Settle", "BackUp", "Restore", "WakeSequencer", "Sequence",
    ];

    /// <param name="disabled">Functions that are off beside those of the background.</param>
    public static DirectoryInfo Copy(DirectoryInfo target, params string[] disabled)
    {
        SeededFolder.Copy(new LocalOptions().App, target);
        Edit(Path.Combine(target.FullName, "host.json"), json =>
        {
            var queues = json["extensions"]!["queues"]!;
            queues["visibilityTimeout"] = "00:00:01";
            queues["maxPollingInterval"] = "00:00:00.300";
            queues["batchSize"] = 16;
        });
        foreach (var function in Background.Concat(disabled))
        {
            Disable(target, function, true);
        }

        return target;
    }

    public static void Disable(DirectoryInfo app, string function, bool disabled) =>
        Edit(Path.Combine(app.FullName, function, "function.json"), json => json["disabled"] = disabled);

    private static void Edit(string file, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }
}
