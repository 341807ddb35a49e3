using RecordsGuard.Audit;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// One thing that somebody did with a client's file, as a client would count it: the dozen requests in which a player
/// reads one recording are one.
/// </summary>
/// <param name="Last">Of the same person, about the same thing; the first itself if there was one request only.</param>
/// <param name="Times">How many entries of the log it stands for.</param>
public sealed record Viewing(AuditEntry First, AuditEntry Last, int Times)
{
    /// <summary>What comes later than this after the last one is another viewing.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public DateTimeOffset From => First.Time;

    public DateTimeOffset To => Last.Time;

    /// <summary>Pseudonym; empty: somebody who is not of this practice.</summary>
    public string Person => First.Event.Person;

    public string Operation => First.Event.Operation;

    public string Record => First.Event.Record;

    /// <summary>Or empty: none was stated.</summary>
    public string Purpose => Detail(First, "purpose");

    /// <summary>The id of the disclosure under which it went out, or empty.</summary>
    public string Disclosure => Detail(First, "disclosure");

    /// <summary>Nothing was shown.</summary>
    public bool Refused => First.Event.Kind == AuditKind.Refused;

    /// <summary>Whether both ends are of one viewing.</summary>
    public bool IsOne => KeyOf(First) == KeyOf(Last);

    /// <summary>Entries in the order of their time become viewings, in the order in which they began. Pure.</summary>
    public static IReadOnlyList<Viewing> Of(IEnumerable<AuditEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var last = new Dictionary<ViewingKey, int>();
        var viewings = new List<Viewing>();
        foreach (var entry in entries.Where(e => e.Event.Kind is AuditKind.Read or AuditKind.Listed or AuditKind.Refused))
        {
            var key = KeyOf(entry);
            if (last.TryGetValue(key, out var at) && entry.Time - viewings[at].To <= Pause)
            {
                viewings[at] = viewings[at] with { Last = entry, Times = checked(viewings[at].Times + 1) };
            }
            else
            {
                last[key] = viewings.Count;
                viewings.Add(new(entry, entry, 1));
            }
        }

        return viewings;
    }

    private static ViewingKey KeyOf(AuditEntry entry) => new(
        entry.Event.Person, entry.Event.Operation, entry.Event.Record, Detail(entry, "purpose"), Detail(entry, "disclosure"),
        entry.Event.Kind == AuditKind.Refused);

    private static string Detail(AuditEntry entry, string name) =>
        entry.Event.Details.FirstOrDefault(d => d.Key == name && d.Value.Length > 0).Value ?? "";

    private readonly record struct ViewingKey(string Person, string Operation, string Record, string Purpose, string Disclosure, bool Refused);
}
