namespace RecordsGuard.Local.Host;

/// <summary>A message as storage holds it, with the receipt that lets its holder change it.</summary>
internal sealed record QueueItem(
    string Id, string Text, string Receipt, long DequeueCount, DateTimeOffset Inserted, DateTimeOffset Expires, DateTimeOffset NextVisible);

/// <summary>A storage queue, as far as a queue trigger needs it. Failures are <see cref="LocalFailure"/>s.</summary>
internal interface ITriggerQueue
{
    /// <summary>Up to <paramref name="most"/> messages, hidden for <paramref name="lease"/>; none if there is no such queue.</summary>
    Task<IReadOnlyList<QueueItem>> ReceiveAsync(int most, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Hides the message for <paramref name="time"/> from now on; answers the item with its new receipt.</summary>
    Task<QueueItem> HideAsync(QueueItem item, TimeSpan time);

    Task DeleteAsync(QueueItem item);

    /// <summary>Puts a copy into <c>&lt;queue&gt;-poison</c>, which is created if need be, and deletes the message.</summary>
    Task PoisonAsync(QueueItem item);
}
