using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>
/// The names of a member of staff and of their family, so that looking oneself or a relative up is seen. They are sealed
/// under the practice's index key, and compared with clients' names where that key is open anyway: when they are named,
/// with every client; when a client is taken in, with that one. What is left in a row is that a person and a client are
/// near, and no name.
/// </summary>
public sealed class Relatives(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    public const int MaxNames = 20;

    private const string Prefix = "relatives|";
    private const char Separator = '\n';

    /// <summary>
    /// Takes the place of what was said before. One unwrap and one <c>listed</c> entry; broken off, it is to be repeated and
    /// goes on.
    /// </summary>
    /// <param name="own">The person's own name.</param>
    /// <param name="family">Names of their family, such as a surname.</param>
    /// <returns>How many clients bear one of the names.</returns>
    public async Task<int> NameAsync(
        AuditSubject who, PracticeId practice, Guid person, string own, IReadOnlyList<string> family, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var practiceKey = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        await SetAsync(
            who, Table.Practices, practice.ToString(), $"{Prefix}{person:D}", RowKinds.Relatives,
            _ => RowBody.Write(new RelativesFacts(practiceKey.SealText(string.Join(Separator, [own, .. family]), Place(practice, person)))), cancel);

        var near = 0;
        await foreach (var row in store.ListAsync(Table.Directory, practice.ToString(), "", cancel))
        {
            var client = ClientId.Parse(row.Key);
            var facts = row.As<DirectoryFacts>();
            using var key = practiceKey.UnwrapClient(facts.IndexKey, practice, client);
            var kin = KinOf(own, family, key.OpenText(facts.Name, ClientRegister.Place(practice, client, "name")));
            near += kin is null ? 0 : 1;
            await SetAsync(
                who, Table.Access, Keys.People(practice, person), Keys.Kin(client), RowKinds.Kin, old => Mark(old?.As<RelationshipFacts>(), kin), cancel);
        }

        return near;
    }

    /// <summary>The rows that say who of the staff is near a client who is being taken in.</summary>
    internal static async Task<IReadOnlyList<RowChange>> NearAsync(
        IRecordStore store, IndexKey practiceKey, PracticeId practice, ClientId client, string name, DateTimeOffset now, CancellationToken cancel)
    {
        var near = new List<RowChange>();
        await foreach (var row in store.ListAsync(Table.Practices, practice.ToString(), Prefix, cancel))
        {
            var person = Guid.ParseExact(row.Key[Prefix.Length..], "D");
            var names = practiceKey.OpenText(row.As<RelativesFacts>().Names, Place(practice, person)).Split(Separator);
            if (KinOf(names[0], names[1..], name) is { } kin)
            {
                near.Add(new RowChange.Insert(Row.New(
                    Keys.People(practice, person), Keys.Kin(client), RowKinds.Kin, RowBody.Write(new RelationshipFacts(Words.Kebab(kin), now, null)))));
            }
        }

        return near;
    }

    /// <summary>By whole words, in any order, script and case: <c>King, Ada</c> is <c>ada king</c>.</summary>
    internal static Kin? KinOf(string own, IEnumerable<string> family, string client)
    {
        var words = WordsOf(client);
        return Has(own) ? Kin.Self : family.Any(Has) ? Kin.Family : null;

        bool Has(string name) => WordsOf(name) is { Count: > 0 } some && some.IsSubsetOf(words);
    }

    private static HashSet<string> WordsOf(string name) =>
        [.. name.Split([' ', '\t', ',', '-', '.'], StringSplitOptions.RemoveEmptyEntries).Select(Reasons.Essence).Where(w => w.Length > 0)];

    /// <summary>Null: nothing is to be changed.</summary>
    private string? Mark(RelationshipFacts? old, Kin? kin)
    {
        var now = time.GetUtcNow();
        var standing = old?.IsCurrent(now) == true ? Words.Parse<Kin>(old.Kind) : null;
        return standing == kin ? null
            : RowBody.Write(kin is { } near ? new RelationshipFacts(Words.Kebab(near), now, null) : old! with { Until = now });
    }

    private async Task SetAsync(
        AuditSubject who, Table table, string partition, string key, string kind, Func<Row?, string?> body, CancellationToken cancel)
    {
        while (true)
        {
            var row = await store.ReadAsync(table, partition, key, cancel);
            if (body(row) is not { } next)
            {
                return;
            }

            RowChange change = row is null ? new RowChange.Insert(Row.New(partition, key, kind, next)) : new RowChange.Replace(row.Next(next));
            if (await audit.ChangeInOrderAsync(store, who, [(table, change)], cancel))
            {
                return;
            }
        }
    }

    private static TextPlace Place(PracticeId practice, Guid person) => new(practice, null, $"{Prefix}{person:D}", "names");
}
