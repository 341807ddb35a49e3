using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>Finds practices and their people. Needs no key.</summary>
public sealed class PracticeLookup(IRecordStore store)
{
    /// <summary>The practices whose tenant this is.</summary>
    public async Task<IReadOnlyList<PracticeId>> OfTenantAsync(Guid tenant, CancellationToken cancel)
    {
        var practices = new List<PracticeId>();
        await foreach (var row in store.ListAsync(Table.Practices, Keys.Tenant(tenant), "", cancel))
        {
            practices.Add(PracticeId.Parse(row.Key));
        }

        return practices;
    }

    /// <summary>Null if the practice has not seen them.</summary>
    public async Task<PersonFacts?> PersonAsync(PracticeId practice, Guid person, CancellationToken cancel) =>
        (await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Person(person), cancel))?.As<PersonFacts>();

    /// <summary>All whom the practice has seen.</summary>
    public async IAsyncEnumerable<(Guid Person, PersonFacts Facts)> PeopleAsync(
        PracticeId practice, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(Table.Practices, practice.ToString(), Keys.Persons, cancel))
        {
            yield return (Guid.ParseExact(row.Key[Keys.Persons.Length..], "D"), row.As<PersonFacts>());
        }
    }

    /// <summary>
    /// The object id of a member of staff, by account name or by the object id itself; null if unknown, and null if
    /// two people bear the name: a name comes from a token, an object id does not.
    /// </summary>
    public async Task<Guid?> FindPersonAsync(PracticeId practice, string nameOrId, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(nameOrId);
        if (Guid.TryParse(nameOrId, out var asked))
        {
            return await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Person(asked), cancel) is null ? null : asked;
        }

        var found = new List<Guid>();
        await foreach (var row in store.ListAsync(Table.Practices, practice.ToString(), "person|", cancel))
        {
            if (string.Equals(row.As<PersonFacts>().Name, nameOrId, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(Guid.ParseExact(row.Key["person|".Length..], "D"));
            }
        }

        return found is [var only] ? only : null;
    }
}
