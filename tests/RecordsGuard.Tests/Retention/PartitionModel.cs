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
    private HashSet<DateOnly> possible = [lastService];
    private int clock;

    public void HoldAnswered(HoldId id, DateOnly? until) => holds.Add(new(id, until, ++clock));

    public void ReleaseAsked(HoldId id) => holds.First(h => h.Id == id).ReleaseAsked = true;

    public void ReleaseAnswered(HoldId id) => holds.First(h => h.Id == id).ReleasedAt ??= ++clock;

    public void CorrectionAsked(DateOnly day)
    {
        possible.Add(day);
        approvals.Where(a => a.At is null).ToList().ForEach(a => a.Facts.Add(day));
    }

    public void CorrectionAnswered(DateOnly day) => possible = [day];

    /// <summary>Of whatever is due: which records those are is the domain's to say, and ours to check.</summary>
    public void ApprovalAsked(DateOnly today) => approvals.Add(new(today.AddDays(waitingDays), [.. possible]));

    /// <summary>With or without an answer: what came in its middle may have been seen by it.</summary>
    public void ApprovalEnded() => approvals.FindLast(a => a.At is null)!.At = ++clock;

    /// <summary>Called at the very moment at which a record's row turns into a tombstone.</summary>
    public void AssertMayBeDestroyed(DateOnly today)
    {
        Assert.DoesNotContain(holds, h => !h.ReleaseAsked && (h.Until is null || today <= h.Until)); // held
        Assert.Contains(possible, last => Lawful(last) <= today); // early
        Assert.Contains(approvals, a =>
            a.PurgeFrom <= today && a.Facts.Overlaps(possible) // unapproved, or approved on other facts
            && !holds.Exists(h => h.PlacedAt > a.At || h.ReleasedAt > a.At)); // or with another hold since
    }

    private static DateOnly Lawful(DateOnly last) => last.AddYears(7).AddDays(1);

    private sealed record Hold(HoldId Id, DateOnly? Until, int PlacedAt)
    {
        public bool ReleaseAsked { get; set; }

        public int? ReleasedAt { get; set; }
    }

    private sealed record Approval(DateOnly PurgeFrom, HashSet<DateOnly> Facts)
    {
        public int? At { get; set; }
    }
}
