using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>
/// "Never this person": a client's word. It takes away what the person is to the client, whoever gave it; breaking the glass
/// is left, for an emergency. Every attempt is an alert of its own, whatever comes of it. A row of the person's partition that
/// begins with the client's id: the gate reads it with the relationships, in the same call.
/// </summary>
public sealed class NeverMarks(IRecordStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>In force from the next request on; the same again changes nothing.</summary>
    public Task MarkAsync(AuditSubject who, PracticeId practice, ClientId client, Guid person, CancellationToken cancel) =>
        SetAsync(who, practice, client, person, marked: true, cancel);

    /// <summary>Relationships that were not ended meanwhile count again.</summary>
    public Task WithdrawAsync(AuditSubject who, PracticeId practice, ClientId client, Guid person, CancellationToken cancel) =>
        SetAsync(who, practice, client, person, marked: false, cancel);

    private async Task SetAsync(AuditSubject who, PracticeId practice, ClientId client, Guid person, bool marked, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var (partition, key) = (Keys.People(practice, person), Keys.Never(client));
        while (true)
        {
            var (row, now) = (await store.ReadAsync(Table.Access, partition, key, cancel), time.GetUtcNow());
            if ((row?.As<RelationshipFacts>().IsCurrent(now) ?? false) == marked)
            {
                return;
            }

            var facts = marked ? new RelationshipFacts(RowKinds.Never, now, null) : row!.As<RelationshipFacts>() with { Until = now };
            RowChange change = row is null
                ? new RowChange.Insert(Row.New(partition, key, RowKinds.Never, RowBody.Write(facts)))
                : new RowChange.Replace(row.Next(RowBody.Write(facts)));
            if (await audit.ChangeInOrderAsync(store, who, [(Table.Access, change)], cancel))
            {
                return;
            }
        }
    }
}
