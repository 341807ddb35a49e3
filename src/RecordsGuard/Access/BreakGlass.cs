using System.Security.Cryptography;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <param name="Worn">The person gave the same words as a reason before, more than once.</param>
public sealed record GivenGrant(string Id, DateTimeOffset Until, DateTimeOffset ReviewBy, bool Worn);

/// <summary>A grant as whoever reviews it sees it.</summary>
public sealed record ListedGrant(ClientId Client, string Id, Guid Person, GrantFacts Facts, string Reason, string? Comment);

/// <summary>What came of a review.</summary>
public enum GrantReview
{
    Done,

    /// <summary>It was reviewed before, and stays as it was.</summary>
    Already,

    /// <summary>There is no such grant of this client's.</summary>
    None,
}

/// <summary>
/// Breaking the glass: a clinician without a relationship states purpose and reason and gets, for one client and some
/// minutes, the relationship <see cref="Relationship.BreakGlass"/>. What that opens, and that security staff hear of it,
/// is the policy's; that somebody else reviews it in time is <see cref="Deadlines"/>' business.
/// </summary>
public sealed class BreakGlass(IRecordStore store, IndexKeys keys, AuditLog audit, AccessPolicy policy, TimeProvider time)
{
    internal const string What = "grant";

    /// <summary>How long the words of a reason are remembered, and how often they may come.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    internal const int Often = 2;

    public static IReadOnlyList<string> Verdicts { get; } = ["lawful", "unlawful"];

    /// <summary>
    /// The deadline first, then the grant, which is the commit point: there is no grant without somebody being told to
    /// review it. Null if there is no such client.
    /// </summary>
    /// <param name="person">Who gets it: the caller.</param>
    /// <param name="reason">Free text, sealed under the client's index key.</param>
    public async Task<GivenGrant?> BreakAsync(
        AuditSubject who, PracticeId practice, ClientId client, Guid person, string purpose, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("purpose", purpose)));
        using var practiceKey = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        if (practiceKey is null || await store.ReadDirectoryAsync(practice, client, cancel) is not { } directory)
        {
            return null;
        }

        using var key = practiceKey.UnwrapClient(directory.IndexKey, practice, client);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var now = time.GetUtcNow();
        var facts = new GrantFacts(
            who.Person, purpose, key.SealText(reason, Place(practice, client, id, "reason")), practiceKey.Likeness(Reasons.Essence(reason)),
            now, now + policy.Terms.BreakGlass, now + policy.Terms.BreakGlassReview);
        var worn = await IsWornAsync(practice, person, facts, cancel);
        var grant = Row.New(Keys.People(practice, person), Keys.Grant(client, id), RowKinds.Grant, RowBody.Write(facts));
        var done = await audit.ChangeInOrderAsync(
            store, who,
            [(Table.Access, Deadlines.Row(practice, client, What, id, facts.ReviewBy, grant)), (Table.Access, new RowChange.Insert(grant))],
            cancel);
        return done ? new(id, facts.Until, facts.ReviewBy, worn) : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>Those of the last weeks, the newest first, reasons opened for one unwrap.</summary>
    public async Task<IReadOnlyList<ListedGrant>> ListAsync(AuditSubject who, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var practiceKey = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        var found = new List<ListedGrant>();
        await foreach (var row in GrantsAsync(practice, cancel))
        {
            var (client, id, facts) = (Keys.ClientOf(row), IdOf(row), row.As<GrantFacts>());
            if (practiceKey is null
                || await store.ReadDirectoryAsync(practice, client, cancel) is not { } directory)
            {
                continue; // the client's index key was destroyed, and with it the text
            }

            using var key = practiceKey.UnwrapClient(directory.IndexKey, practice, client);
            found.Add(new(
                client, id, PersonOf(row), facts, key.OpenText(facts.Reason, Place(practice, client, id, "reason")),
                facts.Comment is null ? null : key.OpenText(facts.Comment, Place(practice, client, id, "comment"))));
        }

        return [.. found.OrderByDescending(g => g.Facts.From)];
    }

    /// <summary>The pseudonym of whose doing a grant is; null if there is none of that id for that client.</summary>
    public async Task<string?> AuthorAsync(PracticeId practice, ClientId client, string id, CancellationToken cancel) =>
        (await FindAsync(practice, client, id, cancel))?.As<GrantFacts>().Person;

    /// <param name="verdict">One of <see cref="Verdicts"/>.</param>
    /// <param name="comment">Free text, sealed under the client's index key.</param>
    public async Task<GrantReview> ReviewAsync(
        AuditSubject who, PracticeId practice, ClientId client, string id, string verdict, string comment, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        while (key is not null && await FindAsync(practice, client, id, cancel) is { } row)
        {
            var facts = row.As<GrantFacts>();
            if (facts.ReviewedAt is not null)
            {
                return GrantReview.Already;
            }

            var reviewed = facts with
            {
                ReviewedBy = who.Person,
                ReviewedAt = time.GetUtcNow(),
                Verdict = verdict,
                Comment = key.SealText(comment, Place(practice, client, id, "comment")),
            };
            if (await audit.ChangeInOrderAsync(
                store, who, [(Table.Access, new RowChange.Replace(row.Next(RowBody.Write(reviewed))))], cancel))
            {
                return GrantReview.Done;
            }
        }

        return GrantReview.None;
    }

    private async Task<Row?> FindAsync(PracticeId practice, ClientId client, string id, CancellationToken cancel)
    {
        var key = Keys.Grant(client, id);
        await foreach (var row in GrantsAsync(practice, cancel))
        {
            if (row.Key == key)
            {
                return row;
            }
        }

        return null;
    }

    private IAsyncEnumerable<Row> GrantsAsync(PracticeId practice, CancellationToken cancel) =>
        Deadlines.PointedToAsync(store, practice, What, time, cancel).Select(d => d.Row);

    private async Task<bool> IsWornAsync(PracticeId practice, Guid person, GrantFacts fresh, CancellationToken cancel)
    {
        var same = 0;
        await foreach (var row in store.ListAsync(Table.Access, Keys.People(practice, person), "", cancel))
        {
            if (row.Kind == RowKinds.Grant && row.As<GrantFacts>() is var old && old.Likeness == fresh.Likeness && fresh.From - old.From < Memory)
            {
                same++;
            }
        }

        return same >= Often;
    }

    private static string IdOf(Row row) => row.Key[(row.Key.LastIndexOf('|') + 1)..];

    private static Guid PersonOf(Row row) => Guid.ParseExact(row.Partition[(row.Partition.IndexOf('|') + 1)..], "D");

    private static TextPlace Place(PracticeId practice, ClientId client, string id, string field) =>
        new(practice, client, Keys.Grant(client, id), field);
}
