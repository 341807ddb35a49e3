using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>One client ("chart") with what is due for review, as it stands now.</summary>
public sealed record DueChart(ClientId Client, IReadOnlyList<DueRecord> Records);

/// <param name="State">What the choke point says today.</param>
public sealed record DueRecord(RecordId Record, string Class, Disposition State);

/// <summary>What came of an approval.</summary>
public abstract record ApprovalAnswer
{
    private ApprovalAnswer()
    {
    }

    /// <param name="Approved">Records that will be purged on <paramref name="PurgeFrom"/> unless something protects them then.</param>
    /// <param name="NotApproved">Records asked for that may not be approved today, and why.</param>
    public sealed record Done(
        IReadOnlyList<RecordId> Approved, IReadOnlyDictionary<RecordId, Disposition> NotApproved, DateOnly PurgeFrom) : ApprovalAnswer;

    /// <summary>More clients than the cap without a confirmed count: nothing was approved.</summary>
    public sealed record OverCap(int Clients, int Cap) : ApprovalAnswer;

    public sealed record NoSuchClient(ClientId Client) : ApprovalAnswer;
}

/// <summary>What a custodian looks at and approves. The list is a hint; every line is decided again from its rows.</summary>
public sealed class DispositionReview(IRecordStore store, AuditLog audit, DueIndex due, IWorkQueue queue, TimeProvider time)
{
    /// <summary>What the sweep listed and is still due, by client.</summary>
    public async Task<IReadOnlyList<DueChart>> ListAsync(PracticeId practice, CancellationToken cancel)
    {
        var charts = new List<DueChart>();
        if (await store.ReadPracticeAsync(practice, cancel) is not { } facts)
        {
            return charts;
        }

        await foreach (var row in store.ListAsync(Table.Dispositions, practice.ToString(), "", cancel))
        {
            var client = ClientId.Parse(row.Key);
            if (await ClientPartition.ReadAsync(store, practice, client, cancel) is not { } partition)
            {
                continue;
            }

            var holds = await store.ReadSpanningHoldsAsync(practice, cancel);
            var records = partition.Records
                .Where(r => r.Kind == RowKinds.Record)
                .Select(r => RecordId.Parse(r.Key[Keys.Records.Length..]))
                .Select(id => new DueRecord(
                    id, partition.Row(Keys.Record(id))!.As<RecordFacts>().Class,
                    Disposition.Decide(partition, id, holds, facts.Today(time))))
                .Where(d => d.State is Disposition.NeedsApproval or Disposition.Waiting or Disposition.Purge or Disposition.Held)
                .ToList();
            if (records.Count > 0)
            {
                charts.Add(new(client, records));
            }
        }

        return charts;
    }

    /// <summary>
    /// Approves whatever is due of these clients. Safe to repeat. A crash between two clients leaves the first
    /// approved and the second not.
    /// </summary>
    /// <param name="confirmedCount">The number of clients the custodian confirmed, or null.</param>
    public async Task<ApprovalAnswer> ApproveAsync(
        AuditSubject who, PracticeId practice, IReadOnlyCollection<ClientId> clients, int? confirmedCount, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(clients);
        var facts = await store.ReadPracticeAsync(practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        if (clients.Count > facts.ClientCap && confirmedCount != clients.Count)
        {
            return new ApprovalAnswer.OverCap(clients.Count, facts.ClientCap);
        }

        var partitions = new List<ClientPartition>();
        foreach (var client in clients)
        {
            if (await ClientPartition.ReadAsync(store, practice, client, cancel) is not { } partition)
            {
                return new ApprovalAnswer.NoSuchClient(client);
            }

            partitions.Add(partition);
        }

        var today = facts.Today(time);
        var purgeFrom = today.AddDays(facts.WaitingDays);
        var approved = new List<RecordId>();
        var not = new Dictionary<RecordId, Disposition>();
        foreach (var partition in partitions)
        {
            await ApproveClientAsync(who, partition, today, purgeFrom, approved, not, cancel);
        }

        return new ApprovalAnswer.Done(approved, not, purgeFrom);
    }

    private async Task ApproveClientAsync(
        AuditSubject who, ClientPartition partition, DateOnly today, DateOnly purgeFrom,
        List<RecordId> approved, Dictionary<RecordId, Disposition> not, CancellationToken cancel)
    {
        var holds = await store.ReadSpanningHoldsAsync(partition.Practice, cancel);
        var decided = partition.Records
            .Select(r => RecordId.Parse(r.Key[Keys.Records.Length..]))
            .ToDictionary(id => id, id => Disposition.Decide(partition, id, holds, today));
        // A batch takes 100 changes, one of them the client row; a longer chart is approved in several commits.
        var now = decided.Where(d => d.Value is Disposition.NeedsApproval).Select(d => d.Key).Take(99).ToList();
        foreach (var (id, state) in decided.Where(d => d.Value is not Disposition.NeedsApproval))
        {
            if (state is Disposition.Waiting or Disposition.Purge)
            {
                approved.Add(id); // approved before: the same answer to a repeated request
            }
            else if (state is not Disposition.Purged)
            {
                not[id] = state;
            }
        }

        if (now.Count == 0)
        {
            return;
        }

        // The hint to purge comes first: a crash after the commit is then finished by the sweep.
        foreach (var id in now)
        {
            await due.AddAsync(new(purgeFrom, partition.Practice, partition.Client, id), cancel);
        }

        var changes = partition.Bump(partition.Facts, now.Select(id => Approve(partition, id, decided[id], who.Person, purgeFrom)));
        var subject = who with { Client = partition.Facts.Pseudonym };
        var done = await audit.ChangeAsync(
            subject, changes.Describe(Table.Clients),
            async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
        if (!done || now.Count == 99)
        {
            var fresh = await ClientPartition.ReadAsync(store, partition.Practice, partition.Client, cancel);
            await ApproveClientAsync(who, fresh!, today, purgeFrom, approved, not, cancel);
            return;
        }

        approved.AddRange(now.Except(approved).ToList());
        if (purgeFrom <= today)
        {
            foreach (var id in now)
            {
                await queue.SendAsync(
                    WorkQueues.Purge, new PurgeMessage(partition.Practice, partition.Client, id, purgeFrom).ToString(), TimeSpan.Zero, cancel);
            }
        }
    }

    private RowChange Approve(ClientPartition partition, RecordId id, Disposition state, string person, DateOnly purgeFrom)
    {
        var schedule = ((Disposition.NeedsApproval)state).Schedule;
        var body = RowBody.Write(new ApprovalFacts(
            person, time.GetUtcNow(), purgeFrom, schedule.Rule.Id, schedule.MayDestroyFrom));
        return partition.Row(Keys.Approval(id)) is { } stale
            ? new RowChange.Replace(stale.Next(body))
            : new RowChange.Insert(Row.New(partition.Key, Keys.Approval(id), RowKinds.Approval, body));
    }
}
