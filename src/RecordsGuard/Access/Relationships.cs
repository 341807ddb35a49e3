using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>A relationship as those who give them see it.</summary>
/// <param name="Current">At the moment of listing.</param>
public sealed record ListedRelationship(
    Guid Person, string Name, string Kind, DateTimeOffset From, DateTimeOffset? Until, bool Current);

/// <summary>
/// The life of relationships: given, from one instant to another, ended, handed over when somebody leaves. A row is the
/// person's one relationship of that kind to the client; what it was before stands in the log. In force with its
/// commit, and no longer from the instant of its end: the gate reads it at every request.
/// </summary>
public sealed class Relationships(IRecordStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>Standing in is for a time; so is a custodian's task.</summary>
    public static readonly TimeSpan LongestTemporary = TimeSpan.FromDays(366);

    /// <summary>Null, or why a relationship cannot be like that.</summary>
    public static string? Complaint(Relationship kind, DateTimeOffset from, DateTimeOffset? until) => (kind, until) switch
    {
        (Relationship.OwnUpload or Relationship.BreakGlass, _) => "This kind comes about by what a person does and is not given.",
        (_, { } end) when end <= from => "It would end before it begins.",
        (Relationship.Covering or Relationship.CustodianTask, null) => "Say until when: standing in and a custodian's task end.",
        (Relationship.Covering or Relationship.CustodianTask, { } end) when end - from > LongestTemporary =>
            $"Standing in and a custodian's task last {LongestTemporary.TotalDays:0} days at most.",
        _ => null,
    };

    /// <summary>Gives it, or changes its time; the same again changes nothing.</summary>
    /// <exception cref="ArgumentException"><see cref="Complaint"/> has something to say.</exception>
    public async Task GiveAsync(
        AuditSubject who, PracticeId practice, ClientId client, Guid person, Relationship kind, DateTimeOffset from, DateTimeOffset? until,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (Complaint(kind, from, until) is { } complaint)
        {
            throw new ArgumentException(complaint);
        }

        var (partition, key) = (Keys.People(practice, person), Keys.Relationship(client, kind.Word()));
        var facts = new RelationshipFacts(kind.Word(), from, until);
        while (true)
        {
            var row = await store.ReadAsync(Table.Access, partition, key, cancel);
            if (row?.As<RelationshipFacts>() is { } old && (old == facts || (old.Until == until && old.From <= from && old.IsCurrent(from))))
            {
                return;
            }

            RowChange change = row is null
                ? new RowChange.Insert(Row.New(partition, key, RowKinds.Relationship, RowBody.Write(facts)))
                : new RowChange.Replace(row.Next(RowBody.Write(facts)));
            if (await audit.ChangeInOrderAsync(store, who, [(Table.Access, change)], cancel))
            {
                return;
            }
        }
    }

    /// <summary>Ends it now. False if there is none; one that has ended stays as it was.</summary>
    public async Task<bool> EndAsync(
        AuditSubject who, PracticeId practice, ClientId client, Guid person, Relationship kind, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (await store.ReadAsync(Table.Access, Keys.People(practice, person), Keys.Relationship(client, kind.Word()), cancel) is { } row)
        {
            var (facts, now) = (row.As<RelationshipFacts>(), time.GetUtcNow());
            if (facts.Until <= now)
            {
                return true;
            }

            var change = new RowChange.Replace(row.Next(RowBody.Write(facts with { Until = now })));
            if (await audit.ChangeInOrderAsync(store, who, [(Table.Access, change)], cancel))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Somebody leaves: all that they are to anybody, now or later, is the other person's, and ends for them. Each client
    /// by itself, given before it is ended: broken off, it is to be repeated and goes on.
    /// </summary>
    /// <returns>How many relationships were handed over.</returns>
    public async Task<int> HandOverAsync(AuditSubject who, PracticeId practice, Guid from, Guid to, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(Table.Access, Keys.People(practice, from), "", cancel))
        {
            rows.Add(row);
        }

        var moved = 0;
        foreach (var row in rows.Where(r => r.Kind == RowKinds.Relationship))
        {
            var (facts, now, client) = (row.As<RelationshipFacts>(), time.GetUtcNow(), Keys.ClientOf(row));
            if (Words.Parse<Relationship>(facts.Kind) is not { } kind || facts.Until <= now)
            {
                continue;
            }

            var clientRow = await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel);
            var subject = who with { Client = clientRow?.As<ClientFacts>().Pseudonym ?? "" };
            await GiveAsync(subject, practice, client, to, kind, facts.From > now ? facts.From : now, facts.Until, cancel);
            await EndAsync(subject, practice, client, from, kind, cancel);
            moved++;
        }

        return moved;
    }

    /// <summary>Who is, was or will be what to a client.</summary>
    public async Task<IReadOnlyList<ListedRelationship>> OfClientAsync(
        AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        await audit.AppendAsync(who.Event(AuditKind.Listed));
        var (found, now) = (new List<ListedRelationship>(), time.GetUtcNow());
        await foreach (var (person, name) in PeopleAsync(practice, cancel))
        {
            await foreach (var row in store.ListAsync(Table.Access, Keys.People(practice, person), client.ToString(), cancel))
            {
                if (row.Kind == RowKinds.Relationship && row.As<RelationshipFacts>() is var facts)
                {
                    found.Add(new(person, name, facts.Kind, facts.From, facts.Until, facts.IsCurrent(now)));
                }
            }
        }

        return found;
    }

    private IAsyncEnumerable<(Guid Person, string Name)> PeopleAsync(PracticeId practice, CancellationToken cancel) =>
        store.ListAsync(Table.Practices, practice.ToString(), Keys.Persons, cancel)
            .Select(r => (Guid.ParseExact(r.Key[Keys.Persons.Length..], "D"), r.As<PersonFacts>().Name));
}
