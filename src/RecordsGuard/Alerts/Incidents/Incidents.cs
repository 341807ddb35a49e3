using System.Security.Cryptography;
using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Incidents;

/// <summary>A duty of notice of one incident.</summary>
/// <param name="By">The first instant that is too late; null: the law gives no date.</param>
/// <param name="NotOwed">Why it is not owed, opened; null unless somebody said so.</param>
public sealed record IncidentNotice(BreachNotice Notice, DateTimeOffset? By, NoticeDone? Done, string? NotOwed);

/// <summary>An incident as whoever may see it sees it.</summary>
public sealed record ListedIncident(
    string Id, IncidentFacts Facts, string Summary, IReadOnlyDictionary<string, string>? Assessment, IReadOnlyList<IncidentNotice> Notices);

/// <summary>
/// Alerts that belong together, what they come to (<see cref="RiskAssessment"/>), and who must be told of it by when
/// (<see cref="BreachNotices"/>). What people write is sealed under the practice's index key. Rows are never removed: they
/// are the practice's breach log.
/// </summary>
public sealed class Incidents(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    public const int MaxAlerts = 60;
    public const int MaxSummary = 1000;
    public const int MaxNotOwed = 200;

    /// <summary>Durable when it returns; the clocks run from <paramref name="discovered"/>.</summary>
    public async Task<string> OpenAsync(
        AuditSubject who, PracticeId practice, IReadOnlyList<string> alerts, DateTimeOffset discovered, IReadOnlyList<string> jurisdictions,
        int affected, string summary, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var key = await KeyAsync(who, practice, AuditKind.HouseKeeping, cancel);
        var facts = new IncidentFacts(
            alerts, who.Person, time.GetUtcNow(), discovered, jurisdictions, affected, key.SealText(summary, Place(practice, id, "summary")));
        var row = Row.New(Partition(practice), id, RowKinds.Incident, RowBody.Write(facts));
        return await audit.ChangeInOrderAsync(store, who, [(Table.Alerts, new RowChange.Insert(row))], cancel)
            ? id
            : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>Adds alerts; those that it has already change nothing. False if there is no such incident, or too many alerts.</summary>
    public Task<bool> LinkAsync(AuditSubject who, PracticeId practice, string id, IReadOnlyList<string> alerts, CancellationToken cancel) =>
        ChangeAsync(
            who, practice, id, facts => facts.Alerts.Union(alerts).ToList() is var all && all.Count == facts.Alerts.Count ? facts
                : all.Count > MaxAlerts ? null : facts with { Alerts = all },
            cancel);

    /// <summary>The assessment in force; a later one takes its place, and the log knows both. False if there is no such incident.</summary>
    /// <param name="factors">Without complaints.</param>
    public async Task<bool> AssessAsync(
        AuditSubject who, PracticeId practice, string id, IReadOnlyDictionary<string, string> factors, string outcome, int? affected,
        CancellationToken cancel)
    {
        using var key = await KeyAsync(who, practice, AuditKind.HouseKeeping, cancel);
        var text = key.SealText(StatementText.Write(factors), Place(practice, id, "assessment"));
        return await ChangeAsync(
            who, practice, id,
            facts => facts with
            {
                Assessment = text,
                Outcome = outcome,
                AssessedBy = who.Person,
                AssessedAt = time.GetUtcNow(),
                Affected = affected ?? facts.Affected,
            },
            cancel);
    }

    /// <summary>A duty of notice is done, or is not owed. What was said first stays. False if there is no such incident or duty.</summary>
    /// <param name="notOwed">Why not; null: it was given.</param>
    public async Task<bool> NoteAsync(AuditSubject who, PracticeId practice, string id, string notice, string? notOwed, CancellationToken cancel)
    {
        string? text = null;
        if (notOwed is not null)
        {
            using var key = await KeyAsync(who, practice, AuditKind.HouseKeeping, cancel);
            text = key.SealText(notOwed, Place(practice, id, notice));
        }

        return BreachNotices.All.Any(n => n.Id == notice) && await ChangeAsync(
            who, practice, id,
            facts => facts.Notices?.ContainsKey(notice) == true ? facts : facts with
            {
                Notices = new Dictionary<string, NoticeDone>(facts.Notices ?? new Dictionary<string, NoticeDone>())
                {
                    [notice] = new(who.Person, time.GetUtcNow(), text),
                },
            },
            cancel);
    }

    /// <summary>The newest first, for one unwrap and one <c>listed</c> entry.</summary>
    public async Task<IReadOnlyList<ListedIncident>> ListAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        using var key = await KeyAsync(who, practice, AuditKind.Listed, cancel);
        var found = new List<ListedIncident>();
        await foreach (var row in store.ListAsync(Table.Alerts, Partition(practice), "", cancel))
        {
            var (id, facts) = (row.Key, row.As<IncidentFacts>());
            found.Add(new(
                id, facts, key.OpenText(facts.Summary, Place(practice, id, "summary")),
                facts.Assessment is null ? null : StatementText.Read(key.OpenText(facts.Assessment, Place(practice, id, "assessment"))),
                [.. Owed(facts).Select(n => n with
                {
                    NotOwed = n.Done?.NotOwed is { } why ? key.OpenText(why, Place(practice, id, n.Notice.Id)) : null,
                })]));
        }

        return [.. found.OrderByDescending(i => i.Facts.OpenedAt)];
    }

    /// <summary>Notices that are owed and not given, of every incident of a practice. Needs no key.</summary>
    internal static async IAsyncEnumerable<(string Id, IncidentNotice Notice)> OpenAsync(
        IRecordStore store, PracticeId practice, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(Table.Alerts, Partition(practice), "", cancel))
        {
            var facts = row.As<IncidentFacts>();
            foreach (var notice in facts.Outcome == RiskAssessment.LowProbability ? [] : Owed(facts).Where(n => n.Done is null))
            {
                yield return (row.Key, notice);
            }
        }
    }

    /// <summary>Whether a text can be an incident's id: nothing else is looked for.</summary>
    public static bool IsId(string? text) => text is { Length: 32 } && text.All(char.IsAsciiHexDigitLower);

    private static IEnumerable<IncidentNotice> Owed(IncidentFacts facts) =>
        BreachNotices.All.Where(n => n.AppliesTo(facts.Jurisdictions, facts.Affected))
            .Select(n => new IncidentNotice(n, n.By(facts.Discovered), facts.Notices?.GetValueOrDefault(n.Id), null));

    private async Task<bool> ChangeAsync(
        AuditSubject who, PracticeId practice, string id, Func<IncidentFacts, IncidentFacts?> change, CancellationToken cancel)
    {
        while (IsId(id) && await store.ReadAsync(Table.Alerts, Partition(practice), id, cancel) is { } row)
        {
            var facts = row.As<IncidentFacts>();
            if (change(facts) is not { } changed)
            {
                return false;
            }

            if (ReferenceEquals(changed, facts) || await audit.ChangeInOrderAsync(
                store, who, [(Table.Alerts, new RowChange.Replace(row.Next(RowBody.Write(changed))))], cancel))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<IndexKey> KeyAsync(AuditSubject who, PracticeId practice, AuditKind kind, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(kind));
        return await keys.OpenPracticeAsync(practice, entry.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
    }

    private static string Partition(PracticeId practice) => $"{practice}|incidents";

    private static TextPlace Place(PracticeId practice, string id, string field) => new(practice, null, id, field);
}
