using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Unlinking;

/// <summary>How far the end of a client is.</summary>
public abstract record Unlinking
{
    private Unlinking()
    {
    }

    /// <param name="Missing">Sentences: why the link cannot go yet. Empty: it can be closed.</param>
    public sealed record Linked(IReadOnlyList<string> Missing) : Unlinking;

    /// <summary>Nothing is added any more.</summary>
    /// <param name="From">When the link may be destroyed, if nothing is missing then.</param>
    public sealed record Closing(DateTimeOffset From, IReadOnlyList<string> Missing) : Unlinking;

    /// <summary>For good.</summary>
    /// <param name="NamesErased">False: a crash left them; finish it.</param>
    /// <param name="Destroyed">The records that there were; each has its certificate.</param>
    public sealed record Unlinked(DateTimeOffset At, bool NamesErased, IReadOnlyList<RecordId> Destroyed) : Unlinking;

    public sealed record NoSuchClient : Unlinking;
}

/// <summary>
/// Destroys, when the last duty to account for a client has ended, what says whose client it was: the index key with the
/// names, and the client's pseudonym. The log, which outlives it, then speaks of nobody. In two steps a day apart:
/// <b>closing</b>, from when nothing is added (a hold takes it back), so that whatever was under way then has come to its
/// end; <b>client row without pseudonym and dates, under the ETag that the conditions were read with</b> → directory row
/// without key and names. A crash between the two leaves names that lead to no pseudonym: whoever had no answer asks again.
/// docs/decisions/0013.
/// </summary>
public sealed class ClientUnlinking(IRecordStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>Longer than anything lasts that looked at the client row before it said that it is closing: a host ends all within hours.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromDays(1);

    /// <summary>How far it is, and what is missing. Shows no name and needs no key.</summary>
    public async Task<Unlinking> LookAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        await audit.AppendAsync(who.Event(AuditKind.Listed));
        return await ReadAsync(practice, client, cancel) is { } view ? view.State : new Unlinking.NoSuchClient();
    }

    /// <summary>
    /// From now on nothing is added to the client. Again: nothing changes. <see cref="Unlinking.Linked"/>: a condition is not
    /// met, and nothing was done.
    /// </summary>
    public Task<Unlinking> CloseAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel) => ChangeAsync(
        who, practice, client,
        view => view.State is Unlinking.Linked { Missing: [] } ? view.Partition.Facts with { ClosingSince = time.GetUtcNow() } : null, cancel);

    /// <summary>The client goes on as before. Again, or if it is not closing: nothing changes.</summary>
    public Task<Unlinking> WithdrawAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel) => ChangeAsync(
        who, practice, client,
        view => view.State is Unlinking.Closing ? view.Partition.Facts with { ClosingSince = null } : null, cancel);

    /// <summary>
    /// Destroys the link, if it has been closing for <see cref="Wait"/> and every condition is still met. May be called
    /// again, and goes on where a crash left it.
    /// </summary>
    public async Task<Unlinking> FinishAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var state = await ChangeAsync(who, practice, client, Forgotten, cancel);
        if (state is not Unlinking.Unlinked { NamesErased: false } unlinked)
        {
            return state;
        }

        await EraseNamesAsync(who, practice, client, cancel);
        return unlinked with { NamesErased = true };
    }

    /// <summary>What is left of the facts: nothing that is about a person. Null: not yet.</summary>
    private ClientFacts? Forgotten(View view) =>
        view.State is Unlinking.Closing { Missing: [] } closing && closing.From <= time.GetUtcNow()
            ? new(
                "", view.Partition.Facts.Jurisdiction, view.Partition.Facts.Profession, null, null,
                ClosingSince: view.Partition.Facts.ClosingSince, UnlinkedAt: time.GetUtcNow())
            : null;

    private async Task<Unlinking> ChangeAsync(
        AuditSubject who, PracticeId practice, ClientId client, Func<View, ClientFacts?> next, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        await audit.AppendAsync(who.Event(AuditKind.Listed)); // the answer says how far it is, also if nothing changes
        while (await ReadAsync(practice, client, cancel) is { } view)
        {
            if (next(view) is not { } facts)
            {
                return view.State;
            }

            var changes = view.Partition.Bump(facts);
            await audit.ChangeAsync(
                who, changes.Describe(Table.Clients).Concat(facts.UnlinkedAt is null ? [] : [Audit.LoggedChange.Erasing]),
                async _ => await store.CommitAsync(Table.Clients, view.Partition.Key, changes, cancel) == Commit.Done);
        }

        return new Unlinking.NoSuchClient();
    }

    private async Task EraseNamesAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        await Relatives.ForgetAsync(store, practice, client, cancel);
        while (await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel) is { Kind: not RowKinds.Unlinked } row)
        {
            RowChange[] changes = [new RowChange.Replace(row.Next("{}", RowKinds.Unlinked))];
            await audit.ChangeAsync(
                who, changes.Describe(Table.Directory),
                async _ => await store.CommitAsync(Table.Directory, row.Partition, changes, cancel) == Commit.Done);
        }
    }

    /// <summary>The client row first: the other rows are then at least as new, and a hold placed since bumps it.</summary>
    private async Task<View?> ReadAsync(PracticeId practice, ClientId client, CancellationToken cancel)
    {
        if (await ClientPartition.ReadAsync(store, practice, client, cancel) is not { } partition
            || await store.ReadPracticeAsync(practice, cancel) is not { } facts)
        {
            return null;
        }

        if (partition.Facts.UnlinkedAt is { } at)
        {
            return new(partition, new Unlinking.Unlinked(
                at, await store.ReadDirectoryAsync(practice, client, cancel) is null,
                [.. partition.Records.Select(r => RecordId.Parse(r.Key[Keys.Records.Length..]))]));
        }

        var missing = UnlinkingConditions.Missing(
            partition, await JointAsync(practice, client, partition.Facts, cancel), await store.ReadSpanningHoldsAsync(practice, cancel), await AccessRowsAsync(practice, client, cancel), facts, time.GetUtcNow());
        return new(partition, partition.Facts.ClosingSince is { } since ? new Unlinking.Closing(since + Wait, missing) : new Unlinking.Linked(missing));
    }

    /// <summary>A client who is closing is named by no other chart any more, so that what is counted here only gets less.</summary>
    private async Task<int> JointAsync(PracticeId practice, ClientId client, ClientFacts facts, CancellationToken cancel)
    {
        var named = 0;
        foreach (var chart in facts.JointIds())
        {
            var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, chart), Keys.Client, cancel);
            named += row?.As<ClientFacts>() is { UnlinkedAt: null } joint && joint.MemberIds().Contains(client) ? 1 : 0;
        }

        return named;
    }

    private async Task<IReadOnlyList<Row>> AccessRowsAsync(PracticeId practice, ClientId client, CancellationToken cancel)
    {
        var rows = await store.ListAsync(Table.Access, Keys.Partition(practice, client), "", cancel).ToListAsync(cancel);
        await foreach (var person in store.ListAsync(Table.Practices, practice.ToString(), Keys.Persons, cancel))
        {
            var partition = Keys.People(practice, Guid.ParseExact(person.Key[Keys.Persons.Length..], "D"));
            rows.AddRange(await store.ListAsync(Table.Access, partition, client.ToString(), cancel).ToListAsync(cancel));
        }

        return rows;
    }

    private sealed record View(ClientPartition Partition, Unlinking State);
}
