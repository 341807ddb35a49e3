using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>
/// The choke point: what may become of one record today. Nothing is destroyed on any path that did not get
/// <see cref="Purge"/> from <see cref="Decide"/> over rows read under the ETag it then commits with.
/// </summary>
public abstract record Disposition
{
    private Disposition()
    {
    }

    /// <summary>No date from which it may be destroyed.</summary>
    /// <param name="MustDestroyBy">A rule forbids keeping it after that day all the same.</param>
    public sealed record Retain(string Because, DateOnly? MustDestroyBy = null) : Disposition;

    public sealed record NotYet(RetentionAnswer.Until Schedule) : Disposition;

    /// <param name="Holds">The keys of the holds in force.</param>
    public sealed record Held(IReadOnlyList<string> Holds) : Disposition
    {
        /// <summary>Named in the entry of a refusal; the rows have the others.</summary>
        private const int MaxNamed = 8;

        /// <summary>What the entry of a refusal says.</summary>
        internal static IEnumerable<KeyValuePair<string, string>> Details(IEnumerable<string> holds) =>
            [new("because", "held"), .. holds.Take(MaxNamed).Select(h => new KeyValuePair<string, string>("hold", h))];
    }

    /// <summary>Lawful to destroy, and a custodian keeps it through that day.</summary>
    public sealed record Extended(RetentionAnswer.Until Schedule, DateOnly Until) : Disposition;

    /// <summary>Due, and nobody has approved, or not enough people.</summary>
    /// <param name="First">Approved already by one person, where it takes another.</param>
    /// <param name="Untouched">Nobody has ever decided anything about it.</param>
    public sealed record NeedsApproval(RetentionAnswer.Until Schedule, ApprovalFacts? First = null, bool Untouched = false) : Disposition;

    /// <summary>Approved; the waiting period still runs.</summary>
    public sealed record Waiting(RetentionAnswer.Until Schedule, ApprovalFacts Approval) : Disposition;

    public sealed record Purge(RetentionAnswer.Until Schedule, ApprovalFacts Approval) : Disposition;

    /// <summary>The row is a tombstone.</summary>
    public sealed record Purged(TombstoneFacts Tombstone) : Disposition;

    /// <summary>There is no such record.</summary>
    public sealed record Unknown : Disposition;

    /// <summary>Pure. The order of the questions is the order of what protects a record most.</summary>
    /// <param name="spanning">Read after the client row.</param>
    /// <param name="today">In the practice's zone.</param>
    public static Disposition Decide(
        ClientPartition client, RecordId record, Spanning spanning, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(spanning);
        if (client.Row(Keys.Record(record)) is not { } row)
        {
            return new Unknown();
        }

        if (row.Kind == RowKinds.Tombstone)
        {
            return new Purged(row.As<TombstoneFacts>());
        }

        var facts = row.As<RecordFacts>();
        var holds = client.BindingHolds.Concat(spanning.Holds).Select(h => (h.Key, Facts: h.As<HoldFacts>()))
            .Where(h => h.Facts.Covers(record, facts.Class)).ToList();
        var held = holds.Where(h => h.Facts.IsInForce(today)).Select(h => h.Key).ToList();
        if (held.Count > 0)
        {
            return new Held(held);
        }

        var answer = spanning.Schedule.Evaluate(client.Facts, client.Members, facts.Class, facts.Created);
        if (answer is not RetentionAnswer.Until until)
        {
            return new Retain(((RetentionAnswer.Keep)answer).Because, answer.MustDestroyBy);
        }

        if (today < until.MayDestroyFrom)
        {
            return new NotYet(until);
        }

        var extension = client.Row(Keys.Extension(record))?.As<ExtensionFacts>();
        if (today <= extension?.Until)
        {
            return new Extended(until, extension.Until);
        }

        // Who approved did so on a schedule, without a hold and without an extension; if one has changed since, somebody
        // looks again.
        var approval = client.Row(Keys.Approval(record))?.As<ApprovalFacts>();
        if (approval is null || approval.WithdrawnAt is not null
            || approval.Rule != until.Rule.Id || approval.MayDestroyFrom != until.MayDestroyFrom || extension?.At >= approval.ApprovedAt
            || holds.Exists(h => h.Facts.PlacedAt >= approval.ApprovedAt || h.Facts.ReleasedAt >= approval.ApprovedAt))
        {
            return new NeedsApproval(until, Untouched: approval is null && extension is null && holds.Count == 0);
        }

        if (approval is { TakesTwo: true, SecondBy: null })
        {
            return new NeedsApproval(until, approval);
        }

        return today < approval.PurgeFrom ? new Waiting(until, approval) : new Purge(until, approval);
    }

    /// <summary>A rule forbids keeping it after a day that is near or past, and nobody has decided.</summary>
    public bool IsPressing(DateOnly today) => UndecidedUntil is { } last && today >= last.AddDays(-RetentionAnswer.NoticeDays);

    /// <summary>The last day on which this may be kept, where nobody has decided yet that it goes; else null.</summary>
    public DateOnly? UndecidedUntil => this switch
    {
        NeedsApproval due => due.Schedule.MustDestroyBy,
        Extended extended => extended.Schedule.MustDestroyBy,
        Retain retain => retain.MustDestroyBy,
        _ => null,
    };
}
