using System.Text.Json.Serialization;
using RecordsGuard.Audit;

namespace RecordsGuard.Cli;

/// <summary>One thing that a person was shown, as far as the log tells: docs/formats/exposure.md.</summary>
/// <param name="Kind"><c>content</c>; <c>sealed</c>: a copy as it is stored, which opens with the practice's keys only; <c>listed</c>: names and descriptions.</param>
/// <param name="Client">The client's pseudonym in the log; empty: the practice's whole list.</param>
/// <param name="Record">The record's id; empty of what is listed.</param>
/// <param name="Times">Entries of the log.</param>
/// <param name="Broken">How often what was stored did not open, so that less or nothing was shown.</param>
/// <param name="Ranges">Parts asked for, as in a Range header; <c>0-</c> is the whole.</param>
/// <param name="Tokens">Ids of the sign-in tokens used.</param>
/// <param name="Entries">The newest audit entries, at most 50.</param>
internal sealed record ExposedItem(
    string Kind, string Practice, string Client, string Record, string Operation, DateTimeOffset First, DateTimeOffset Last, long Times, long Broken,
    IReadOnlyCollection<string> Purposes, IReadOnlyCollection<string> Ranges, IReadOnlyCollection<string> Disclosures,
    IReadOnlyCollection<string> Tokens, IReadOnlyCollection<string> Entries);

/// <summary>Gathers what one person was shown since a day, entry by entry; memory grows with the records shown, not with the log.</summary>
internal sealed class Exposure(string person, DateTimeOffset since)
{
    private const int MostKept = 50;

    private readonly Dictionary<(string Kind, string Practice, string Client, string Record, string Operation), Item> items = [];

    public void Add(AuditEntry entry)
    {
        var e = entry.Event;
        if (e.Person != person || entry.Time < since || Kind(e) is not { } kind)
        {
            return;
        }

        var key = (kind, e.Practice, e.Client, kind == "listed" ? "" : Detail(e, "file") ?? e.Record, e.Operation);
        if (!items.TryGetValue(key, out var item))
        {
            if (e.Kind == AuditKind.IntegrityFailed)
            {
                return; // nothing of it was shown before
            }

            items[key] = item = new(entry.Time);
        }

        item.Take(entry);
    }

    /// <summary>Content first, then sealed copies, then lists; each by when it was last shown, newest first.</summary>
    public IReadOnlyList<ExposedItem> Items() =>
    [
        .. items.Select(i => i.Value.Of(i.Key))
            .OrderBy(i => i.Kind switch { "content" => 0, "sealed" => 1, _ => 2 })
            .ThenByDescending(i => i.Last).ThenBy(i => i.Record, StringComparer.Ordinal),
    ];

    private static string? Kind(AuditEvent e) => e.Kind switch
    {
        AuditKind.Read or AuditKind.IntegrityFailed => Detail(e, "sealed") is null ? "content" : "sealed",
        AuditKind.Listed => "listed",
        _ => null,
    };

    private static string? Detail(AuditEvent e, string name) =>
        e.Details.Where(d => d.Key == name && d.Value.Length > 0).Select(d => d.Value).FirstOrDefault();

    private sealed class Item(DateTimeOffset begun)
    {
        private readonly SortedSet<string> purposes = new(StringComparer.Ordinal);
        private readonly SortedSet<string> ranges = new(StringComparer.Ordinal);
        private readonly SortedSet<string> disclosures = new(StringComparer.Ordinal);
        private readonly SortedSet<string> tokens = new(StringComparer.Ordinal);
        private readonly Queue<string> entries = [];
        private DateTimeOffset first = begun;
        private DateTimeOffset last = begun;
        private long times;
        private long broken;

        public void Take(AuditEntry entry)
        {
            if (entry.Event.Kind == AuditKind.IntegrityFailed)
            {
                broken++;
                return;
            }

            times++;
            (first, last) = (entry.Time < first ? entry.Time : first, entry.Time > last ? entry.Time : last);
            Keep(purposes, Detail(entry.Event, "purpose"));
            Keep(ranges, Detail(entry.Event, "range"));
            Keep(disclosures, Detail(entry.Event, "disclosure"));
            Keep(tokens, Detail(entry.Event, "uti"));
            entries.Enqueue(entry.Id.ToString());
            if (entries.Count > MostKept)
            {
                entries.Dequeue();
            }
        }

        public ExposedItem Of((string Kind, string Practice, string Client, string Record, string Operation) key) => new(
            key.Kind, key.Practice, key.Client, key.Record, key.Operation, first, last, times, broken, purposes, ranges, disclosures, tokens, entries);

        /// <summary>A player asks for hundreds of ranges: the first ones stand for them.</summary>
        private static void Keep(SortedSet<string> kept, string? value)
        {
            if (value is not null && kept.Count < MostKept)
            {
                kept.Add(value);
            }
        }
    }
}

/// <summary>What <c>GET /api/people/{id}</c> answers.</summary>
internal sealed record FoundPeople(IReadOnlyList<FoundPerson> People);

internal sealed record FoundPerson(string Practice, string Name, string Pseudonym);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExposedItem))]
[JsonSerializable(typeof(FoundPeople))]
internal sealed partial class ExposureJson : JsonSerializerContext;
