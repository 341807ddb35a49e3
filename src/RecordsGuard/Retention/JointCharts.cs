using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention.Purging;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>What came of naming members.</summary>
public enum Naming
{
    Done,
    NoSuchChart,

    /// <summary>It is one client's chart, and stays so.</summary>
    NotJoint,

    /// <summary>Too few, too many, or one of them is no client of this practice with a chart of their own.</summary>
    NoMembers,

    /// <summary>Somebody who would be left out is held: that hold binds this chart too.</summary>
    Held,
}

/// <summary>
/// Joint charts: who belongs to them, and what has to follow when something changes with a member. A member's row names the
/// chart before the chart names the member, and never forgets it; whoever changes a member's holds or facts bumps the charts
/// that this row names before they answer. So a purge that decided on a joint record before loses its commit, and who
/// decides later reads the member's rows as they are then.
/// </summary>
public sealed class JointCharts(IRecordStore store, AuditLog audit, DueIndex due, TimeProvider time)
{
    /// <summary>Asked before a joint chart is taken in, so that a refused one leaves nothing.</summary>
    public async Task<bool> CanBeMembersAsync(PracticeId practice, IReadOnlyCollection<ClientId> members, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Distinct().Count() is < 2 or > JointChart.MaxMembers)
        {
            return false;
        }

