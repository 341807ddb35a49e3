using System.Security.Cryptography;

namespace RecordsGuard.Audit;

/// <summary>
/// The room's door: an entry is durable when <see cref="AppendAsync(AuditEvent)"/> returns, and only then may its action go on.
/// Each process is a writer of its own; its entries are numbered and chained, so that a missing one shows.
/// </summary>
public sealed class AuditLog(ILogStore store, TimeProvider time)
{
    /// <summary>An append has its own time limit and never the caller's: a caller who hangs up is still logged.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private Guid writer = Guid.NewGuid();
    private long sequence;
    private byte[] previous = new byte[AuditEntry.HashLength];

    /// <exception cref="AuditUnavailableException">Not durable, or nobody knows: the action must not go on.</exception>
    public Task<AuditEntryId> AppendAsync(AuditEvent happened) => AppendAsync(AuditEntryId.New(), happened);

    /// <param name="id">Chosen by a caller who must name the entry elsewhere before it is written.</param>
    public async Task<AuditEntryId> AppendAsync(AuditEntryId id, AuditEvent happened)
    {
        PendingEntry pending;
        Guid appendedBy;
        lock (gate)
        {
            appendedBy = writer;
            var bytes = new AuditEntry(id, time.GetUtcNow(), writer, sequence, previous, happened).ToBytes();
            pending = new((int)(sequence % PendingEntry.Shards), $"{writer:N}-{sequence:x16}", bytes);
            previous = SHA256.HashData(bytes);
            sequence++;
        }

        using var limit = new CancellationTokenSource(TimeLimit, time);
        try
        {
            await store.AppendAsync(pending, limit.Token);
        }
        catch (Exception e)
        {
            // Nobody knows whether this number is taken, whatever the exception: go on as a new writer instead of
            // building on it. (Appends of this writer that were under way beside it may still leave a gap that shows.)
            lock (gate)
            {
                if (writer == appendedBy)
                {
                    writer = Guid.NewGuid();
                    sequence = 0;
                    previous = new byte[AuditEntry.HashLength];
                }
            }

            if (e is OperationCanceledException)
            {
                throw new AuditUnavailableException(e);
            }

            throw;
        }

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
}
