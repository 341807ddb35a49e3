using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>Retention facts that arrive late or were wrong: every change recomputes what it touches.</summary>
public sealed class FactsCorrection(IRecordStore store, AuditLog audit, DueIndex due, TimeProvider time)
{
    /// <summary>Null if there is no such client.</summary>
    /// <param name="correct">Pure; may run again if somebody else changed the client meanwhile.</param>
    public async Task<ClientFacts?> CorrectAsync(
        AuditSubject who, PracticeId practice, ClientId client, Func<ClientFacts, ClientFacts> correct, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(correct);
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            var facts = correct(partition.Facts);
            if (facts == partition.Facts)
            {
                return facts;
            }

            await ListDueAsync(partition, facts, cancel);
            var changes = partition.Bump(facts);
            var done = await audit.ChangeAsync(
                who, changes.Describe(Table.Clients),
                async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
            if (done)
            {
                return facts;
            }
        }

        return null;
    }

    /// <summary>Before the commit: a due row too many is a stale hint, one too few would be a record never reviewed.</summary>
    private async Task ListDueAsync(ClientPartition partition, ClientFacts facts, CancellationToken cancel)
    {
        var practice = await store.ReadPracticeAsync(partition.Practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        foreach (var row in partition.Records.Where(r => r.Kind == RowKinds.Record))
        {
            if (RetentionSchedule.Evaluate(facts, row.As<RecordFacts>().Class) is RetentionAnswer.Until until)
            {
                var record = RecordId.Parse(row.Key[Keys.Records.Length..]);
                await due.AddAsync(
                    new(DueIndex.NotBefore(until.MayDestroyFrom, practice.Today(time)), partition.Practice, partition.Client, record), cancel);
            }
        }
    }
}
