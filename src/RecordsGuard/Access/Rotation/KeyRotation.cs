using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Rotation;

/// <summary>How far a practice's rotation is.</summary>
/// <param name="Progress">Null before the first pass over its slips.</param>
public sealed record RotationStatus(KekFacts Keks, RotationFacts? Progress);

/// <summary>A key slip that no version of its KEK opens. It was left as it is.</summary>
public sealed record BrokenSlip(PracticeId Practice, string? Client, string? Record, EnvelopeFault Fault);

/// <summary>
/// Rotates a practice's two KEKs while everybody works on: requested → new versions, each proven to unwrap what its
/// public half wraps → <b>the row <c>keks</c> names them</b> (<c>key-rotated</c>; uploads follow within
/// <see cref="PublicKeys.MaxAge"/>) → passes over all key slips, each re-wrapped, proven and committed under its ETag →
/// a pass that began when all had settled finds nothing to do → <b>the older versions are disabled</b>
/// (<c>key-retired</c>), never deleted. All state is in rows: killed anywhere, the next message goes on from there.
/// </summary>
public sealed class KeyRotation(
    IRecordStore store, IKeyVault vault, AuditLog audit, IWorkQueue queue, RotationTerms terms, TimeProvider time)
{
    /// <summary>The message that stands for every practice whose rotation is under way or due.</summary>
    public const string Everyone = "*";

    internal const string Operation = "rotate-keys";

    /// <summary>For how long a rotation stops asking a vault that does not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Pace pace = new(terms.CallsPerSecond, time);

    /// <summary>Asks for a rotation; one that is under way is only woken. Durable when it returns. Null: no such practice.</summary>
    public async Task<RotationStatus?> RequestAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (await ReadAsync(practice, Keys.Keks, cancel) is { } row)
        {
            var keks = row.As<KekFacts>();
            if (keks.Step != RotationStep.InUse
                || await ChangeAsync(who, row, keks with { Step = RotationStep.Requested }, [], null, cancel))
            {
                await queue.SendAsync(WorkQueues.Rotate, practice.ToString(), TimeSpan.Zero, cancel);
                return await StatusAsync(practice, cancel);
            }
        }

        return null;
    }

    /// <summary>Null if there is no such practice.</summary>
    public async Task<RotationStatus?> StatusAsync(PracticeId practice, CancellationToken cancel)
    {
        if ((await ReadAsync(practice, Keys.Keks, cancel))?.As<KekFacts>() is not { } keks)
        {
            return null;
        }

        var progress = (await ReadAsync(practice, Keys.Rotation, cancel))?.As<RotationFacts>();
        return new(keks, progress?.Version == keks.Content ? progress : null);
    }

    /// <summary>
    /// What a message asks for, which is a practice or <see cref="Everyone"/>: as much as one message should do. Sends
    /// the next one itself. Safe to call any number of times, and at once.
    /// </summary>
    /// <returns>Slips that do not open; found again by every pass, so that none goes unreported.</returns>
    /// <exception cref="FormatException">The message is neither.</exception>
    public async Task<IReadOnlyList<BrokenSlip>> RunAsync(string message, CancellationToken cancel)
    {
        var broken = new List<BrokenSlip>();
        if (message == Everyone)
        {
            await WakeAsync(cancel);
            return broken;
        }

        var practice = PracticeId.Parse(message);
        try
        {
            if (await AdvanceAsync(practice, broken, cancel) is { } next)
            {
                await queue.SendAsync(WorkQueues.Rotate, message, next, cancel);
            }
        }
        catch (KeyVaultException e) when (e.Fault == KeyVaultFault.Unavailable)
        {
            await queue.SendAsync(WorkQueues.Rotate, message, Pause, cancel);
        }

        return broken;
    }

    /// <returns>When to go on; null: there is nothing left to do.</returns>
    private async Task<TimeSpan?> AdvanceAsync(PracticeId practice, List<BrokenSlip> broken, CancellationToken cancel)
    {
        while (await ReadAsync(practice, Keys.Keks, cancel) is { } known && known.As<KekFacts>().Step != RotationStep.InUse)
        {
            // The versions before the row: one that is listed here and that the row does not name can never come into
            // use later, because whoever made it can only commit against a row older than this one. So it may be disabled.
            var deadline = time.GetUtcNow() + terms.Hold;
            var listed = await ListAsync(practice, cancel);
            var row = await ReadAsync(practice, Keys.Keks, cancel) ?? known;
            var keks = row.As<KekFacts>();
            switch (keks.Step)
            {
                case RotationStep.Requested:
                    await RenewAsync(practice, row, cancel);
                    break; // done or somebody else was first, the row says which
                case RotationStep.Retiring:
                    var pass = new RewrapPass(store, vault, audit, terms, pace, time, practice, keks, deadline, listed, broken);
                    if (await pass.RunAsync(cancel) is { } next)
                    {
                        return next;
                    }

                    await RetireAsync(practice, row, keks, listed, cancel);
                    break;
            }
        }

        return null;
    }

    /// <summary>A crash in here leaves versions that nothing ever names; they are disabled with the old ones.</summary>
    private async Task RenewAsync(PracticeId practice, Row row, CancellationToken cancel)
    {
        var who = new AuditSubject(Operation, practice.ToString());
        var content = await MakeVersionAsync(who, PublicKeys.ContentKekOf(practice), cancel);
        var index = await MakeVersionAsync(who, IndexKeys.KekOf(practice), cancel);
        var next = new KekFacts(content.Version, index.Version, time.GetUtcNow(), RotationStep.Retiring);
        await ChangeAsync(who with { Operation = "key-rotated" }, row, next, [content, index], null, cancel);
    }

    private async Task<KeyVersion> MakeVersionAsync(AuditSubject who, string name, CancellationToken cancel)
    {
        var making = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        var made = await vault.RotateAsync(name, making.ToString(), cancel);
        using var key = DataKey.New();
        var proving = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        using var opened = await KeySlip.Wrap(key, made).UnwrapAsync(vault, name, proving.ToString(), cancel);
        return key.Matches(opened)
            ? made.Id
            : throw new KeyVaultException(KeyVaultFault.Refused, $"{made.Id} does not open what its public half wraps.");
    }

    private async Task RetireAsync(
        PracticeId practice, Row row, KekFacts keks, IReadOnlyList<KeyVersion> listed, CancellationToken cancel)
    {
        List<KeyVersion> old = [.. listed.Where(v => v.Version != keks.Content && v.Version != keks.Index)];
        await ChangeAsync(
            new("key-retired", practice.ToString()), row, keks with { Step = RotationStep.InUse }, old,
            async intent =>
            {
                foreach (var version in old)
                {
                    await vault.DisableAsync(version, intent.ToString(), cancel);
                }
            },
            cancel);
    }

    /// <summary>Wakes what is under way and requests what is due, oldest first and only a few practices at once.</summary>
    private async Task WakeAsync(CancellationToken cancel)
    {
        var busy = 0;
        var due = new List<(DateTimeOffset Since, PracticeId Practice)>();
        await foreach (var (practice, row) in store.EachPracticeAsync(Keys.Keks, cancel))
        {
            var keks = row.As<KekFacts>();
            if (keks.Step != RotationStep.InUse)
            {
                busy++;
                await queue.SendAsync(WorkQueues.Rotate, practice.ToString(), TimeSpan.Zero, cancel);
            }
            else if (time.GetUtcNow() - keks.Since >= terms.MaxKeyAge)
            {
                due.Add((keks.Since, practice));
            }
        }

        foreach (var (_, practice) in due.OrderBy(d => d.Since).Take(Math.Max(0, RotationTerms.AtOnce - busy)))
        {
            await RequestAsync(new(Operation, practice.ToString()), practice, cancel);
        }
    }

    /// <summary>The enabled versions of both keys.</summary>
    private async Task<IReadOnlyList<KeyVersion>> ListAsync(PracticeId practice, CancellationToken cancel)
    {
        var content = await vault.ListVersionsAsync(PublicKeys.ContentKekOf(practice), cancel);
        var index = await vault.ListVersionsAsync(IndexKeys.KekOf(practice), cancel);
        return [.. content.Concat(index).Where(v => v.Enabled).Select(v => v.Id)];
    }

    private Task<Row?> ReadAsync(PracticeId practice, string key, CancellationToken cancel) =>
        store.ReadAsync(Table.Practices, practice.ToString(), key, cancel);

    /// <param name="first">What is done once the intent is durable, before the row changes.</param>
    private Task<bool> ChangeAsync(
        AuditSubject who, Row row, KekFacts next, IEnumerable<KeyVersion> keys, Func<AuditEntryId, Task>? first,
        CancellationToken cancel)
    {
        RowChange[] changes = [new RowChange.Replace(row.Next(RowBody.Write(next)))];
        var details = changes.Describe(Table.Practices)
            .Concat(keys.Select(k => new KeyValuePair<string, string>("key", k.ToString())));
        return audit.ChangeAsync(who, details, async intent =>
        {
            await (first?.Invoke(intent) ?? Task.CompletedTask);
            return await store.CommitAsync(Table.Practices, row.Partition, changes, cancel) == Commit.Done;
        });
    }
}
