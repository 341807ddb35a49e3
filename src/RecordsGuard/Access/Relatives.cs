using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
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
/// The names of a member of staff and of their family, so that looking oneself or a relative up is seen. They are sealed
/// under the practice's index key, and compared with clients' names where that key is open anyway: when they are named,
/// with every client; when a client is taken in, with that one. What is left is a hint, one row a person, that they and
/// some clients are near: no name, and nothing in the log that would outlive a client's unlinking.
/// </summary>
public sealed class Relatives(IRecordStore store, IndexKeys keys, AuditLog audit)
{
    public const int MaxNames = 20;

    /// <summary>More clients of a name than this, and it tells nobody apart.</summary>
    public const int MaxNear = 500;

    private const string Prefix = "relatives|";
    private const char Separator = '\n';

    /// <summary>
    /// Takes the place of what was said before. One unwrap and one <c>listed</c> entry; broken off, it is to be repeated.
    /// </summary>
    /// <param name="own">The person's own name.</param>
    /// <param name="family">Names of their family, such as a surname.</param>
    /// <returns>How many clients bear one of the names; null: more than <see cref="MaxNear"/>, and nothing changed.</returns>
    public async Task<int?> NameAsync(
        AuditSubject who, PracticeId practice, Guid person, string own, IReadOnlyList<string> family, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var practiceKey = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");

        // The names first: a client who is taken in meanwhile is compared with them.
        var sealedNames = practiceKey.SealText(string.Join(Separator, [own, .. family]), Place(practice, person));
        if (await NearAsync(practiceKey, practice, own, family, cancel) is not { } before)
        {
            return null;
        }

        await SetNamesAsync(who, practice, $"{Prefix}{person:D}", RowBody.Write(new RelativesFacts(sealedNames)), cancel);
        var near = await NearAsync(practiceKey, practice, own, family, cancel) ?? before;
        await HintAsync(store, practice, person, _ => near, cancel);
        return near.Count;
    }

    /// <summary>Which clients are near a person, as far as names tell: one read, whoever the client is.</summary>
    public async Task<IReadOnlyDictionary<ClientId, Kin>> OfAsync(PracticeId practice, Guid person, CancellationToken cancel) =>
        (await store.ReadAsync(Table.Alerts, Hints(practice), $"{person:D}", cancel))?.As<KinFacts>().Clients
            .Where(c => Words.Parse<Kin>(c.Value) is not null)
            .ToDictionary(c => ClientId.Parse(c.Key), c => Words.Parse<Kin>(c.Value)!.Value) ?? [];

    /// <summary>Hints who of the staff is near a client who is being taken in.</summary>
    internal static async Task HintAsync(
        IRecordStore store, IndexKey practiceKey, PracticeId practice, ClientId client, string name, CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(Table.Practices, practice.ToString(), Prefix, cancel))
        {
            var person = Guid.ParseExact(row.Key[Prefix.Length..], "D");
            var names = practiceKey.OpenText(row.As<RelativesFacts>().Names, Place(practice, person)).Split(Separator);
            if (KinOf(names[0], names[1..], name) is { } kin)
            {
                await HintAsync(
                    store, practice, person,
                    old => old.Count < MaxNear ? new Dictionary<string, string>(old) { [client.ToString()] = Words.Kebab(kin) } : old, cancel);
            }
        }
    }

    /// <summary>The link between the client and their name is destroyed, so nothing may hint at it. May be called twice.</summary>
    internal static async Task ForgetAsync(IRecordStore store, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(Table.Alerts, Hints(practice), "", cancel))
        {
            if (row.As<KinFacts>().Clients.ContainsKey(client.ToString()))
            {
                await HintAsync(
                    store, practice, Guid.ParseExact(row.Key, "D"),
                    old => old.Where(c => c.Key != client.ToString()).ToDictionary(), cancel);
            }
        }
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

    private async Task<IReadOnlyDictionary<string, string>?> NearAsync(
        IndexKey practiceKey, PracticeId practice, string own, IReadOnlyList<string> family, CancellationToken cancel)
    {
        var near = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var row in store.ListAsync(Table.Directory, practice.ToString(), "", cancel))
        {
            if (row.Kind != RowKinds.Directory)
            {
                continue; // unlinked: there is no name any more
            }

            var (client, facts) = (ClientId.Parse(row.Key), row.As<DirectoryFacts>());
            using var key = practiceKey.UnwrapClient(facts.IndexKey, practice, client);
            if (KinOf(own, family, key.OpenText(facts.Name, ClientRegister.Place(practice, client, "name"))) is { } kin)
            {
                near[row.Key] = Words.Kebab(kin);
            }
        }

        return near.Count <= MaxNear ? near : null;
    }

    private async Task SetNamesAsync(AuditSubject who, PracticeId practice, string key, string body, CancellationToken cancel)
    {
        while (true)
        {
            var row = await store.ReadAsync(Table.Practices, practice.ToString(), key, cancel);
            RowChange change = row is null
                ? new RowChange.Insert(Row.New(practice.ToString(), key, RowKinds.Relatives, body))
                : new RowChange.Replace(row.Next(body));
            if (await audit.ChangeInOrderAsync(store, who, [(Table.Practices, change)], cancel))
            {
                return;
            }
        }
    }

    private static async Task HintAsync(
        IRecordStore store, PracticeId practice, Guid person,
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change, CancellationToken cancel)
    {
        var (partition, key) = (Hints(practice), $"{person:D}");
        RowChange next;
        do
        {
            var row = await store.ReadAsync(Table.Alerts, partition, key, cancel);
            var body = RowBody.Write(new KinFacts(change(row?.As<KinFacts>().Clients ?? new Dictionary<string, string>())));
            next = row is null ? new RowChange.Insert(Row.New(partition, key, RowKinds.Kin, body)) : new RowChange.Replace(row.Next(body));
        }
        while (await store.CommitAsync(Table.Alerts, partition, [next], cancel) == Commit.Conflict);
    }

    private static string Hints(PracticeId practice) => $"{practice}|kin";

    private static TextPlace Place(PracticeId practice, Guid person) => new(practice, null, $"{Prefix}{person:D}", "names");
}
