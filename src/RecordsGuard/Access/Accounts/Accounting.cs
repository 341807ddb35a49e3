using System.Globalization;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// The accounting of disclosures (45 CFR 164.528): what went out without the client's authorisation, in the six years
/// before it is asked for. It is made of the disclosures themselves: nobody enters anything.
/// </summary>
public sealed class Accounting(Disclosures.Disclosures disclosures, IRecordStore store, LogReader log, TimeProvider time)
{
    public const int Years = 6;

    /// <summary>The log is told of a release at its moment or a little later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    /// <summary>Null if there is no such client.</summary>
    public async Task<Sheet?> OfAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel);
        if (await disclosures.ListAsync(who, practice, client, cancel) is not { } all || row is null)
        {
            return null;
        }

        // From the first day: a leap day's six years ago is 1 March.
        var from = DateOnly.FromDateTime(now.UtcDateTime).AddYearsRollingForward(-Years);
        var lines = new List<Line>();
        foreach (var d in all.Where(d => IsAccounted(d.Facts, from, now)).OrderBy(d => d.Facts.ReleasedAt))
        {
            var place = await FindAsync(row.As<ClientFacts>().Pseudonym, $"{Table.Access}/{row.Partition}/{Keys.Disclosures}{d.Id}", d.Facts.ReleasedAt!.Value, cancel);
            lines.Add(new(
                [Day(DateOnly.FromDateTime(d.Facts.ReleasedAt.Value.UtcDateTime)), d.Statements["recipient"], d.Statements["description"], Why(d)],
                place is { } found ? [found] : []));
        }

        return Write(client, from, now, lines);
    }

    /// <summary>What a line says that its entry does not, in a sentence; null: nothing. To whom and what are the practice's words, which the log has not.</summary>
    internal static string? Contradiction(IReadOnlyList<string> cells, AuditEntry entry) =>
        cells.Count != 4 ? "it has not the fields of this report."
        : !entry.Event.Details.Any(d => d.Key == "row" && d.Value.Contains($"/{Keys.Disclosures}", StringComparison.Ordinal)) ? "its entry is about no disclosure."
        : cells[0] != DayOf(entry.Time) && cells[0] != DayOf(entry.Time - Slack) ? $"it says {cells[0]}, and the log {DayOf(entry.Time)}."
        : null;

    /// <summary>The entry that announced that it goes out; null: the log has not taken it in yet.</summary>
    private async Task<KeyValuePair<long, AuditEntry>?> FindAsync(string client, string row, DateTimeOffset released, CancellationToken cancel)
    {
        // Entries have milliseconds.
        var from = DateTimeOffset.FromUnixTimeMilliseconds(released.ToUnixTimeMilliseconds());
        await foreach (var place in log.OfClientAsync(client, from, from + Slack, cancel))
        {
            if (place.Value.Event is { Kind: AuditKind.ChangeIntended } happened && happened.Details.Contains(new("row", row)))
            {
                return place;
            }
        }

        return null;
    }

    private static Sheet Write(ClientId client, DateOnly from, DateTimeOffset now, IReadOnlyList<Line> lines) =>
        new(
            "What we told others about you",
            [
                $"This is about the file {client}, from {Day(from)} to {Day(DateOnly.FromDateTime(now.UtcDateTime))} (45 CFR 164.528).",
                lines.Count == 0 ? "Nothing went out that must be listed here." : $"{lines.Count} times something went out that must be listed here.",
            ],
            ["Date", "To whom", "What", "Why"],
            lines,
            [
                "Not listed: what was used for your treatment, for payment and to run the practice, and what you yourself released or received.",
                "You may ask for this once a year without cost. It carries the proof of each line: recordsguard report verify.",
            ]);

    /// <summary>45 CFR 164.528(a)(1) and (2): exclusions, and suspension while an authority asked for it.</summary>
    private static bool IsAccounted(DisclosureFacts facts, DateOnly from, DateTimeOffset now) =>
        facts.ReleasedAt is { } released && DateOnly.FromDateTime(released.UtcDateTime) >= from
        && !(facts.SuspendedUntil > now)
        && DisclosureKinds.Parse(facts.Kind) is { } kind && kind.IsAccountable();

    private static string Why(ListedDisclosure d) => DisclosureKinds.Parse(d.Facts.Kind) switch
    {
        DisclosureKind.RiskOfHarm => "To prevent a serious and imminent threat (45 CFR 164.512(j))",
        DisclosureKind.AbuseOrNeglect => "A report of abuse or neglect to the authority for it (45 CFR 164.512(b), (c))",
        DisclosureKind.CourtOrder => $"An order of {d.Statements["court"]}: {d.Statements["order"]} (45 CFR 164.512(e)(1)(i))",
        _ => "You released it",
    };

    private static string DayOf(DateTimeOffset at) => Day(DateOnly.FromDateTime(at.UtcDateTime));

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
