namespace RecordsGuard.Alerts;

/// <summary>A way to reach security staff. At least once; the receiver tells repeats by the notice's id and count.</summary>
public interface IAlertRoute
{
    /// <summary>As settings and logs name it, such as <c>webhook</c>.</summary>
    string Name { get; }

    /// <summary>Told only of critical alerts that nobody acknowledged in time.</summary>
    bool IsSecondContact => false;

    /// <summary>Somebody reads it: not at night unless it is critical, and the low ones together.</summary>
    bool IsForPeople => false;

    /// <summary>Delivered when it returns.</summary>
    /// <exception cref="AlertRouteException">Not delivered, or nobody knows; to be tried again.</exception>
    Task DeliverAsync(AlertNotice notice, CancellationToken cancel);
}

/// <summary>What leaves the house about an alert: ids and words of ours, no personal text.</summary>
/// <param name="Json">UTF-8 JSON of a CloudEvents 1.0 event (structured mode).</param>
/// <param name="Subject">A line for people.</param>
/// <param name="Text">The same in words.</param>
public sealed record AlertNotice(string AlertId, int Count, ReadOnlyMemory<byte> Json, string Subject = "", string Text = "");

/// <summary>A route did not take a notice.</summary>
public sealed class AlertRouteException(string message, Exception? inner = null) : Exception(message, inner);
