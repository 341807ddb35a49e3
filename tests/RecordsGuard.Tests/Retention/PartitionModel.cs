using RecordsGuard.Records;

namespace RecordsGuard.Tests.Retention;

/// <summary>
/// What the outside knows of one client: what was asked, and what was answered. A request without an answer (a crash)
/// may or may not have happened; both are allowed for, on the side that destroys. Knows no row, no ETag and no hour.
/// </summary>
internal sealed class PartitionModel(DateOnly lastService, int waitingDays)
{
    private readonly List<Hold> holds = [];
    private readonly List<Approval> approvals = [];
    private readonly List<Correction> corrections = [];
    private HashSet<DateOnly> possible = [lastService];
    private int clock;

    /// <param name="record">Null: of every record.</param>
    public void HoldAnswered(HoldId id, DateOnly? until, RecordId? record = null) => holds.Add(new(id, until, record, ++clock));

    public void ReleaseAsked(HoldId id) => holds.FindAll(h => h.Id == id).ForEach(h => h.ReleaseAskedAt ??= ++clock);

    public void ReleaseAnswered(HoldId id) => holds.FindAll(h => h.Id == id).ForEach(h => h.Released = true);

    public Correction CorrectionAsked(DateOnly day)
    {
        possible.Add(day);
        approvals.Where(a => a.At is null).ToList().ForEach(a => a.Facts.Add(day));
        corrections.Add(new(day, ++clock));
        return corrections[^1];
    }

    public void CorrectionEnded(Correction correction) => correction.Ended = ++clock;

    /// <summary>It stands now, unless another was under way at the same time and came after it.</summary>
    public void CorrectionAnswered(Correction correction) => possible =
        [correction.Day, .. corrections.Where(c => c.Asked > correction.Asked || !(c.Ended < correction.Asked)).Select(c => c.Day)];

    /// <summary>Of whatever is due: which records those are is the domain's to say, and ours to check.</summary>
    public void ApprovalAsked(DateOnly today) => approvals.Add(new(today.AddDays(waitingDays), [.. possible]));

    /// <summary>With or without an answer: what came in its middle may have been seen by it.</summary>
    public void ApprovalEnded() => approvals.FindLast(a => a.At is null)!.At = ++clock;

    public int WithdrawalAsked() => ++clock;

    public void WithdrawalAnswered(int asked) => approvals.RemoveAll(a => a.At < asked);

    /// <summary>Called at the very moment at which a record's row turns into a tombstone.</summary>
    public void AssertMayBeDestroyed(DateOnly today, RecordId record)
    {
        var holds = this.holds.FindAll(h => h.Record is null || h.Record == record);
        Assert.DoesNotContain(holds, h => h.ReleaseAskedAt is null && (h.Until is null || today <= h.Until)); // held
        Assert.Contains(possible, last => Lawful(last) <= today); // early
        Assert.Contains(approvals, a =>
            a.PurgeFrom <= today && a.Facts.Overlaps(possible) // unapproved, or approved on other facts
            && !holds.Exists(h => h.PlacedAt > a.At || (h.Released && h.ReleaseAskedAt > a.At))); // or with another hold since
    }

    private static DateOnly Lawful(DateOnly last) => last.AddYears(7).AddDays(1);

    internal sealed record Correction(DateOnly Day, int Asked)
    {
        public int? Ended { get; set; }
    }

    private sealed record Hold(HoldId Id, DateOnly? Until, RecordId? Record, int PlacedAt)
    {
        /// <summary>For the first time: one that was not answered may have been the one that released it.</summary>
        public int? ReleaseAskedAt { get; set; }

        public bool Released { get; set; }
    }

    private sealed record Approval(DateOnly PurgeFrom, HashSet<DateOnly> Facts)
    {
        public int? At { get; set; }
    }
}
