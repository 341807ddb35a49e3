using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RecordsGuard.Audit;

/// <summary>
/// The room's door: an entry is durable when <see cref="AppendAsync(AuditEvent)"/> returns, and only then may its action go on.
/// A process writes in up to 16 lanes, each a writer of its own whose entries are numbered and chained. A lane begins an
/// entry only when the one before is durable: so a missing number is never a crash or a race, but always a loss.
/// </summary>
/// <param name="appended">Called after each append, to wake the sequencer; must not block or throw.</param>
public sealed class AuditLog(ILogStore store, TimeProvider time, Action? appended = null) : IDisposable
{
    /// <summary>An append has its own time limit and never the caller's: a caller who hangs up is still logged.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private const int Lanes = 16;

    /// <summary>The lane used last comes first: who appends one at a time is one writer.</summary>
    private readonly ConcurrentStack<Lane> idle = new(Enumerable.Range(0, Lanes).Select(_ => new Lane()));
    private readonly SemaphoreSlim free = new(Lanes);

    /// <exception cref="AuditUnavailableException">Not durable, or nobody knows: the action must not go on.</exception>
    public Task<AuditEntryId> AppendAsync(AuditEvent happened) => AppendAsync(AuditEntryId.New(), happened);

    /// <param name="id">Chosen by a caller who must name the entry elsewhere before it is written.</param>
    public async Task<AuditEntryId> AppendAsync(AuditEntryId id, AuditEvent happened)
    {
        using var limit = new CancellationTokenSource(TimeLimit, time);
        try
        {
            await free.WaitAsync(limit.Token);
            try
            {
                idle.TryPop(out var lane);
                try
                {
                    await lane!.AppendAsync(store, id, time.GetUtcNow(), happened, limit.Token);
                }
                finally
                {
                    idle.Push(lane!);
                }
            }
            finally
            {
                free.Release();
            }
        }
        catch (OperationCanceledException e)
        {
            throw new AuditUnavailableException(e);
        }

        appended?.Invoke();
        return id;
    }

    /// <summary>
    /// Intent, commit, outcome: the one shape of every change. The commit runs only once the intent is durable. If it
    /// throws, nobody knows whether it happened and no outcome is written: the rows themselves tell, by the version
    /// and hash that the intent names.
    /// </summary>
    /// <param name="rows">What the rows will be, from <c>Describe</c>.</param>
    /// <param name="commit">Given the intent's id; true if the change is durable.</param>
    /// <returns>What <paramref name="commit"/> answered.</returns>
    /// <exception cref="AuditUnavailableException">
    /// Before the commit: nothing happened. After it: the change stands and only its outcome is missing.
    /// </exception>
    public async Task<bool> ChangeAsync(
        AuditSubject subject, IEnumerable<KeyValuePair<string, string>> rows, Func<AuditEntryId, Task<bool>> commit)
    {
        var intent = await AppendAsync(subject.Event(AuditKind.ChangeIntended, rows));
        var done = await commit(intent);
        await AppendAsync(subject.Event(
            done ? AuditKind.ChangeDone : AuditKind.ChangeNotDone,
            new KeyValuePair<string, string>("intent", intent.ToString())));
        return done;
    }

    public void Dispose() => free.Dispose();

    /// <summary>One writer after another, one entry at a time.</summary>
    private sealed class Lane
    {
        private Guid writer = Guid.NewGuid();
        private long sequence;
        private byte[] previous = new byte[AuditEntry.HashLength];

        public async Task AppendAsync(
            ILogStore store, AuditEntryId id, DateTimeOffset now, AuditEvent happened, CancellationToken cancel)
        {
            var pending = PendingEntry.Of(new(id, now, writer, sequence, previous, happened));
            try
            {
                await store.AppendAsync(pending, cancel);
            }
            catch
            {
                // Nobody knows whether this number is taken, whatever the exception: go on as a new writer instead of
                // building on it.
                writer = Guid.NewGuid();
                sequence = 0;
                previous = new byte[AuditEntry.HashLength];
                throw;
            }

            previous = SHA256.HashData(pending.Bytes.Span);
            sequence++;
        }
    }
}
