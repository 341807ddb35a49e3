namespace RecordsGuard.App;

/// <summary>What starts a function that is not HTTP.</summary>
public enum TriggerKind
{
    /// <summary>A schedule. The message is empty.</summary>
    Timer,

    /// <summary>A storage queue. The message is the queue message's text, decoded once.</summary>
    Queue,
}

/// <summary>
/// One function of the app that the host calls by name. A head owns the wire protocol of its host; this is what it
/// calls once the message is decoded. An exception means failure: the host redelivers a queue message. A message is
/// delivered at least once and is only a hint to read the rows again.
/// </summary>
/// <param name="Name">The function's name, as its folder and its trigger endpoint have it.</param>
/// <param name="Duty">Whose it is: other apps have neither the endpoint nor the folder.</param>
public sealed record Trigger(
    Duty Duty,
    string Name,
    TriggerKind Kind,
    Func<IServiceProvider, string, CancellationToken, Task> RunAsync);
