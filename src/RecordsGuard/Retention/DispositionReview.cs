using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>One client ("chart") with what is due for review, as it stands now.</summary>
/// <param name="Unreadable">A row of this client's is not what we wrote: it is left out, and stays as it is.</param>
public sealed record DueChart(string Client, IReadOnlyList<DueRecord> Records, bool Unreadable = false);

/// <param name="State">What the choke point says today.</param>
public sealed record DueRecord(RecordId Record, string Class, Disposition State);

/// <summary>What came of an approval.</summary>
public abstract record ApprovalAnswer
{
    private ApprovalAnswer()
    {
    }

    /// <param name="Approved">Records that will be purged when their waiting period is over, unless something protects them then.</param>
    /// <param name="NotApproved">Records asked for that may not be approved today, and why.</param>
    /// <param name="PurgeFrom">The first day on which one of them may be purged; those approved before keep their day.</param>
    public sealed record Done(
        IReadOnlyList<RecordId> Approved, IReadOnlyDictionary<RecordId, Disposition> NotApproved, DateOnly PurgeFrom) : ApprovalAnswer;

    /// <summary>More clients than the cap without a confirmed count: nothing was approved.</summary>
    public sealed record OverCap(int Clients, int Cap) : ApprovalAnswer;

    public sealed record NoSuchClient(ClientId Client) : ApprovalAnswer;
}

/// <summary>What a custodian looks at and approves. The list is a hint; every line is decided again from its rows.</summary>
public sealed class DispositionReview(IRecordStore store, AuditLog audit, DueIndex due, IWorkQueue queue, TimeProvider time)
{
    /// <summary>A batch takes 100 changes, one of them the client row; a longer chart is approved in several commits.</summary>
    private const int BatchRecords = CommitLimits.MaxChanges - 1;

