using System.Globalization;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// Who looked at a client's file, when, at what and why, in words that a client understands. It is made of the audit
/// log, by its index of clients and time, and needs no key: of a record it says its kind and day, never its name.
/// </summary>
public sealed class AccessReport(IRecordStore store, LogReader log, AuditLog audit, TimeProvider time)
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["client-record"] = "notes",
        ["psychotherapy-notes"] = "psychotherapy notes",
        ["recording"] = "recording",
        ["test-data"] = "test results",
        ["billing"] = "bill",
        ["correspondence"] = "letter",
        ["consent"] = "consent",
    };

    /// <summary>Null if there is no such client.</summary>
    /// <param name="from">From this moment on, to now. What is younger than a few seconds may be missing.</param>
    public async Task<Sheet?> OfAsync(AuditSubject who, PracticeId practice, ClientId client, DateTimeOffset from, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var now = time.GetUtcNow();
        await audit.AppendAsync(who.Event(AuditKind.Listed));
        var partition = Keys.Partition(practice, client);
        if (await store.ReadAsync(Table.Clients, partition, Keys.Client, cancel) is not { } row)
        {
            return null;
        }

        if (row.As<ClientFacts>().UnlinkedAt is { } unlinked)
        {
            return Unlinked(client, unlinked);
        }

        var records = new Dictionary<string, (string Class, DateTimeOffset Created)>(StringComparer.Ordinal);
        await foreach (var record in store.ListAsync(Table.Clients, partition, Keys.Records, cancel))
        {
            records[record.Key[Keys.Records.Length..]] = record.Kind == RowKinds.Record
                ? (record.As<RecordFacts>().Class, record.As<RecordFacts>().Created)
                : (record.As<TombstoneFacts>().Class, record.As<TombstoneFacts>().Created);
        }

        var copies = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var disclosure in store.ListAsync(Table.Access, partition, Keys.Disclosures, cancel))
        {
            if (disclosure.As<DisclosureFacts>().Kind == DisclosureKind.OwnCopy.Word())
            {
                copies.Add(disclosure.Key[Keys.Disclosures.Length..]);
            }
        }

        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var person in store.ListAsync(Table.Practices, practice.ToString(), Keys.Persons, cancel))
        {
            people[person.As<PersonFacts>().Pseudonym] = person.As<PersonFacts>().Name;
        }

        var found = new Dictionary<AuditEntryId, KeyValuePair<long, AuditEntry>>();
        await foreach (var place in log.OfClientAsync(row.As<ClientFacts>().Pseudonym, from, now, cancel))
        {
            found.TryAdd(place.Value.Id, place);
        }

        var viewings = Viewing.Of(found.Values.Select(p => p.Value));
        return Write(client, from, now, viewings, v => v.Times == 1 ? [found[v.First.Id]] : [found[v.First.Id], found[v.Last.Id]], records, copies, people);
    }

    /// <summary>What a line says that its entries do not, in a sentence; null: nothing. Who and what are names, which the log has not.</summary>
    internal static string? Contradiction(IReadOnlyList<string> cells, AuditEntry first, AuditEntry last)
    {
        var viewing = new Viewing(first, last, 1);
        return cells.Count != 5 ? "it has not the fields of this report."
            : !viewing.IsOne ? "its two entries are not of one viewing."
            : cells[0] != When(viewing) ? $"it says {cells[0]}, and the log {When(viewing)}."
            : cells[3] != Why(viewing) ? $"as the reason it says \"{cells[3]}\", and the log \"{Why(viewing)}\"."
            : cells[4] != Shown(viewing) ? $"of what was shown it says \"{cells[4]}\", and the log \"{Shown(viewing)}\"."
            : null;
    }

    private static Sheet Write(
        ClientId client, DateTimeOffset from, DateTimeOffset now, IReadOnlyList<Viewing> viewings,
        Func<Viewing, IReadOnlyList<KeyValuePair<long, AuditEntry>>> places,
        Dictionary<string, (string Class, DateTimeOffset Created)> records, HashSet<string> copies, Dictionary<string, string> people) => new(
        "Who looked at your file",
        [
            $"This is about the file {client}, from {Day(from)} to {Day(now)}. Times are in UTC.",
            viewings.Count == 0
                ? "Nobody looked at it."
                : $"Somebody looked at it {Times(viewings.Count(v => !v.Refused))}. Somebody tried, and was shown nothing, {Times(viewings.Count(v => v.Refused))}.",
        ],
        ["When", "Who", "What", "Why", "Shown to them"],
        [
            .. viewings.OrderByDescending(v => v.From).Select(v => new Line(
                [When(v), people.GetValueOrDefault(v.Person) ?? "somebody who is not of this practice", What(v, records, copies), Why(v), Shown(v)],
                places(v))),
        ],
        [
            "Requests that belong together, such as the parts of one recording, are counted as one.",
            "It is made of the practice's audit log, which nobody can change without it being seen. It carries the proof of each line: recordsguard report verify.",
        ]);

    private static Sheet Unlinked(ClientId client, DateTimeOffset at) => new(
        "Who looked at your file",
        [
            $"This is about the file {client}. All records in it were destroyed, and on {Day(at)}, more than six years later, so was the link between the file and the log.",
            "Whose file it was, and who looked at it, can no longer be told.",
        ],
        [], [], []);

    private static string Times(int n) => n switch { 0 => "never", 1 => "once", _ => $"{n} times" };

    private static string What(Viewing v, Dictionary<string, (string Class, DateTimeOffset Created)> records, HashSet<string> copies)
    {
        var record = records.TryGetValue(v.Record, out var found)
            ? $"your {Kinds.GetValueOrDefault(found.Class, found.Class)} of {Day(found.Created)}"
            : "a record";
        return v.Operation switch
        {
            "read-content" => $"opened {record}",
            "disclose" when v.Record.Length > 0 && copies.Contains(v.Disclosure) => $"took out {record} to hand you your own copy",
            "disclose" when v.Record.Length > 0 => $"took out {record} to give it to somebody outside",
            "export-record" => $"took out a sealed copy of {record}",
            "read-record" => $"looked which kind of record this is: {record}; not what it says",
            "list-records" => "looked at the list of your records; not what they say",
            "list-holds" => "looked whether your file must be kept for a legal matter",
            "see-facts" => "looked at your name, your birth date and the dates of your care",
            "read-accounting" => "looked up this account for you",
            _ => $"worked with your file ({v.Operation.Replace('-', ' ')})",
        };
    }

    private static string Why(Viewing v) => v.Purpose.Length > 0 ? Purposes.Words(v.Purpose) : v.Refused ? "not said" : "keeping your file";

    private static string Shown(Viewing v) => v.Refused ? "nothing: the attempt was refused" : "yes";

    private static string When(Viewing v) => v.To - v.From < TimeSpan.FromMinutes(1)
        ? Minute(v.From)
        : $"{Minute(v.From)} to {v.To.ToString("HH:mm", CultureInfo.InvariantCulture)}";

    private static string Minute(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
