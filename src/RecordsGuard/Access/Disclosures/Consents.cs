using System.Security.Cryptography;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Disclosures;

/// <summary>A signed release as the client signed it.</summary>
/// <param name="SignedBy">Such as <c>the client</c>, or the parent with custody.</param>
/// <param name="Until">The first day on which it no longer holds.</param>
/// <param name="Capacity">Of whoever signed. Whether they decide for the client is asked when something goes out.</param>
/// <param name="Member">In a joint chart: for which of its members.</param>
public sealed record SignedConsent(
    string Recipient, string Purpose, string SignedBy, DateOnly SignedOn, IReadOnlyList<RecordClass> Classes, DateOnly Until, RecordId? Document,
    Capacity Capacity = Capacity.Client, ClientId? Member = null)
{
    /// <summary>Longer ones are asked for again: a release is for something.</summary>
    public const int MaxDays = 366;

    /// <summary>All that is missing or wrong; empty: it can be recorded.</summary>
    public IReadOnlyList<string> Complaints(DateOnly today)
    {
        var found = new List<string?>
        {
            Reasons.Complaint(Recipient, "recipient"), Reasons.Complaint(Purpose, "purpose"), Reasons.Complaint(SignedBy, "signedBy"),
            Classes.Count == 0 ? "classes is missing: which classes of records does it cover? Psychotherapy notes count only if they stand there." : null,
            Capacity != Capacity.Client && Document is null
                ? "document is missing: name the record that is the signed paper, with what shows that they may sign for the client." : null,
            SignedOn > today.AddDays(1) ? "signedOn lies in the future." : null,
            Until <= SignedOn || Until.DayNumber - SignedOn.DayNumber > MaxDays ? $"until must be a day after signedOn, at most {MaxDays} days." : null,
            Recipient.Length > DisclosureDraft.MaxStatement || Purpose.Length > DisclosureDraft.MaxStatement || SignedBy.Length > DisclosureDraft.MaxStatement
                ? $"No text may be longer than {DisclosureDraft.MaxStatement} characters." : null,
        };

        // 45 CFR 164.508(b)(3)(ii): an authorisation for psychotherapy notes is for nothing else.
        if (Classes.Count > 1 && Classes.Any(c => c.ToString() == "psychotherapy-notes"))
        {
            found.Add("A release of psychotherapy notes covers nothing else (45 CFR 164.508(b)(3)(ii)): have the client sign two.");
        }

        return [.. found.OfType<string>()];
    }
}

/// <summary>A consent as whoever may see it sees it.</summary>
public sealed record ListedConsent(string Id, ConsentFacts Facts, string Recipient, string Purpose, string SignedBy);

/// <summary>The client's signed releases: recorded, shown, revoked. Whether one counts is asked when something goes out.</summary>
public sealed class Consents(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    /// <summary>Null if there is no such client.</summary>
    /// <param name="consent">Without complaints.</param>
    public async Task<string?> RecordAsync(AuditSubject who, PracticeId practice, ClientId client, SignedConsent consent, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(consent);
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string Sealed(string text, string field) => key.SealText(text, Place(practice, client, id, field));
        var facts = new ConsentFacts(
            Sealed(consent.Recipient, "recipient"), key.Likeness(Reasons.Essence(consent.Recipient)), Sealed(consent.Purpose, "purpose"),
            Sealed(consent.SignedBy, "signedBy"), consent.SignedOn, [.. consent.Classes.Select(c => c.ToString())], consent.Until,
            consent.Document?.ToString(), who.Person, time.GetUtcNow(), Capacity: consent.Capacity.Word(), Member: consent.Member?.ToString(),
            PurposeLikeness: key.Likeness(Reasons.Essence(consent.Purpose)));
        var row = Row.New(Keys.Partition(practice, client), $"{Keys.Consents}{id}", RowKinds.Consent, RowBody.Write(facts));
        return await audit.ChangeInOrderAsync(store, who, [(Table.Access, new RowChange.Insert(row))], cancel)
            ? id
            : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>From the next step out on, nothing goes out under it. False if there is no such consent.</summary>
    public async Task<bool> RevokeAsync(AuditSubject who, PracticeId practice, ClientId client, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (Deadlines.IsId(id)
            && await store.ReadAsync(Table.Access, Keys.Partition(practice, client), $"{Keys.Consents}{id}", cancel) is { } row)
        {
            var facts = row.As<ConsentFacts>();
            if (facts.RevokedAt is not null || await audit.ChangeInOrderAsync(
                store, who,
                [(Table.Access, new RowChange.Replace(row.Next(RowBody.Write(facts with { RevokedAt = time.GetUtcNow(), RevokedBy = who.Person }))))],
                cancel))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null if there is no such client.</summary>
    public async Task<IReadOnlyList<ListedConsent>?> ListAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var found = new List<ListedConsent>();
        await foreach (var row in store.ListAsync(Table.Access, Keys.Partition(practice, client), Keys.Consents, cancel))
        {
            var (id, facts) = (row.Key[Keys.Consents.Length..], row.As<ConsentFacts>());
            string Opened(string text, string field) => key.OpenText(text, Place(practice, client, id, field));
            found.Add(new(id, facts, Opened(facts.Recipient, "recipient"), Opened(facts.Purpose, "purpose"), Opened(facts.SignedBy, "signedBy")));
        }

        return found;
    }

    private static TextPlace Place(PracticeId practice, ClientId client, string id, string field) =>
        new(practice, client, $"{Keys.Consents}{id}", field);
}
