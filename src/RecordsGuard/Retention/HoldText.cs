using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>A hold that somebody asks for.</summary>
/// <param name="Matter">Free text, sealed, as <paramref name="Reason"/> is.</param>
/// <param name="Until">Last day it is in force, or null: until released.</param>
/// <param name="Record">This record only; null: every one.</param>
/// <param name="Class">This record class only; null: every one.</param>
public sealed record HoldOrder(string Matter, string Reason, DateOnly? Until, RecordId? Record = null, RecordClass? Class = null);

/// <summary>A hold as a custodian sees it.</summary>
/// <param name="PlacedBy">A pseudonym.</param>
/// <param name="InForce">Today, in the practice's zone.</param>
/// <param name="Settled">False: written, but not every client row has been bumped yet.</param>
public sealed record ListedHold(
    HoldId Id, string Matter, string Reason, DateOnly? Until, string PlacedBy, DateTimeOffset PlacedAt, string? ReleasedBy,
    DateTimeOffset? ReleasedAt, bool InForce, string? Record, string? Class, bool Settled = true);

/// <summary>The words of a hold, sealed where it stands.</summary>
internal static class HoldText
{
    /// <summary>Of a hold that a restore put in the place of one that no backup had.</summary>
    private const string Lost = "(lost with its row; the audit log says who placed it)";

    /// <param name="client">Null: a hold of the practice, under its own index key.</param>
    public static HoldFacts Seal(
        HoldOrder order, IndexKey key, PracticeId practice, ClientId? client, HoldId hold, string by, DateTimeOffset now)
    {
        var place = new TextPlace(practice, client, Keys.Hold(hold), "matter");
        return new(
            key.SealText(order.Matter, place), key.SealText(order.Reason, place with { Field = "reason" }), order.Until, by, now, null, null,
            order.Record?.ToString(), order.Class?.ToString());
    }

    public static ListedHold Open(Row row, IndexKey key, PracticeId practice, ClientId? client, DateOnly today)
    {
        var hold = row.As<HoldFacts>();
        var place = new TextPlace(practice, client, row.Key, "matter");
        return new(
            HoldId.Parse(row.Key[Keys.Holds.Length..]), Open(hold.Matter, place), Open(hold.Reason, place with { Field = "reason" }),
            hold.Until, hold.PlacedBy, hold.PlacedAt, hold.ReleasedBy, hold.ReleasedAt,
            hold.BumpedTo is null && hold.IsInForce(today), hold.Record, hold.Class, hold.BumpedTo is null);

        string Open(string text, TextPlace at) => text.Length == 0 ? Lost : key.OpenText(text, at);
    }
}
