using System.Globalization;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Unlinking;

/// <summary>What must be true before the link between a client and the log may be destroyed. Pure.</summary>
internal static class UnlinkingConditions
{
    private static readonly string Task = Relationship.CustodianTask.Word();

    /// <summary>Sentences, one for each condition that is not met; empty: the link may go.</summary>
    /// <param name="client">Read first: whatever changes a hold or a fact afterwards bumps its client row.</param>
    /// <param name="spanningHolds">The practice's own hold rows. One on a class counts too: what was destroyed cannot show that it is not meant.</param>
    /// <param name="access">The client's disclosures, consents, notices and requests, and everybody's grants and relationships to the client.</param>
    /// <param name="joint">How many joint charts name the client and are linked themselves.</param>
    public static IReadOnlyList<string> Missing(
        ClientPartition client, int joint, IReadOnlyList<Row> spanningHolds, IReadOnlyList<Row> access, PracticeFacts practice, DateTimeOffset now)
    {
        var today = practice.DayOf(now);
        var kept = client.Records.Count(r => r.Kind != RowKinds.Tombstone);
        var tombstones = client.Records.Where(r => r.Kind == RowKinds.Tombstone).Select(r => r.As<TombstoneFacts>()).ToList();
        var uncertified = tombstones.Count(t => t.Certificate is null);
        var held = client.Holds.Concat(spanningHolds).Count(h => h.As<HoldFacts>().IsInForce(today));
        var open = access.Select(r => Open(r, now)).OfType<string>().Distinct();
        string?[] missing =
        [
            kept == 0 ? null : $"{Count(kept, "record is", "records are")} still kept.",
            tombstones.Count > 0 || kept > 0 ? null : "No record of this client was ever destroyed here: nothing says from when six years count.",
            uncertified == 0 ? null : $"{Count(uncertified, "destroyed record has", "destroyed records have")} no certificate yet.",
            held == 0 ? null : $"{Count(held, "legal hold is", "legal holds are")} in force.",
            joint == 0 ? null : $"{Count(joint, "joint chart names", "joint charts name")} this client and must be unlinked first.",
            .. open,
            TooEarly(Last(client, access, practice), today),
        ];
        return [.. missing.OfType<string>()];
    }

    /// <summary>A period excludes the day of its event, and ends with its last day.</summary>
    private static string? TooEarly(DateOnly? last, DateOnly today)
    {
        var end = last?.AddYearsRollingForward(LogPruning.LeastYears);
        return today > end || end is null
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The last of what has to be accounted for was on {last:yyyy-MM-dd}; its {LogPruning.LeastYears} years end with {end:yyyy-MM-dd}.");
    }

    /// <summary>Why somebody still has something to do, or null.</summary>
    private static string? Open(Row row, DateTimeOffset now) => row.Kind switch
    {
        RowKinds.Request when row.As<RequestFacts>().AnsweredAt is null => "A request has not been answered.",
        RowKinds.Disclosure => Open(row.As<DisclosureFacts>(), now),
        RowKinds.Grant when row.As<GrantFacts>().ReviewedAt is null => "A break-glass grant has not been reviewed.",
        RowKinds.Relationship when row.As<RelationshipFacts>() is { } facts && facts.Kind == Task && !(facts.Until <= now) =>
            "A custodian has a task for this client.",
        _ => null,
    };

    private static string? Open(DisclosureFacts facts, DateTimeOffset now) =>
        facts.ReleasedAt is null && now < facts.Until ? "A disclosure may still go out."
        : facts is { ReportBy: not null, ReportedAt: null } ? "A disclosure's report has not been made."
        : facts is { SecondBy: not null, ApprovedAt: null } ? "A disclosure waits for its second person."
        : now < facts.SuspendedUntil ? "An authority has the accounting of a disclosure suspended."
        : null;

    /// <summary>The last day of anything that somebody may have to account for, or null.</summary>
    private static DateOnly? Last(ClientPartition client, IReadOnlyList<Row> access, PracticeFacts practice)
    {
        var days = client.Records.Where(r => r.Kind == RowKinds.Tombstone).Select(r => (DateOnly?)practice.DayOf(r.As<TombstoneFacts>().PurgedAt))
            .Concat(client.Holds.Select(r => r.As<HoldFacts>()).Select(h => Later(h.Until, practice.DayOf(h.ReleasedAt ?? h.PlacedAt))))
            .Concat(access.Select(r => r.Kind switch
            {
                RowKinds.Request when r.As<RequestFacts>() is var f => practice.DayOf(f.AnsweredAt ?? f.TakenAt),
                RowKinds.Notice => practice.DayOf(r.As<NoticeFacts>().GivenAt),
                RowKinds.Consent when r.As<ConsentFacts>() is var f => f.RevokedAt is { } revoked ? practice.DayOf(revoked) : f.Until,
                RowKinds.Grant when r.As<GrantFacts>() is var f => practice.DayOf(f.ReviewedAt ?? f.Until),
                RowKinds.Disclosure when r.As<DisclosureFacts>() is var f => practice.DayOf(
                    new[] { f.PreparedAt, f.ApprovedAt, f.ReportedAt, f.ReleasedAt, f.SuspendedUntil }.Max()!.Value),
                _ => (DateOnly?)null,
            }));
        return days.Max();
    }

    /// <summary>A hold that was released early ended then; one that ran out, with its last day.</summary>
    private static DateOnly? Later(DateOnly? until, DateOnly touched) => until > touched ? until : touched;

    private static string Count(int n, string one, string many) => n == 1 ? $"1 {one}" : $"{n} {many}";
}
