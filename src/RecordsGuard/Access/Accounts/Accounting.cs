using System.Globalization;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// The accounting of disclosures (45 CFR 164.528): what went out without the client's authorisation, in the six years
/// before it is asked for. It is made of the disclosures themselves: nobody enters anything.
/// </summary>
public sealed class Accounting(Disclosures.Disclosures disclosures, TimeProvider time)
{
    public const int Years = 6;

    /// <summary>Null if there is no such client.</summary>
    public async Task<Sheet?> OfAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return await disclosures.ListAsync(who, practice, client, cancel) is { } all ? Write(client, now, all) : null;
    }

    private static Sheet Write(ClientId client, DateTimeOffset now, IReadOnlyList<ListedDisclosure> all)
    {
        // From the first day: a leap day's six years ago is 1 March.
        var from = DateOnly.FromDateTime(now.UtcDateTime).AddYearsRollingForward(-Years);
        var lines = all.Where(d => IsAccounted(d.Facts, from, now)).OrderBy(d => d.Facts.ReleasedAt).ToList();
        return new(
            "What we told others about you",
            [
                $"This is about the file {client}, from {Day(from)} to {Day(DateOnly.FromDateTime(now.UtcDateTime))} (45 CFR 164.528).",
                lines.Count == 0 ? "Nothing went out that must be listed here." : $"{lines.Count} times something went out that must be listed here.",
            ],
            ["Date", "To whom", "What", "Why"],
            [
                .. lines.Select(d => (IReadOnlyList<string>)
                [
                    Day(DateOnly.FromDateTime(d.Facts.ReleasedAt!.Value.UtcDateTime)), d.Statements["recipient"], d.Statements["description"], Why(d),
                ]),
            ],
            [
                "Not listed: what was used for your treatment, for payment and to run the practice, and what you yourself released or received.",
                "You may ask for this once a year without cost.",
            ]);
    }

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

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