    /// <summary>In the approver's place where the practice chose that a class of records goes by itself.</summary>
    public const string Automatic = "automatic";

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
            try
            {
                if (await ChartAsync(practice, facts, ClientId.Parse(row.Key), cancel) is { } chart)
                {
                    charts.Add(chart);
                }
            }
            catch (Exception e) when (e is FormatException or InvalidDataException)
            {
                // One row that nobody can read must not hide all the others; whoever asked is told, and security staff.
                charts.Add(new(row.Key, [], Unreadable: true));
            }
        }

        return charts;
    }

    private async Task<DueChart?> ChartAsync(PracticeId practice, PracticeFacts facts, ClientId client, CancellationToken cancel)
    {
        if (await ClientPartition.ReadAsync(store, practice, client, cancel) is not { } partition)
        {
            return null;
        }

        var spanning = await Spanning.ReadAsync(store, practice, cancel);
        var (records, unreadable) = (new List<DueRecord>(), false);
        var today = facts.Today(time);
        foreach (var row in partition.Records.Where(r => r.Kind == RowKinds.Record))
        {
            try
            {
                var id = RecordId.Parse(row.Key[Keys.Records.Length..]);
                var state = Disposition.Decide(partition, id, spanning, today);
                if (state is Disposition.NeedsApproval or Disposition.Waiting or Disposition.Purge or Disposition.Held
                    || (state is Disposition.Retain && state.IsPressing(today)))
                {
                    records.Add(new(id, row.As<RecordFacts>().Class, state));
                }
            }
            catch (Exception e) when (e is FormatException or InvalidDataException)
            {
                unreadable = true;
            }
        }

        return records.Count > 0 || unreadable ? new(client.ToString(), records, unreadable) : null;
    }

    /// <summary>
    /// Approves whatever is due of these clients. Safe to repeat. A crash between two clients leaves the first
    /// approved and the second not.
    /// </summary>
    /// <param name="confirmedCount">The number of clients the custodian confirmed, or null.</param>
    /// <param name="takesTwo">An approval from now on counts only with a second person's.</param>
    public async Task<ApprovalAnswer> ApproveAsync(
        AuditSubject who, PracticeId practice, IReadOnlyCollection<ClientId> clients, int? confirmedCount, CancellationToken cancel,
        bool takesTwo = false)
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
        var approved = new Dictionary<RecordId, DateOnly>();
        var not = new Dictionary<RecordId, Disposition>();
        foreach (var partition in partitions)
        {
            await ApproveClientAsync(new(who, today, purgeFrom, takesTwo), partition, approved, not, cancel);
        }

        return new ApprovalAnswer.Done([.. approved.Keys], not, approved.Values.DefaultIfEmpty(purgeFrom).Min());
    }

    /// <summary>
    /// Approves what the practice chose to let go by itself: records of such classes, on which nobody has ever decided
    /// anything. They wait and can be withdrawn as any other. Safe to repeat.
    /// </summary>
    public async Task ApproveAutomaticallyAsync(PracticeId practice, ClientId client, CancellationToken cancel)
    {
        var facts = await store.ReadPracticeAsync(practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        if (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            var today = facts.Today(time);
            var who = new AuditSubject("automatic-disposition", practice.ToString());
            await ApproveClientAsync(
                new(who, today, today.AddDays(facts.WaitingDays), TakesTwo: false, Automatic: true), partition, [], [], cancel);
        }
    }

    /// <summary>
    /// Takes back what was approved of these clients and is not destroyed yet. An approval stays as a row that counts no
    /// more; a purge that decided before loses its commit. Safe to repeat.
    /// </summary>
    /// <returns>The records that now need an approval again; null: one of these is no client, and nothing was changed.</returns>
    public async Task<IReadOnlyList<RecordId>?> WithdrawAsync(
        AuditSubject who, PracticeId practice, IReadOnlyCollection<ClientId> clients, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(clients);
        foreach (var client in clients)
        {
            if (await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is null)
            {
                return null;
            }
        }

        var withdrawn = new HashSet<RecordId>();
        foreach (var client in clients)
        {
            while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
            {
                var now = partition.Approvals.Where(a => a.As<ApprovalFacts>().WithdrawnAt is null
                    && partition.Row(Keys.Record(Approved(a)))?.Kind == RowKinds.Record).Take(BatchRecords).ToList();
                if (now.Count == 0)
                {
                    break;
                }

                var changes = partition.Bump(partition.Facts, now.Select(a => new RowChange.Replace(a.Next(RowBody.Write(
                    a.As<ApprovalFacts>() with { WithdrawnBy = who.Person, WithdrawnAt = time.GetUtcNow() })))));
                if (await audit.ChangeAsync(
                    who with { Client = partition.Facts.Pseudonym }, changes.Describe(Table.Clients),
                    async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done))
                {
                    withdrawn.UnionWith(now.Select(Approved));
                }
            }
        }

        return [.. withdrawn];
    }

    private static RecordId Approved(Row approval) => RecordId.Parse(approval.Key[Keys.Approvals.Length..]);

    /// <summary>Commits until nothing of this client is left to approve, then answers what the rows say.</summary>
    private async Task ApproveClientAsync(
        Approving approving, ClientPartition partition,
        Dictionary<RecordId, DateOnly> approved, Dictionary<RecordId, Disposition> not, CancellationToken cancel)
    {
        while (true)
        {
            var spanning = await Spanning.ReadAsync(store, partition.Practice, cancel);
            var decided = partition.Records
                .Select(r => RecordId.Parse(r.Key[Keys.Records.Length..]))
                .ToDictionary(id => id, id => Disposition.Decide(partition, id, spanning, approving.Today));

            // Each at most once: by a hold with a later time stamp (clocks differ) an approval can be void when it is made.
            var now = decided.Where(d => d.Value is Disposition.NeedsApproval due && !approved.ContainsKey(d.Key)
                && approving.Takes(due, () => spanning.Schedule.IsAutomatic(partition.Row(Keys.Record(d.Key))!.As<RecordFacts>().Class)))
                .Take(BatchRecords).ToDictionary(d => d.Key, d => (Disposition.NeedsApproval)d.Value);
            if (now.Count == 0)
            {
                await RefuseHeldAsync(approving, partition, decided.Values);
                Report(decided, approved, not);
                return;
            }

            if (await CommitAsync(approving, partition, now, cancel))
            {
                foreach (var id in now.Keys)
                {
                    approved[id] = approving.PurgeFrom;
                    if (approving.PurgeFrom <= approving.Today)
                    {
                        var message = new PurgeMessage(partition.Practice, partition.Client, id, approving.PurgeFrom);
                        await queue.SendAsync(WorkQueues.Purge, message.ToString(), TimeSpan.Zero, cancel);
                    }
                }
            }

            partition = await ClientPartition.ReadAsync(store, partition.Practice, partition.Client, cancel)
                ?? throw new StoreUnavailableException("The client's row was there a moment ago.");
        }
    }

    /// <summary>What a hold refused somebody is in the log, once for the chart. The nightly sweep asks for nothing.</summary>
    private async Task RefuseHeldAsync(Approving approving, ClientPartition partition, IEnumerable<Disposition> decided)
    {
        var holds = decided.OfType<Disposition.Held>().SelectMany(h => h.Holds).Distinct().ToList();
        if (holds.Count > 0 && !approving.Automatic)
        {
            var who = approving.Who with { Client = partition.Facts.Pseudonym };
            await audit.AppendAsync(who.Event(AuditKind.Refused, Disposition.Held.Details(holds)));
        }
    }

    /// <summary>Approved before counts as approved, so that a repeated request has the same answer.</summary>
    private static void Report(
        Dictionary<RecordId, Disposition> decided, Dictionary<RecordId, DateOnly> approved, Dictionary<RecordId, Disposition> not)
    {
        foreach (var (id, state) in decided)
        {
            switch (state)
            {
                case Disposition.Waiting waiting:
                    approved[id] = waiting.Approval.PurgeFrom;
                    break;
                case Disposition.Purge purge:
                    approved[id] = purge.Approval.PurgeFrom;
                    break;
                case not Disposition.Purged:
                    approved.Remove(id); // a hold or other facts came right after, or it takes a second person
                    not[id] = state;
                    break;
                default:
                    break;
            }
        }
    }

    private async Task<bool> CommitAsync(
        Approving approving, ClientPartition partition, Dictionary<RecordId, Disposition.NeedsApproval> now, CancellationToken cancel)
    {
        // The hint to purge comes first: a crash after the commit is then finished by the sweep.
        foreach (var id in now.Keys)
        {
            await due.AddAsync(new(approving.PurgeFrom, partition.Practice, partition.Client, id), cancel);
        }

        var changes = partition.Bump(partition.Facts, now.Select(d => Approve(approving, partition, d.Key, d.Value)));
        return await audit.ChangeAsync(
            approving.Who with { Client = partition.Facts.Pseudonym }, changes.Describe(Table.Clients),
            async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
    }

    private RowChange Approve(Approving approving, ClientPartition partition, RecordId id, Disposition.NeedsApproval due)
    {
        var body = RowBody.Write(due.First is { } first
            ? first with { SecondBy = approving.Who.Person, SecondAt = time.GetUtcNow(), PurgeFrom = approving.PurgeFrom }
            : new ApprovalFacts(
                approving.Automatic ? Automatic : approving.Who.Person, time.GetUtcNow(), approving.PurgeFrom,
                due.Schedule.Rule.Id, due.Schedule.MayDestroyFrom, TakesTwo: approving.TakesTwo));
        return partition.Row(Keys.Approval(id)) is { } stale
            ? new RowChange.Replace(stale.Next(body))
            : new RowChange.Insert(Row.New(partition.Key, Keys.Approval(id), RowKinds.Approval, body));
    }

    /// <param name="PurgeFrom">The first day after the waiting period that begins now.</param>
    /// <param name="Automatic">Nobody in particular: the practice's own choice.</param>
    private sealed record Approving(AuditSubject Who, DateOnly Today, DateOnly PurgeFrom, bool TakesTwo, bool Automatic = false)
    {
        /// <summary>Nobody is their own second person; what somebody has decided on once is never automatic again.</summary>
        public bool Takes(Disposition.NeedsApproval due, Func<bool> isAutomatic) =>
            Automatic ? due.Untouched && isAutomatic() : due.First?.ApprovedBy != Who.Person;
    }
}
