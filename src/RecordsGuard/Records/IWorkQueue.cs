namespace RecordsGuard.Records;

/// <summary>The queues; each has a function of its own and a poison queue <c>{name}-poison</c>.</summary>
public static class WorkQueues
{
    public const string Sweep = "sweep";
    public const string Purge = "purge";
    public const string Reconcile = "reconcile";
    public const string Alerts = "alerts";

    public static IReadOnlyList<string> All { get; } = [Sweep, Purge, Reconcile, Alerts];
}

/// <summary>
/// Work for later. A message is a hint to look at the rows, at least once, in any order; it holds ids and nothing
/// else, and never expires.
/// </summary>
public interface IWorkQueue
{
    /// <summary>Durable when it returns; invisible for <paramref name="delay"/> (at most 7 days).</summary>
    Task SendAsync(string queue, string message, TimeSpan delay, CancellationToken cancel);

    /// <summary>About how many messages wait in a queue, hidden ones included; 0 if there is no such queue.</summary>
    Task<int> CountAsync(string queue, CancellationToken cancel);
}
