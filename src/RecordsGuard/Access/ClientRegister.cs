using System.Globalization;
using System.Runtime.CompilerServices;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>A client to be, as the front desk typed it.</summary>
/// <param name="BirthDate">Null: a joint chart, whose members are to be named next.</param>
/// <param name="Clinicians">Object ids of those assigned.</param>
public sealed record NewClient(
    string Name, string ChartNumber, DateOnly? BirthDate, string Jurisdiction, string Profession,
    DateOnly? LastService, IReadOnlyList<Guid> Clinicians);

/// <summary>A client as somebody who may list them sees it.</summary>
public sealed record ListedClient(ClientId Id, string Name, string ChartNumber);

/// <summary>The practice's clients: taking one in, and finding one by name or chart number.</summary>
public sealed class ClientRegister(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    private static readonly string Assigned = Relationship.Assigned.Word();

    /// <summary>
    /// Facts, relationships, then the directory row, which is the commit point: until then nobody knows the id, and
    /// what a crash leaves behind can be reached by nobody.
    /// </summary>
    public async Task<ClientId> RegisterAsync(
        AuditSubject who, PracticeId practice, NewClient client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(client);
        var id = ClientId.New();
        var facts = new ClientFacts(
            Gate.NewPseudonym(), client.Jurisdiction, client.Profession, client.LastService,
            client.BirthDate is { } born ? Birthdays.EighteenthIfNeeded(born, client.LastService) : null,
            Members: client.BirthDate is null ? "" : null, Salt: Gate.NewPseudonym());
        var subject = who with { Client = facts.Pseudonym };
        var opened = await audit.AppendAsync(subject.Event(AuditKind.HouseKeeping));
        using var practiceKey = await keys.OpenPracticeAsync(practice, opened.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        using var key = IndexKey.New();
        var directory = new DirectoryFacts(
            practiceKey.WrapClient(key, practice, id),
            key.SealText(client.Name, Place(practice, id, "name")),
            key.SealText(client.ChartNumber, Place(practice, id, "chartNumber")),
            client.BirthDate is { } birth
                ? key.SealText(birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Place(practice, id, "birthDate")) : null);
        var relationship = RowBody.Write(new RelationshipFacts(Assigned, time.GetUtcNow(), null));
        await Relatives.HintAsync(store, practiceKey, practice, id, client.Name, cancel);
        List<(Table Table, RowChange Change)> steps =
        [
            (Table.Clients, Insert(Keys.Partition(practice, id), Keys.Client, RowKinds.Client, RowBody.Write(facts))),
            .. client.Clinicians.Distinct().Select(c => (
                Table.Access, Insert(Keys.People(practice, c), Keys.Relationship(id, Assigned), RowKinds.Relationship, relationship))),
            (Table.Directory, Insert(practice.ToString(), id.ToString(), RowKinds.Directory, RowBody.Write(directory))),
        ];
        return await audit.ChangeInOrderAsync(store, subject, steps, cancel) ? id : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>Those whose name or chart number contains the text, for one unwrap and one <c>listed</c> entry.</summary>
    /// <param name="onlyRelatedTo">If not null, only clients to whom this person has a current relationship.</param>
    public async IAsyncEnumerable<ListedClient> SearchAsync(
        AuditSubject who, PracticeId practice, string text, Guid? onlyRelatedTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var practiceKey = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        if (practiceKey is null)
        {
            yield break;
        }

        var related = onlyRelatedTo is { } person ? await RelatedAsync(practice, person, cancel) : null;
        await foreach (var row in store.ListAsync(Table.Directory, practice.ToString(), "", cancel))
        {
            if (row.Kind == RowKinds.Unlinked || (related is not null && !related.Contains(row.Key)))
            {
                continue;
            }

            var id = ClientId.Parse(row.Key);
            var facts = row.As<DirectoryFacts>();
            using var key = practiceKey.UnwrapClient(facts.IndexKey, practice, id);
            var name = key.OpenText(facts.Name, Place(practice, id, "name"));
            var chart = key.OpenText(facts.ChartNumber, Place(practice, id, "chartNumber"));
            if (name.Contains(text, StringComparison.OrdinalIgnoreCase) || chart.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                yield return new(id, name, chart);
            }
        }
    }

    internal static TextPlace Place(PracticeId practice, ClientId client, string field) =>
        new(practice, client, client.ToString(), field);

    private static RowChange Insert(string partition, string key, string kind, string body) =>
        new RowChange.Insert(Row.New(partition, key, kind, body));

    private async Task<HashSet<string>> RelatedAsync(PracticeId practice, Guid person, CancellationToken cancel)
    {
        var related = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in store.ListAsync(Table.Access, Keys.People(practice, person), "", cancel))
        {
            if (row.Kind == RowKinds.Relationship && row.As<RelationshipFacts>().IsCurrent(time.GetUtcNow()))
            {
                related.Add(Keys.ClientOf(row).ToString());
            }
        }

        return related;
    }
}
