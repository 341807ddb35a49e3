using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>How near a member of staff and a client are, as far as names tell.</summary>
public enum Kin
{
    /// <summary>The client has the person's own name.</summary>
    Self,

    /// <summary>The client has a name of the person's family.</summary>
    Family,
}

/// <summary>
/// What stands between a person and a client besides relationships. Rows of the person's partition that begin with the
/// client's id: the gate reads them with the relationships, in the same call.
/// </summary>
/// <param name="Never">The client does not want this person to see their file.</param>
public sealed record ClientMarks(bool Never, Kin? Kin)
{
    public static ClientMarks None { get; } = new(false, null);

    /// <summary>With what one more row says at this moment; a row of another kind says nothing.</summary>
    internal ClientMarks With(Row row, DateTimeOffset now) => row.Kind switch
    {
        RowKinds.Never => this with { Never = Never || row.As<RelationshipFacts>().IsCurrent(now) },
        RowKinds.Kin when row.As<RelationshipFacts>() is var facts && facts.IsCurrent(now) => this with { Kin = Words.Parse<Kin>(facts.Kind) },
        _ => this,
    };
}

/// <summary>
/// "Never this person": a client's word. It takes away what the person is to the client, whoever gave it; breaking the glass
/// is left, for an emergency. Every attempt is an alert of its own, whatever comes of it.
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
