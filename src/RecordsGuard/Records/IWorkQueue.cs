using System.Text;

namespace RecordsGuard.Records;

/// <summary>The queues; each has a function of its own and a poison queue <c>{name}-poison</c>.</summary>
public static class WorkQueues
{
    public const string Sweep = "sweep";
    public const string Purge = "purge";
    public const string Reconcile = "reconcile";
    public const string Rotate = "rotate";
    public const string Settle = "settle";
    public const string Backup = "backup";
    public const string Restore = "restore";
    public const string Alerts = "alerts";
    public const string Sequence = "sequence";

    /// <summary>Fed by Event Grid: its messages name files that arrived in the inbox.</summary>
    public const string Inbox = "inbox";

    /// <summary>In UTF-8: what is left of a message's 64 KiB in base64.</summary>
    public const int MaxBytes = 48 * 1024;

    public static TimeSpan MaxDelay { get; } = TimeSpan.FromDays(7);

    public static IReadOnlyList<string> All { get; } = [Sweep, Purge, Reconcile, Rotate, Settle, Backup, Restore, Alerts, Sequence, Inbox];

    /// <exception cref="ArgumentException">The message or the delay is over its limit.</exception>
    public static void Check(string message, TimeSpan delay)
    {
        if (delay < TimeSpan.Zero || delay > MaxDelay || Encoding.UTF8.GetByteCount(message) > MaxBytes)
        {
            throw new ArgumentException("A message is too long, or its delay out of range.");
        }
    }
}

/// <summary>
/// Work for later. A message is a hint to look at the rows, at least once, in any order; it holds ids and nothing
/// else, and never expires.
/// </summary>
public interface IWorkQueue
{
    /// <summary>
    /// Durable when it returns; invisible for <paramref name="delay"/> (at most 7 days, whole seconds, rounded up). May
    /// be sent twice.
    /// </summary>
    /// <exception cref="ArgumentException">A delay out of range, or a message over <see cref="WorkQueues.MaxBytes"/>.</exception>
    /// <exception cref="StoreUnavailableException">There is no such queue, or it did not answer.</exception>
    Task SendAsync(string queue, string message, TimeSpan delay, CancellationToken cancel);

    /// <summary>About how many messages wait in a queue, hidden ones included; 0 if there is no such queue.</summary>
    Task<int> CountAsync(string queue, CancellationToken cancel);
}
