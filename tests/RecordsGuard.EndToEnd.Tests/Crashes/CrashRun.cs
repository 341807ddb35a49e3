using System.Diagnostics;
using RecordsGuard.Local;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>One run of an operation whose app may die in the middle, on a client of its own.</summary>
internal abstract class CrashRun(StackUnderTest stack)
{
    private readonly Dictionary<string, string> legs = [];
    private readonly HashSet<string> queued = [];

    /// <summary>Where it is held for a kill that finds others at other points.</summary>
    public Halt? Halt { get; set; }

    /// <summary>By what it is known once it is held.</summary>
    public string? HeldAs { get; private set; }

    /// <summary>Nothing of it goes on by itself after a kill, such as a message that a queue delivers again.</summary>
    public virtual bool EndsWithItsRequest => true;

    protected StackUnderTest Stack => stack;

    protected BehindTheProxy Storage => stack.Storage;

    /// <summary>
    /// What the operation needs to be there. It also warms the app up: a client is registered and a small record uploaded,
    /// so that what a process asks the vault only once has been asked.
    /// </summary>
    public abstract Task PrepareAsync();

    /// <summary>The operation, once. Returns when nothing of it is under way any more, or soon after the app has died.</summary>
    /// <param name="died">Whether the app has died since.</param>
    public abstract Task ActAsync(Func<Task<bool>> died);

    /// <summary>Waits until nothing goes on by itself any more: once for all who were killed together.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>
    /// The app is up again: repeats what a person or the host repeats until it is done, then checks the promises.
    /// Nothing is under way when it returns.
    /// </summary>
    public abstract Task FinishAsync();

    /// <summary>The leg to which a point belongs; null if it is none where a run can be held.</summary>
    public string? LegOf(FaultPoint point) =>
        legs.GetValueOrDefault(point.Trace) ?? (queued.Contains(point.Function ?? "") ? point.Function : null);

    /// <summary>A part of the operation that is one request of ours, with all that the app does for it.</summary>
    protected async Task<T> LegAsync<T>(string leg, Func<Task<T>> request)
    {
        // Sent along by the client: the app's own requests carry it on.
        Activity.Current = null;
        using var trace = new Activity(leg).Start();
        var id = trace.TraceId.ToHexString();
        legs[id] = leg;
        if (Halt is { } halt && halt.Leg == leg)
        {
            HeldAs = id;
            await stack.ParkAsync(id, halt.At);
        }

        return await request();
    }

    /// <summary>A part of the operation that a queue begins: the next run of the function for a message that contains this.</summary>
    protected async Task QueuedLegAsync(string function, string message)
    {
        queued.Add(function);
        if (Halt is { } halt && halt.Leg == function)
        {
            HeldAs = message;
            await stack.ParkAsync(function, message, halt.At);
        }
    }
}

/// <summary>The n-th point, from 1, of one leg of an operation.</summary>
internal sealed record Halt(string Leg, int At);
