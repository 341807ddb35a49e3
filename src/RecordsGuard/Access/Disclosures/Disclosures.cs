using System.Globalization;
using System.Security.Cryptography;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Disclosures;

/// <summary>What came of recording a disclosure.</summary>
public abstract record DisclosureAnswer
{
    private DisclosureAnswer()
    {
    }

    /// <param name="Ground">What the law of the client's jurisdiction says about this kind.</param>
    /// <param name="Worn">The person stated the same facts before, word for word, more than once.</param>
    public sealed record Recorded(string Id, DisclosureFacts Facts, LegalGround Ground, bool Worn) : DisclosureAnswer;

    public sealed record NoSuchClient : DisclosureAnswer;

    /// <param name="Missing">Sentences: what must be done first. Nothing was recorded.</param>
    public sealed record Refused(IReadOnlyList<string> Missing) : DisclosureAnswer;
}

/// <summary>What came of a step in a disclosure's life.</summary>
public abstract record DisclosureStep
{
    private DisclosureStep()
    {
    }

    public sealed record Done(DisclosureFacts Facts) : DisclosureStep;

    /// <param name="Missing">Sentences: what must be done first. Nothing changed.</param>
    public sealed record NotYet(IReadOnlyList<string> Missing) : DisclosureStep;

    /// <summary>The client has no such disclosure of that kind.</summary>
    public sealed record None : DisclosureStep;
}

/// <summary>A disclosure as whoever may see it sees it.</summary>
public sealed record ListedDisclosure(
    string Id, DisclosureFacts Facts, IReadOnlyDictionary<string, string> Statements, string? Waiver);

/// <summary>
/// Disclosures to people outside: recorded with what the law asks for, limited to records and a time, agreed to or
/// looked at by a second person, and from then on in the accounting by themselves. What may go out is asked again at
/// each step out, under the state of that moment (<see cref="DisclosureConditions"/>).
/// </summary>
public sealed class Disclosures(IRecordStore store, IndexKeys keys, AuditLog audit, AccessPolicy policy, TimeProvider time)
{
    internal const string SecondLook = "second-look";
    internal const string Report = "report";

    /// <summary>How long what was recorded may go out.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>How long an accounting is suspended for what an authority said and did not write.</summary>
    public static readonly TimeSpan LongestOral = TimeSpan.FromDays(30);

    /// <summary>Where the data have no clock for a report: so that nothing is forgotten, not because a law says so.</summary>
    public static readonly TimeSpan DefaultClock = TimeSpan.FromHours(24);

