using RecordsGuard.Alerts;

namespace RecordsGuard.Fakes;

/// <summary>Keeps what it was told to deliver.</summary>
public sealed class RecordingAlertRoute(string name = "recording", bool isForPeople = false, bool isSecondContact = false) : IAlertRoute
{
    private readonly Lock gate = new();
    private readonly List<AlertNotice> delivered = [];
    private TaskCompletionSource changed = NewSignal();

    public string Name { get; } = name;

    public bool IsForPeople { get; } = isForPeople;

    public bool IsSecondContact { get; } = isSecondContact;

    /// <summary>While set, every call throws <see cref="AlertRouteException"/> and delivers nothing.</summary>
    public bool Down { get; set; }

    /// <summary>Every notice, repeats included, in order of delivery.</summary>
    public IReadOnlyList<AlertNotice> Delivered
    {
        get
        {
            lock (gate)
            {
                return [.. delivered];
            }
        }
    }

    public Task DeliverAsync(AlertNotice notice, CancellationToken cancel) => Answer.Of(() =>
    {
        ArgumentNullException.ThrowIfNull(notice);
        cancel.ThrowIfCancellationRequested();
        if (Down)
        {
            throw new AlertRouteException("The fake route is down.");
        }

        TaskCompletionSource signal;
        lock (gate)
        {
            delivered.Add(notice with { Json = notice.Json.ToArray() });
            signal = changed;
            changed = NewSignal();
        }

        signal.SetResult();
    });

    /// <summary>Completes when at least <paramref name="count"/> notices were delivered.</summary>
    public async Task WhenDeliveredAsync(int count, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (delivered.Count >= count)
                {
                    return;
                }

                next = changed.Task;
            }

            await next.WaitAsync(cancel);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
