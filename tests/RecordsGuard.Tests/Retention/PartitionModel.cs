using RecordsGuard.Records;

namespace RecordsGuard.Tests.Retention;

/// <summary>
/// What the outside knows of one chart, which may have a member: what was asked, and what was answered. A request without an answer (a crash)
/// may or may not have happened; both are allowed for, on the side that destroys. Knows no row, no ETag and no hour.
/// </summary>
internal sealed class PartitionModel(DateOnly lastService, int waitingDays)
{
    private readonly List<Hold> holds = [];
    private readonly List<Approval> approvals = [];
    private readonly List<Correction> corrections = [];

    /// <summary>The last service of the chart, and of its member: what each may be by now. Without a member, the first day there is.</summary>
    private readonly HashSet<DateOnly>[] possible = [[lastService], [DateOnly.MinValue]];
    private int clock;

    /// <summary>It is a joint chart.</summary>
    public void HasMember(DateOnly lastService) => possible[1] = [lastService];

    /// <param name="record">Null: of every record.</param>
    public void HoldAnswered(HoldId id, DateOnly? until, RecordId? record = null) => holds.Add(new(id, until, record, ++clock));

    public void ReleaseAsked(HoldId id) => holds.FindAll(h => h.Id == id).ForEach(h => h.ReleaseAskedAt ??= ++clock);

    public void ReleaseAnswered(HoldId id) => holds.FindAll(h => h.Id == id).ForEach(h => h.Released = true);

    /// <summary>It protects as a hold does that nobody can release.</summary>
    public void ExtensionAnswered(DateOnly until, RecordId record) => holds.Add(new(HoldId.New(), until, record, ++clock) { IsExtension = true });

    /// <summary>What a restore of a backup that begins now goes back to, where it cannot know better.</summary>
    public (int At, HashSet<DateOnly>[] Possible) Night() => (++clock, [[.. possible[0]], [.. possible[1]]]);

    /// <summary>Dates may be those of the night; what was extended since is for somebody to extend again.</summary>
    public void Restored((int At, HashSet<DateOnly>[] Possible) night)
    {
        holds.RemoveAll(h => h.IsExtension && h.PlacedAt > night.At);
        possible[0].UnionWith(night.Possible[0]);
        possible[1].UnionWith(night.Possible[1]);
    }

    /// <param name="of">0: of the chart's own facts; 1: of its member's.</param>
    public Correction CorrectionAsked(DateOnly day, int of)
    {
        possible[of].Add(day);
        approvals.Where(a => a.At is null).ToList().ForEach(a => a.Facts.UnionWith(Latest()));
        corrections.Add(new(day, of, ++clock));
        return corrections[^1];
    }

    public void CorrectionEnded(Correction correction) => correction.Ended = ++clock;

    /// <summary>It stands now, unless another was under way at the same time and came after it.</summary>
    public void CorrectionAnswered(Correction correction) => possible[correction.Of] =
    [
        correction.Day,
        .. corrections.Where(c => c.Of == correction.Of && (c.Asked > correction.Asked || !(c.Ended < correction.Asked))).Select(c => c.Day),
    ];

    /// <summary>The latest last service of all who have a part in the chart, as it may be by now.</summary>
    private HashSet<DateOnly> Latest() => [.. possible[0].SelectMany(c => possible[1].Select(m => c > m ? c : m))];

    /// <summary>Of whatever is due: which records those are is the domain's to say, and ours to check.</summary>
    public void ApprovalAsked(DateOnly today) => approvals.Add(new(today.AddDays(waitingDays), Latest()));

    /// <summary>With or without an answer: what came in its middle may have been seen by it.</summary>
    public void ApprovalEnded() => approvals.FindLast(a => a.At is null)!.At = ++clock;

    public int WithdrawalAsked() => ++clock;

    public void WithdrawalAnswered(int asked) => approvals.RemoveAll(a => a.At < asked);

    /// <summary>Called at the very moment at which a record's row turns into a tombstone.</summary>
    public void AssertMayBeDestroyed(DateOnly today, RecordId record)
    {
        var holds = this.holds.FindAll(h => h.Record is null || h.Record == record);
        Assert.DoesNotContain(holds, h => h.ReleaseAskedAt is null && (h.Until is null || today <= h.Until)); // held
        Assert.Contains(Latest(), last => Lawful(last) <= today); // early
        Assert.Contains(approvals, a =>
            a.PurgeFrom <= today && a.Facts.Overlaps(Latest()) // unapproved, or approved on other facts
            && !holds.Exists(h => h.PlacedAt > a.At || (h.Released && h.ReleaseAskedAt > a.At))); // or with another hold since
    }

    private static DateOnly Lawful(DateOnly last) => last.AddYears(7).AddDays(1);

    internal sealed record Correction(DateOnly Day, int Of, int Asked)
    {
        public int? Ended { get; set; }
    }

    private sealed record Hold(HoldId Id, DateOnly? Until, RecordId? Record, int PlacedAt)
    {
        /// <summary>For the first time: one that was not answered may have been the one that released it.</summary>
        public int? ReleaseAskedAt { get; set; }

        public bool Released { get; set; }

        public bool IsExtension { get; init; }
    }

    private sealed record Approval(DateOnly PurgeFrom, HashSet<DateOnly> Facts)
    {
        public int? At { get; set; }
    }
}
