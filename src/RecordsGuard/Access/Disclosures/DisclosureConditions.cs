using RecordsGuard.Records;

namespace RecordsGuard.Access.Disclosures;

/// <summary>Who decides for a client, and what they have signed.</summary>
/// <param name="Members">Of a joint chart; null: it is one client's.</param>
/// <param name="Consents">Of a joint chart, all that were recorded in it.</param>
public sealed record Deciding(
    ClientStanding Client, IReadOnlyDictionary<ClientId, ClientStanding>? Members, IReadOnlyList<ConsentFacts> Consents);

/// <summary>
/// Everything that must be true before something goes out; pure. Each sentence says what is missing and what to do.
/// </summary>
public static class DisclosureConditions
{
    private const string Notes = "psychotherapy-notes";

    /// <summary>What keeps a draft from being recorded.</summary>
    /// <param name="consent">The consent that the draft names, if there is one of that id.</param>
    /// <param name="recipient">The likeness of the recipient stated.</param>
    /// <param name="purpose">The likeness of the purpose stated; of a signed release.</param>
    /// <param name="deciding">Who may decide for the client.</param>
    public static IReadOnlyList<string> OfDraft(
        DisclosureDraft draft, ClientPartition partition, ConsentFacts? consent, string recipient, string purpose, Deciding deciding, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(partition);
        var classes = draft.Records.Concat(draft.Redacted?.Values ?? []).Distinct()
            .ToDictionary(r => r.ToString(), r => ClassOf(partition, r), StringComparer.Ordinal);
        var going = classes.Where(c => draft.Redacted?.Any(r => r.Key.ToString() == c.Key) != true).ToDictionary(StringComparer.Ordinal);
        var missing = classes.Where(c => c.Value.Length == 0)
            .Select(c => $"There is no record {c.Key} in this client's chart, or it was destroyed: name only what is there.").ToList();
        if (classes.ContainsValue(Notes) && !draft.Statements.ContainsKey(DisclosureKinds.NotesNamed.Name))
        {
            missing.Add($"{DisclosureKinds.NotesNamed.Name} is missing: {DisclosureKinds.NotesNamed.Question}");
        }

        if (draft.Order is { } order && ClassOf(partition, order).Length == 0)
        {
            missing.Add("orderFile names no record of this client's chart: upload the order there first.");
        }

        if (draft.Kind == DisclosureKind.SignedRelease)
        {
            missing.AddRange(OfConsent(consent, recipient, purpose, going, deciding, today));
        }

        if (draft.Kind == DisclosureKind.OwnCopy)
        {
            missing.AddRange(OfOwnCopy(Capacities.Parse(draft.Of)!.Value, recipient, going, deciding, today));
            if (deciding.Client.MinorConsent(today) is { } law && !draft.Statements.ContainsKey(DisclosureKinds.MinorConsent.Name))
            {
                missing.Add($"{DisclosureKinds.MinorConsent.Name} is missing: {DisclosureKinds.MinorConsent.Question} {law.InWords} ({law.Citation})");
            }
        }

        return missing;
    }

    /// <summary>What keeps a recorded disclosure from going out at this moment.</summary>
    /// <param name="classes">The classes of its records; empty text: it is no more. Read for a signed release only.</param>
    /// <param name="record">The one that is to go out; null: all.</param>
    public static IReadOnlyList<string> OfRelease(
        DisclosureFacts facts, DisclosureKind kind, ConsentFacts? consent, string recipient, string purpose, IReadOnlyDictionary<string, string> classes,
        Deciding deciding, string? record, DateTimeOffset now, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var missing = new List<string>();
        if (record is not null && facts.Redacted?.TryGetValue(record, out var copy) == true)
        {
            missing.Add($"A redacted copy stands for this record: {copy} goes out, and the original stays here.");
        }
        else if (record is not null && !facts.Outgoing.Contains(record))
        {
            missing.Add("This record is not among those that the disclosure names: only what it names goes out.");
        }

        if (record is not null && facts.ReleasedAt is null)
        {
            missing.Add("It has not been released: POST …/release first.");
        }

        if (now >= facts.Until)
        {
            missing.Add("Its time is over: record a new disclosure if there still is a ground for it.");
        }

        if (facts.SecondBefore && facts.ApprovedAt is null)
        {
            missing.Add("It takes a second person's agreement first: POST …/approve, by somebody else.");
        }

        if (kind == DisclosureKind.CourtOrder && facts.Informed is null)
        {
            missing.Add("The client has not been told of the order: tell them, or say why that is lawfully waived (POST …/client-informed).");
        }

        var going = record is null ? classes : classes.Where(c => c.Key == record).ToDictionary();
        if (kind == DisclosureKind.SignedRelease)
        {
            missing.AddRange(OfConsent(consent, recipient, purpose, going, deciding, today));
        }

        if (kind == DisclosureKind.OwnCopy)
        {
            missing.AddRange(OfOwnCopy(Capacities.Parse(facts.Capacity) ?? Capacity.Client, recipient, going, deciding, today));
        }

        return missing;
    }

