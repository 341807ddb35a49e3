using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

/// <summary>What goes wrong at a port call.</summary>
public enum FaultKind
{
    /// <summary>The port's own exception; nothing was carried out.</summary>
    FailNotPersisted,

    /// <summary>The port's own exception; it was carried out all the same.</summary>
    FailButPersisted,

    /// <summary>The process dies before the call is carried out.</summary>
    KillBefore,

    /// <summary>The process dies when the call has been carried out and nothing is answered.</summary>
    KillAfter,
}

/// <summary>One thing that goes wrong: at the n-th call over all ports (1 is the first).</summary>
public sealed record FaultPlan(int At, FaultKind Kind);

/// <summary>A process died, in play: nothing of it may run on. Catch it only where the process is started again.</summary>
public sealed class ProcessKilledException() : Exception("The process was killed on purpose.");

/// <summary>
/// Ports in which one planned call goes wrong. A listing is one call, made when its first row is asked for; so is a
/// stream. Counts over all ports that it wraps, and keeps the calls' names.
/// </summary>
public sealed class Faults
{
    private readonly Lock gate = new();
    private readonly List<string> calls = [];
    private FaultPlan? plan;
    private bool dead;

    /// <summary>The calls since the last <see cref="Arm"/>, such as <c>records.Commit Clients</c>.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>True once the planned fault has happened.</summary>
    public bool Happened { get; private set; }

    /// <summary>Starts counting at zero. No fault if <paramref name="next"/> is null.</summary>
    public void Arm(FaultPlan? next)
    {
        lock (gate)
        {
            calls.Clear();
            plan = next;
            Happened = false;
            dead = false;
        }
    }

    /// <summary>The process is started again; no further fault is planned.</summary>
    public void Revive()
    {
        lock (gate)
        {
            plan = null;
            dead = false;
        }
    }

    public IRecordStore Wrap(IRecordStore inner) => new FaultyRecordStore(this, inner);

    public IWorkQueue Wrap(IWorkQueue inner) => new FaultyWorkQueue(this, inner);

    public IBlobStore Wrap(IBlobStore inner) => new FaultyBlobStore(this, inner);

    public IKeyVault Wrap(IKeyVault inner) => new FaultyKeyVault(this, inner);

    public ILogStore Wrap(ILogStore inner) => new FaultyLogStore(this, inner);

    public ILogIndex Wrap(ILogIndex inner) => new FaultyLogIndex(this, inner);

    public ITreeStore Wrap(ITreeStore inner) => new FaultyTreeStore(this, inner);

    public IAlertRoute Wrap(IAlertRoute inner) => new FaultyAlertRoute(this, inner);

    public IResourceLogs Wrap(IResourceLogs inner) => new FaultyResourceLogs(this, inner);

    internal async Task<T> CallAsync<T>(string name, Func<Task<T>> call, Func<Exception> failure)
    {
        switch (Begin(name))
        {
            case FaultKind.KillBefore:
                throw new ProcessKilledException();
            case FaultKind.FailNotPersisted:
                throw failure();
            case FaultKind.FailButPersisted:
                await call();
                throw failure();
            case FaultKind.KillAfter:
                await call();
                Die();
                throw new ProcessKilledException();
            default:
                var answer = await call();
                RequireAlive();
                return answer;
        }
    }

    internal Task CallAsync(string name, Func<Task> call, Func<Exception> failure) => CallAsync(
        name,
        async () =>
        {
            await call();
            return true;
        },
        failure);

    internal async IAsyncEnumerable<T> ListAsync<T>(string name, IAsyncEnumerable<T> items, Func<Exception> failure)
    {
        var fault = Begin(name);
        if (fault is FaultKind.FailNotPersisted)
        {
            throw failure();
        }

        if (fault is FaultKind.KillBefore)
        {
            throw new ProcessKilledException();
        }

        // Nothing is persisted by a listing: the other two let one item through, then break it off.
        await foreach (var item in items)
        {
            RequireAlive();
            yield return item;
            if (fault is not null)
            {
                break;
            }
        }

        if (fault is FaultKind.KillAfter)
        {
            Die();
            throw new ProcessKilledException();
        }

        if (fault is FaultKind.FailButPersisted)
        {
            throw failure();
        }
    }

    private FaultKind? Begin(string name)
    {
        lock (gate)
        {
            RequireAlive();
            calls.Add(name);
            if (plan is null || calls.Count != plan.At)
            {
                return null;
            }

            Happened = true;
            dead = plan.Kind == FaultKind.KillBefore;
            return plan.Kind;
        }
    }

    private void Die()
    {
        lock (gate)
        {
            dead = true;
        }
    }

    private void RequireAlive()
    {
        lock (gate)
        {
            if (dead)
            {
                throw new ProcessKilledException();
            }
        }
    }
}
