using RecordsGuard.Audit;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// One thing that somebody did with a client's file, as a client would count it: the dozen requests in which a player
/// reads one recording are one.
/// </summary>
/// <param name="Person">Pseudonym; empty: somebody who is not of this practice.</param>
/// <param name="Refused">Nothing was shown.</param>
/// <param name="Times">How many entries of the log it stands for.</param>
public sealed record Viewing(
    DateTimeOffset From, DateTimeOffset To, string Person, string Operation, string Record, string Purpose, string? Disclosure, bool Refused, int Times)
{
    /// <summary>What comes later than this after the last one is another viewing.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>Entries in the order of their time become viewings, in the order in which they began. Pure.</summary>
    public static IReadOnlyList<Viewing> Of(IEnumerable<AuditEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var last = new Dictionary<object, int>();
        var viewings = new List<Viewing>();
        foreach (var entry in entries.Where(e => e.Event.Kind is AuditKind.Read or AuditKind.Listed or AuditKind.Refused))
        {
            var e = entry.Event;
            var fresh = new Viewing(
                entry.Time, entry.Time, e.Person, e.Operation, e.Record, Detail(e, "purpose") ?? "", Detail(e, "disclosure"),
                e.Kind == AuditKind.Refused, 1);
            object key = (fresh.Person, fresh.Operation, fresh.Record, fresh.Purpose, fresh.Disclosure, fresh.Refused);
            if (last.TryGetValue(key, out var at) && entry.Time - viewings[at].To <= Pause)
            {
                viewings[at] = viewings[at] with { To = entry.Time, Times = checked(viewings[at].Times + 1) };
            }
            else
            {
                last[key] = viewings.Count;
                viewings.Add(fresh);
            }
        }

        return viewings;
    }

    private static string? Detail(AuditEvent e, string name) =>
        e.Details.Where(d => d.Key == name && d.Value.Length > 0).Select(d => d.Value).FirstOrDefault();
}