        foreach (var member in members)
        {
            var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, member), Keys.Client, cancel);
            if (row?.As<ClientFacts>() is not { ClosingSince: null } facts || facts.IsJoint())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>These are the members from now on. Safe to repeat; a crash leaves the members as they were, or done.</summary>
    public async Task<Naming> NameAsync(
        AuditSubject who, PracticeId practice, ClientId chart, IReadOnlyCollection<ClientId> members, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(members);
        if (await ClientPartition.ReadAsync(store, practice, chart, cancel) is not { } before)
        {
            return Naming.NoSuchChart;
        }

        if (!before.Facts.IsJoint())
        {
            return Naming.NotJoint;
        }

        if (!await CanBeMembersAsync(practice, members, cancel))
        {
            return Naming.NoMembers;
        }

        foreach (var member in members)
        {
            await TellMemberAsync(who, practice, member, chart, cancel);
        }

        while (await ClientPartition.ReadAsync(store, practice, chart, cancel) is { } partition)
        {
            if (await IsHeldAsync(practice, partition.Facts.MemberIds().Except(members), cancel))
            {
                return Naming.Held;
            }

            if (await BumpAsync(who, partition, partition.Facts with { Members = JointChart.Write(members) }, cancel))
            {
                return Naming.Done;
            }
        }

        return Naming.NoSuchChart;
    }

    /// <summary>
    /// After a member's holds or facts have changed: bumps each joint chart of theirs and lists its records by the new
    /// facts. What changed is in force there once this returns. Safe to repeat.
    /// </summary>
    /// <param name="member">As committed with the change.</param>
    public async Task FollowAsync(AuditSubject who, PracticeId practice, ClientFacts member, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        foreach (var chart in member.JointIds())
        {
            await BumpAsync(who, practice, chart, cancel);
        }
    }

    /// <summary>
    /// Bumps any chart, and lists its records by what is in force now: whoever decided before loses their commit. Nothing
    /// if there is no such chart.
    /// </summary>
    /// <param name="andTombstones">The due index was lost perhaps: what is destroyed is finished, and looked at after its undo window, too.</param>
    internal async Task BumpAsync(AuditSubject who, PracticeId practice, ClientId chart, CancellationToken cancel, bool andTombstones = false)
    {
        while (await ClientPartition.ReadAsync(store, practice, chart, cancel) is { } partition)
        {
            if (andTombstones)
            {
                await ListTombstonesAsync(partition, cancel);
            }

            if (await BumpAsync(who, partition, partition.Facts, cancel))
            {
                return;
            }
        }
    }

    /// <summary>
    /// Before a commit of facts: a due row too many is a stale hint, one too few would be a record never reviewed.
    /// </summary>
    /// <param name="facts">As they will be.</param>
    /// <param name="listed">What has been listed already, or null.</param>
    internal async Task ListDueAsync(ClientPartition partition, ClientFacts facts, ClientPartition? listed, CancellationToken cancel)
    {
        var practice = await store.ReadPracticeAsync(partition.Practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        var schedule = await ChartSchedule.ReadAsync(store, partition.Practice, facts, cancel);
        foreach (var row in partition.Records.Where(r => r.Kind == RowKinds.Record && listed?.Row(r.Key) is null))
        {
            var stored = row.As<RecordFacts>();
            if (schedule.Evaluate(stored.Class, stored.Created).ReviewFrom is { } review)
            {
                var record = RecordId.Parse(row.Key[Keys.Records.Length..]);
                var day = DueIndex.NotBefore(review, practice.Today(time));
                await due.AddAsync(new(day, partition.Practice, partition.Client, record), cancel);
            }
        }
    }

    private async Task ListTombstonesAsync(ClientPartition partition, CancellationToken cancel)
    {
        var practice = await store.ReadPracticeAsync(partition.Practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        var lookedAt = time.GetUtcNow().AddDays(-(Certificate.UndoWindowDays + Sweep.ReviewDays));
        foreach (var row in partition.Records.Where(r => r.Kind == RowKinds.Tombstone))
        {
            if (row.As<TombstoneFacts>() is var tombstone && (tombstone.Certificate is null || tombstone.PurgedAt > lookedAt))
            {
                var record = RecordId.Parse(row.Key[Keys.Records.Length..]);
                await due.AddAsync(new(practice.Today(time), partition.Practice, partition.Client, record), cancel);
            }
        }
    }

    private async Task TellMemberAsync(AuditSubject who, PracticeId practice, ClientId member, ClientId chart, CancellationToken cancel)
    {
        while (await store.ReadAsync(Table.Clients, Keys.Partition(practice, member), Keys.Client, cancel) is { } row)
        {
            var facts = row.As<ClientFacts>();
            if (facts.JointIds().Contains(chart))
            {
                return;
            }

            RowChange[] changes = [new RowChange.Replace(row.Next(RowBody.Write(
                facts with { Joint = JointChart.Write([.. facts.JointIds(), chart]) })))];
            if (await CommitAsync(who with { Client = facts.Pseudonym }, row.Partition, changes, cancel))
            {
                return;
            }
        }
    }

    private async Task<bool> IsHeldAsync(PracticeId practice, IEnumerable<ClientId> members, CancellationToken cancel)
    {
        var facts = await store.ReadPracticeAsync(practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        foreach (var member in members)
        {
            await foreach (var hold in store.ListAsync(Table.Clients, Keys.Partition(practice, member), Keys.Holds, cancel))
            {
                // One on a single record of the member's own binds nothing here.
                if (hold.As<HoldFacts>() is { Record: null } held && held.IsInForce(facts.Today(time)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>False: somebody else was first. An upload bumps nothing, so what came meanwhile is listed after the commit.</summary>
    private async Task<bool> BumpAsync(AuditSubject who, ClientPartition partition, ClientFacts facts, CancellationToken cancel)
    {
        await ListDueAsync(partition, facts, null, cancel);
        var changes = partition.Bump(facts);
        if (!await CommitAsync(who with { Client = facts.Pseudonym }, partition.Key, changes, cancel))
        {
            return false;
        }

        if (await ClientPartition.ReadAsync(store, partition.Practice, partition.Client, cancel) is { } after)
        {
            await ListDueAsync(after, after.Facts, partition, cancel);
        }

        return true;
    }

    private Task<bool> CommitAsync(AuditSubject who, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
        audit.ChangeAsync(
            who, changes.Describe(Table.Clients),
            async _ => await store.CommitAsync(Table.Clients, partition, changes, cancel) == Commit.Done);
}