    /// <summary>
    /// Deadlines first, then the disclosure, which is the commit point. What is told at once is out with it.
    /// </summary>
    /// <param name="draft">Without complaints.</param>
    /// <param name="second">What the deciding rule of the policy asks for.</param>
    public async Task<DisclosureAnswer> RecordAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureDraft draft, SecondPerson second, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(draft);
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("kind", draft.Kind.Word())));
        using var practiceKey = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        if (practiceKey is null || await store.ReadDirectoryAsync(practice, client, cancel) is not { } directory
            || await ClientPartition.ReadAsync(store, practice, client, cancel) is not { } partition)
        {
            return new DisclosureAnswer.NoSuchClient();
        }

        using var key = practiceKey.UnwrapClient(directory.IndexKey, practice, client);
        var consent = draft.Consent is { } named ? await ReadConsentAsync(practice, client, named, cancel) : null;
        var deciding = await DecidingAsync(practice, client, partition.Facts, key, entry, cancel);
        var missing = DisclosureConditions.OfDraft(draft, partition, consent, Likeness(key, draft.Statements, "recipient"), Likeness(key, draft.Statements, "purpose"), deciding, Today());
        if (missing.Count > 0)
        {
            return new DisclosureAnswer.Refused(missing);
        }

        var now = time.GetUtcNow();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var ground = LegalFacts.For(partition.Facts.Jurisdiction, draft.Kind.Word(), draft.Of);
        var atOnce = draft.Kind.IsToldAtOnce();
        var facts = new DisclosureFacts(
            draft.Kind.Word(), who.Person, now, key.SealText(StatementText.Write(draft.Statements), Place(practice, client, id, "statements")),
            [.. draft.Records.Select(r => r.ToString())], now + Lifetime, ground.Force, draft.Consent, draft.Order?.ToString(),
            ReportBy: draft.Kind == DisclosureKind.AbuseOrNeglect
                ? draft.LearnedAt!.Value + (ground.ClockHours is { } hours ? TimeSpan.FromHours(hours) : DefaultClock)
                : null,
            SecondBy: second == SecondPerson.After ? now + policy.Terms.BreakGlassReview : null,
            SecondBefore: second == SecondPerson.Before,
            ReleasedBy: atOnce ? who.Person : null, ReleasedAt: atOnce ? now : null,
            Capacity: draft.Kind == DisclosureKind.OwnCopy ? draft.Of : null,
            Redacted: draft.Redacted is { Count: > 0 } redacted ? redacted.ToDictionary(r => r.Key.ToString(), r => r.Value.ToString()) : null,
            Likeness: draft.Statements.TryGetValue("facts", out var stated) ? practiceKey.Likeness(Reasons.Essence(stated)) : null);
        var worn = await IsWornAsync(practice, facts, cancel);
        var row = Row.New(Keys.Partition(practice, client), $"{Keys.Disclosures}{id}", RowKinds.Disclosure, RowBody.Write(facts));
        List<(Table, RowChange)> steps = [];
        if (facts.ReportBy is { } reportBy)
        {
            steps.Add((Table.Access, Deadlines.Row(practice, client, Report, id, reportBy, row)));
        }

        if (facts.SecondBy is { } secondBy)
        {
            steps.Add((Table.Access, Deadlines.Row(practice, client, SecondLook, id, secondBy, row)));
        }

        steps.Add((Table.Access, new RowChange.Insert(row)));
        return await audit.ChangeInOrderAsync(store, who, steps, cancel)
            ? new DisclosureAnswer.Recorded(id, facts, ground, worn)
            : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>All of a client's, the newest first, with what was stated, for one unwrap; null if there is no such client.</summary>
    public async Task<IReadOnlyList<ListedDisclosure>?> ListAsync(
        AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var found = new List<ListedDisclosure>();
        await foreach (var row in store.ListAsync(Table.Access, Keys.Partition(practice, client), Keys.Disclosures, cancel))
        {
            var (id, facts) = (row.Key[Keys.Disclosures.Length..], row.As<DisclosureFacts>());
            found.Add(new(
                id, facts, StatementText.Read(key.OpenText(facts.Statements, Place(practice, client, id, "statements"))),
                facts.Waiver is null ? null : key.OpenText(facts.Waiver, Place(practice, client, id, "waiver"))));
        }

        return [.. found.OrderByDescending(d => d.Facts.PreparedAt)];
    }

    /// <summary>The pseudonym of whose doing it is, or null.</summary>
    public async Task<string?> AuthorAsync(PracticeId practice, ClientId client, string id, CancellationToken cancel) =>
        (await ReadAsync(practice, client, id, cancel))?.As<DisclosureFacts>().PreparedBy;

    /// <summary>The second person agrees, or has looked at it. Whose doing it is is refused before this is called.</summary>
    public Task<DisclosureStep> ApproveAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, CancellationToken cancel) =>
        StepAsync(who, practice, client, kind, id, (facts, now) => facts.ApprovedAt is not null
            ? facts
            : facts with { ApprovedBy = who.Person, ApprovedAt = now }, cancel);

    /// <summary>The report to the agency was made: its clock stops.</summary>
    public Task<DisclosureStep> ReportAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, CancellationToken cancel) =>
        StepAsync(who, practice, client, kind, id, (facts, now) => facts.ReportBy is null || facts.ReportedAt is not null
            ? facts
            : facts with { ReportedAt = now }, cancel);

    /// <summary>The client was told of the order, or that was lawfully waived.</summary>
    /// <param name="waiver">Free text, sealed: why; null: they were told.</param>
    public async Task<DisclosureStep> InformAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, string? waiver, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        string? text = null;
        if (waiver is not null)
        {
            var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
            using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
            text = key?.SealText(waiver, Place(practice, client, id, "waiver"));
        }

        return await StepAsync(who, practice, client, kind, id, (facts, _) => facts.Informed is not null
            ? facts
            : facts with { Informed = waiver is null ? "told" : "waived", Waiver = text }, cancel);
    }

    /// <summary>
    /// An oversight agency or the police say that telling the client would impede them: until then the accounting is
    /// silent about it. What they said by mouth counts for <see cref="LongestOral"/> (45 CFR 164.528(a)(2)).
    /// </summary>
    /// <param name="statement">The record that is the agency's written statement, or null: they said so.</param>
    public Task<DisclosureStep> SuspendAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, DateTimeOffset until, RecordId? statement,
        CancellationToken cancel) => StepAsync(who, practice, client, kind, id, (facts, now) => facts with
        {
            SuspendedUntil = statement is null && until > now + LongestOral ? now + LongestOral : until,
            Suspension = statement?.ToString(),
        }, cancel);

    /// <summary>It goes out: everything that must be true is asked again, at this moment.</summary>
    public async Task<DisclosureStep> ReleaseAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        return await MissingAsync(who, practice, client, kind, id, null, cancel) switch
        {
            null => new DisclosureStep.None(),
            { Count: > 0 } missing => new DisclosureStep.NotYet(missing),
            _ => await StepAsync(who, practice, client, kind, id, (facts, now) => facts.ReleasedAt is not null
                ? facts
                : facts with { ReleasedBy = who.Person, ReleasedAt = now }, cancel),
        };
    }

    /// <summary>
    /// What stands in the way of letting this record out under this disclosure, at this moment. Empty: nothing. Null:
    /// there is no such disclosure.
    /// </summary>
    public async Task<IReadOnlyList<string>?> MissingForAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, RecordId record, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        return await MissingAsync(who, practice, client, kind, id, record, cancel);
    }

    private async Task<IReadOnlyList<string>?> MissingAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id, RecordId? record, CancellationToken cancel)
    {
        if (await ReadAsync(practice, client, id, cancel) is not { } row || row.As<DisclosureFacts>() is not { } facts || facts.Kind != kind.Word())
        {
            return null;
        }

        ConsentFacts? consent = null;
        var (recipient, purpose) = ("", "");
        var deciding = new Deciding(new("", null, HasDied: false), null, []);
        var classes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (kind is DisclosureKind.SignedRelease or DisclosureKind.OwnCopy)
        {
            var clientRow = await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel);
            var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
            using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
            if (key is null || clientRow is null)
            {
                return null;
            }

            consent = facts.Consent is { } named ? await ReadConsentAsync(practice, client, named, cancel) : null;
            var stated = StatementText.Read(key.OpenText(facts.Statements, Place(practice, client, id, "statements")));
            (recipient, purpose) = (Likeness(key, stated, "recipient"), Likeness(key, stated, "purpose"));
            deciding = await DecidingAsync(practice, client, clientRow.As<ClientFacts>(), key, entry, cancel);
            foreach (var each in facts.Outgoing)
            {
                var found = await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Record(RecordId.Parse(each)), cancel);
                classes[each] = found is { Kind: RowKinds.Record } ? found.As<RecordFacts>().Class : "";
            }
        }

        return DisclosureConditions.OfRelease(facts, kind, consent, recipient, purpose, classes, deciding, record?.ToString(), time.GetUtcNow(), Today());
    }

    /// <summary>As things are at this moment: a birthday, a death, a member more.</summary>
    /// <param name="entry">What the members' keys are opened for.</param>
    private async Task<Deciding> DecidingAsync(
        PracticeId practice, ClientId client, ClientFacts facts, IndexKey key, AuditEntryId entry, CancellationToken cancel)
    {
        var standing = await StandingAsync(practice, client, facts, key, cancel);
        if (!facts.IsJoint())
        {
            return new(standing, null, []);
        }

        var members = new Dictionary<ClientId, ClientStanding>();
        foreach (var id in facts.MemberIds())
        {
            var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, id), Keys.Client, cancel);
            using var own = await keys.OpenClientAsync(practice, id, entry.ToString(), cancel);
            members[id] = row is not null && own is not null
                ? await StandingAsync(practice, id, row.As<ClientFacts>(), own, cancel)
                : throw new InvalidDataException("A joint chart with a member who is no client.");
        }

        var consents = new List<ConsentFacts>();
        await foreach (var row in store.ListAsync(Table.Access, Keys.Partition(practice, client), Keys.Consents, cancel))
        {
            consents.Add(row.As<ConsentFacts>());
        }

        return new(standing, members, consents);
    }

    private async Task<ClientStanding> StandingAsync(
        PracticeId practice, ClientId client, ClientFacts facts, IndexKey key, CancellationToken cancel)
    {
        var directory = (await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel))?.As<DirectoryFacts>();
        DateOnly? born = directory?.BirthDate is { } sealedDay
            ? DateOnly.ParseExact(key.OpenText(sealedDay, ClientRegister.Place(practice, client, "birthDate")), "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;
        return new(facts.Jurisdiction, born, facts.HasDied);
    }

    /// <param name="next">The facts as they are from now on; the same object: nothing changes.</param>
    private async Task<DisclosureStep> StepAsync(
        AuditSubject who, PracticeId practice, ClientId client, DisclosureKind kind, string id,
        Func<DisclosureFacts, DateTimeOffset, DisclosureFacts> next, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        while (await ReadAsync(practice, client, id, cancel) is { } row)
        {
            var facts = row.As<DisclosureFacts>();
            if (facts.Kind != kind.Word())
            {
                break;
            }

            var changed = next(facts, time.GetUtcNow());
            if (ReferenceEquals(changed, facts) || await audit.ChangeInOrderAsync(
                store, who, [(Table.Access, new RowChange.Replace(row.Next(RowBody.Write(changed))))], cancel))
            {
                return new DisclosureStep.Done(changed);
            }
        }

        return new DisclosureStep.None();
    }

    private async Task<Row?> ReadAsync(PracticeId practice, ClientId client, string id, CancellationToken cancel) =>
        Deadlines.IsId(id) ? await store.ReadAsync(Table.Access, Keys.Partition(practice, client), $"{Keys.Disclosures}{id}", cancel) : null;

    private async Task<ConsentFacts?> ReadConsentAsync(PracticeId practice, ClientId client, string id, CancellationToken cancel) =>
        Deadlines.IsId(id)
            ? (await store.ReadAsync(Table.Access, Keys.Partition(practice, client), $"{Keys.Consents}{id}", cancel))?.As<ConsentFacts>()
            : null;

    /// <summary>Facts are stated where somebody looks afterwards, so that the deadlines of that look lead to them.</summary>
    private async Task<bool> IsWornAsync(PracticeId practice, DisclosureFacts fresh, CancellationToken cancel)
    {
        var same = 0;
        await foreach (var (_, row) in Deadlines.PointedToAsync(store, practice, SecondLook, time, cancel))
        {
            var old = row.As<DisclosureFacts>();
            same += fresh.Likeness is not null && old.Likeness == fresh.Likeness && old.PreparedBy == fresh.PreparedBy ? 1 : 0;
        }

        return same >= BreakGlass.Often;
    }

    private static string Likeness(IndexKey key, IReadOnlyDictionary<string, string> statements, string name) =>
        key.Likeness(Reasons.Essence(statements.GetValueOrDefault(name) ?? ""));

    /// <summary>Days of a consent are days of UTC, of which the practice's lag or lead is less than one.</summary>
    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    internal static TextPlace Place(PracticeId practice, ClientId client, string id, string field) =>
        new(practice, client, $"{Keys.Disclosures}{id}", field);
}