    private static IEnumerable<string> OfOwnCopy(
        Capacity capacity, string recipient, IReadOnlyDictionary<string, string> classes, Deciding deciding, DateOnly today) =>
        new[] { capacity.Complaint(deciding.Client, today) }.OfType<string>().Concat(OfMembers(recipient, classes, deciding, today));

    /// <summary>Out of a joint chart nothing goes unless each of its members has released it to that recipient.</summary>
    private static IEnumerable<string> OfMembers(
        string recipient, IReadOnlyDictionary<string, string> classes, Deciding deciding, DateOnly today)
    {
        if (deciding.Members is { Count: 0 })
        {
            yield return "This is a joint chart, and nobody has said who its members are: name them first.";
        }

        foreach (var (member, standing) in deciding.Members ?? new Dictionary<ClientId, ClientStanding>())
        {
            var released = deciding.Consents.Any(c => c.Member == member.ToString() && !Lacks(c, recipient, null, classes, today).Any()
                && CapacityOf(c).Complaint(standing, today) is null);
            if (!released)
            {
                yield return $"{member}, or who decides for them, has not released it to this recipient: each joint client releases their own part only. Record a consent of each member (member), or give a redacted copy out of the client's own chart.";
            }
        }
    }

    private static IEnumerable<string> OfConsent(
        ConsentFacts? consent, string recipient, string purpose, IReadOnlyDictionary<string, string> classes, Deciding deciding, DateOnly today)
    {
        if (consent is null)
        {
            yield return "There is no such consent of this client's: record their signed release first.";
            yield break;
        }

        foreach (var lacking in Lacks(consent, recipient, purpose, classes, today).Concat(OfMembers(recipient, classes, deciding, today)))
        {
            yield return lacking;
        }

        // In a joint chart it is the member who decides, which was asked above.
        if (deciding.Members is null && CapacityOf(consent).Complaint(deciding.Client, today) is { } complaint)
        {
            yield return $"Who signed this consent does not decide any more, or not yet. {complaint}";
        }
    }

    /// <summary>Older consents do not say.</summary>
    private static Capacity CapacityOf(ConsentFacts consent) => Capacities.Parse(consent.Capacity) ?? Capacity.Client;

    /// <param name="purpose">Null: whatever it is for.</param>
    private static IEnumerable<string> Lacks(
        ConsentFacts consent, string recipient, string? purpose, IReadOnlyDictionary<string, string> classes, DateOnly today)
    {
        if (consent.RevokedAt is not null)
        {
            yield return "The client has revoked this consent.";
        }

        if (today >= consent.Until)
        {
            yield return $"The consent held until {consent.Until:yyyy-MM-dd} only: ask the client for a new one.";
        }

        if (consent.RecipientLikeness != recipient)
        {
            yield return "The recipient is not the one that the consent names: write it as it stands there, or ask the client for another.";
        }

        if (purpose is not null && consent.PurposeLikeness is { } released && released != purpose)
        {
            yield return "The purpose is not the one that the consent names: write it as it stands there, or ask the client for another.";
        }

        foreach (var (record, recordClass) in classes.Where(c => c.Value.Length > 0 && !consent.Classes.Contains(c.Value)))
        {
            yield return $"The consent does not cover {recordClass}, which {record} is.";
        }
    }

    private static string ClassOf(ClientPartition partition, RecordId record) =>
        partition.Row(Keys.Record(record)) is { Kind: RowKinds.Record } row ? row.As<RecordFacts>().Class : "";
}
