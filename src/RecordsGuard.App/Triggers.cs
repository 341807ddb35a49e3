namespace RecordsGuard.App;

/// <summary>Every timer and queue function of the app; each has a folder <c>functions/&lt;Name&gt;</c> in the head.</summary>
public static class Triggers
{
    public static IReadOnlyList<Trigger> All { get; } =
    [
        Placeholder("NightlySweep", TriggerKind.Timer),
        Placeholder("NightlyReconcile", TriggerKind.Timer),
        Placeholder("WatchPoison", TriggerKind.Timer),
        Placeholder("Sweep", TriggerKind.Queue),
        Placeholder("Purge", TriggerKind.Queue),
        Placeholder("Reconcile", TriggerKind.Queue),
        Placeholder("DeliverAlerts", TriggerKind.Queue),
    ];

    private static Trigger Placeholder(string name, TriggerKind kind) => new(name, kind, (_, _, _) => Task.CompletedTask);
}
