using System.Globalization;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// Who looked at a client's file, when, at what and why, in words that a client understands. It is made of the audit
/// log, by its index of clients and time, and needs no key: of a record it says its kind and day, never its name.
/// </summary>
public sealed class AccessReport(IRecordStore store, ILogIndex index, AuditLog audit, TimeProvider time)
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["client-record"] = "notes about you",
        ["psychotherapy-notes"] = "psychotherapy notes",
        ["recording"] = "recording",
        ["test-data"] = "test results",
        ["billing"] = "bill",
        ["correspondence"] = "letter",
        ["consent"] = "consent",
    };

    private readonly LogIndex entries = new(index);

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

        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var person in store.ListAsync(Table.Practices, practice.ToString(), Keys.Persons, cancel))
        {
            people[person.As<PersonFacts>().Pseudonym] = person.As<PersonFacts>().Name;
        }

        var found = new List<AuditEntry>();
        await foreach (var (_, bytes) in entries.OfClientAsync(row.As<ClientFacts>().Pseudonym, from, now, cancel))
        {
            found.Add(AuditEntry.Parse(bytes));
        }

        return Write(client, from, now, Viewing.Of(found), records, people);
    }

    private static Sheet Write(
        ClientId client, DateTimeOffset from, DateTimeOffset now, IReadOnlyList<Viewing> viewings,
        Dictionary<string, (string Class, DateTimeOffset Created)> records, Dictionary<string, string> people) => new(
        "Who looked at your file",
        [
            $"This is about the file {client}, from {Day(from)} to {Day(now)}. Times are in UTC.",
            viewings.Count == 0
                ? "Nobody looked at it."
                : $"{viewings.Count(v => !v.Refused)} times somebody looked at it, and {viewings.Count(v => v.Refused)} times somebody tried and was shown nothing.",
        ],
        ["When", "Who", "What", "Why", "Shown to them"],
        [
            .. viewings.OrderByDescending(v => v.From).Select(v => (IReadOnlyList<string>)
            [
                When(v), people.GetValueOrDefault(v.Person) ?? "somebody who is not of this practice", What(v, records), Why(v),
                v.Refused ? "nothing: the attempt was refused" : "yes",
            ]),
        ],
        [
            "Requests that belong together, such as the parts of one recording, are counted as one.",
            "It is made of the practice's audit log, which nobody can change without it being seen. You may ask for proof of any line.",
        ]);

    private static Sheet Unlinked(ClientId client, DateTimeOffset at) => new(
        "Who looked at your file",
        [
            $"This is about the file {client}. All records in it were destroyed, and on {Day(at)}, more than six years later, so was the link between the file and the log.",
            "Whose file it was, and who looked at it, can no longer be told.",
        ],
        [], [], []);

    private static string What(Viewing v, Dictionary<string, (string Class, DateTimeOffset Created)> records)
    {
        var record = records.TryGetValue(v.Record, out var found)
            ? $"your {Kinds.GetValueOrDefault(found.Class, found.Class)} of {Day(found.Created)}"
            : "a record";
        return v.Operation switch
        {
            "read-content" => $"opened {record}",
            "disclose" when v.Record.Length > 0 => $"took out {record} to give it to somebody outside",
            "export-record" => $"took out a sealed copy of {record}",
            "read-record" => $"looked which kind of record this is: {record}; not what it says",
            "list-records" => "looked at the list of your records; not what they say",
            "list-holds" => "looked whether your file must be kept for a legal matter",
            "read-accounting" => "looked up this account for you",
            _ => $"worked with your file ({v.Operation.Replace('-', ' ')})",
        };
    }

    private static string Why(Viewing v) => v.Purpose.Length > 0 ? Purposes.Words(v.Purpose) : v.Refused ? "not said" : "keeping your file";

    private static string When(Viewing v) => v.To - v.From < TimeSpan.FromMinutes(1)
        ? Minute(v.From)
        : $"{Minute(v.From)} to {v.To.ToString("HH:mm", CultureInfo.InvariantCulture)}";

    private static string Minute(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
