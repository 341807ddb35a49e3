using System.Globalization;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>What is to be corrected; null leaves a fact as it is.</summary>
/// <param name="Events">Other anchor events, a death among them; a null day takes one back.</param>
public sealed record ClientPatch(
    string? Name, string? ChartNumber, DateOnly? BirthDate, string? Jurisdiction, string? Profession, DateOnly? LastService,
    IReadOnlyDictionary<Anchor, DateOnly?>? Events = null);

/// <summary>A client as a correction would find them.</summary>
/// <param name="BirthDate">Null for a joint chart.</param>
/// <param name="Members">Of a joint chart; else null.</param>
/// <param name="Joint">Joint charts that may count this client as a member.</param>
/// <param name="Closing">Nothing is added any more: the link to the log is about to be destroyed.</param>
public sealed record KnownClient(
    string Name, string ChartNumber, DateOnly? BirthDate, string Jurisdiction, string Profession, DateOnly? LastService,
    IReadOnlyDictionary<Anchor, DateOnly> Events, IReadOnlyList<ClientId>? Members, IReadOnlyList<ClientId> Joint, bool Closing);

/// <summary>What came of a correction.</summary>
public abstract record CorrectionAnswer
{
    private CorrectionAnswer()
    {
    }

    /// <param name="Facts">As they are now.</param>
    public sealed record Corrected(ClientFacts Facts) : CorrectionAnswer;

    /// <summary>The last service or another event would lie before the birth; one may be sent and the other known already.</summary>
    public sealed record ServiceBeforeBirth : CorrectionAnswer;

    /// <summary>A joint chart is nobody's birth or death: those are facts of its members' own charts.</summary>
    public sealed record OfAMember : CorrectionAnswer;

    public sealed record NoSuchClient : CorrectionAnswer;
}

/// <summary>Facts that arrive late or were wrong. Every change recomputes what it touches and is audited.</summary>
public sealed class ClientCorrection(IRecordStore store, IndexKeys keys, AuditLog audit, JointCharts joint)
{
    /// <summary>What is known, for one unwrap; null if there is no such client, or the link to the log was destroyed.</summary>
    public async Task<KnownClient?> SeeAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null
            || await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel) is not { Kind: RowKinds.Directory } directory
            || await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is not { } row)
        {
            return null;
        }

        var (names, facts) = (directory.As<DirectoryFacts>(), row.As<ClientFacts>());
        return new(
            key.OpenText(names.Name, Place(practice, client, "name")), key.OpenText(names.ChartNumber, Place(practice, client, "chartNumber")),
            Born(directory, practice, client, key), facts.Jurisdiction, facts.Profession, facts.LastService,
            ClientEvents.Read(facts.Events).ToDictionary(e => e.Anchor, e => e.Day), facts.IsJoint() ? facts.MemberIds() : null,
            facts.JointIds(), facts.ClosingSince is not null);
    }

    /// <summary>
    /// The names first, then the retention facts, which are computed from the directory's birth date: whoever has
    /// committed facts looks whether it still is, so that of two corrections at once the later sees both. A crash in
    /// between leaves the old facts: the caller, who had no answer, repeats the request.
    /// </summary>
    public async Task<CorrectionAnswer> CorrectAsync(
        AuditSubject who, PracticeId practice, ClientId client, ClientPatch patch, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(patch);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return new CorrectionAnswer.NoSuchClient();
        }

        if (await FindFaultAsync(practice, client, patch, key, cancel) is { } fault)
        {
            return fault;
        }

        await RenameAsync(who, practice, client, patch, key, cancel);
        while (await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel) is { Kind: RowKinds.Directory } directory)
        {
            var answer = await CorrectFactsAsync(who, practice, client, patch, Born(directory, practice, client, key), cancel);
            var after = await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel);
            if (after?.ETag == directory.ETag)
            {
                return answer;
            }
        }

        return new CorrectionAnswer.NoSuchClient();
    }

    /// <summary>Asked before anything changes, so that a refused correction leaves everything as it was.</summary>
    private async Task<CorrectionAnswer?> FindFaultAsync(
        PracticeId practice, ClientId client, ClientPatch patch, IndexKey key, CancellationToken cancel)
    {
        var directory = await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel);
        var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel);
        if (directory is not { Kind: RowKinds.Directory } || row is null)
        {
            return new CorrectionAnswer.NoSuchClient();
        }

        var facts = row.As<ClientFacts>();
        return facts.IsJoint() && (patch.BirthDate is not null || patch.Events?.ContainsKey(Anchor.Death) == true) ? new CorrectionAnswer.OfAMember()
            : IsBefore(facts, patch, patch.BirthDate ?? Born(directory, practice, client, key)) ? new CorrectionAnswer.ServiceBeforeBirth()
            : null;
    }

    private static bool IsBefore(ClientFacts facts, ClientPatch patch, DateOnly? born) =>
        (patch.LastService ?? facts.LastService) < born
        || ClientEvents.Read(ClientEvents.With(facts.Events, patch.Events)).Any(e => e.Day < born);

    /// <summary>Null for a joint chart.</summary>
    private static DateOnly? Born(Row directory, PracticeId practice, ClientId client, IndexKey key) =>
        directory.As<DirectoryFacts>().BirthDate is { } born
            ? DateOnly.ParseExact(key.OpenText(born, Place(practice, client, "birthDate")), "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;

    private async Task RenameAsync(
        AuditSubject who, PracticeId practice, ClientId client, ClientPatch patch, IndexKey key, CancellationToken cancel)
    {
        if (patch is { Name: null, ChartNumber: null, BirthDate: null }
            || await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel) is not { Kind: RowKinds.Directory } directory)
        {
            return;
        }

        var names = directory.As<DirectoryFacts>();
        var renamed = names with
        {
            Name = patch.Name is { } name ? key.SealText(name, Place(practice, client, "name")) : names.Name,
            ChartNumber = patch.ChartNumber is { } chart
                ? key.SealText(chart, Place(practice, client, "chartNumber")) : names.ChartNumber,
            BirthDate = patch.BirthDate is { } born
                ? key.SealText(born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Place(practice, client, "birthDate"))
                : names.BirthDate,
        };
        RowChange[] changes = [new RowChange.Replace(directory.Next(RowBody.Write(renamed)))];
        var done = await audit.ChangeAsync(
            who, changes.Describe(Table.Directory),
            async _ => await store.CommitAsync(Table.Directory, directory.Partition, changes, cancel) == Commit.Done);
        if (!done)
        {
            throw new StoreUnavailableException("Somebody else changed this client at the same moment.");
        }
    }

    private async Task<CorrectionAnswer> CorrectFactsAsync(
        AuditSubject who, PracticeId practice, ClientId client, ClientPatch patch, DateOnly? born, CancellationToken cancel)
    {
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            var lastService = patch.LastService ?? partition.Facts.LastService;
            if (IsBefore(partition.Facts, patch, born))
            {
                return new CorrectionAnswer.ServiceBeforeBirth();
            }

            var facts = partition.Facts with
            {
                Jurisdiction = patch.Jurisdiction ?? partition.Facts.Jurisdiction,
                Profession = patch.Profession ?? partition.Facts.Profession,
                LastService = lastService,
                Eighteenth = born is { } birth ? Birthdays.EighteenthIfNeeded(birth, lastService) : null,
                Events = ClientEvents.With(partition.Facts.Events, patch.Events),
            };
            if (facts == partition.Facts)
            {
                // Perhaps a repetition: what a crash kept from the joint charts follows now.
                await joint.FollowAsync(who, practice, facts, cancel);
                return new CorrectionAnswer.Corrected(facts);
            }

            await joint.ListDueAsync(partition, facts, null, cancel);
            var changes = partition.Bump(facts);
            var done = await audit.ChangeAsync(
                who, changes.Describe(Table.Clients),
                async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
            if (done)
            {
                // An upload bumps nothing: one that came meanwhile was listed by the old facts, or not at all.
                var after = await ClientPartition.ReadAsync(store, practice, client, cancel);
                await joint.ListDueAsync(after ?? partition, facts, partition, cancel);
                await joint.FollowAsync(who, practice, facts, cancel);
                return new CorrectionAnswer.Corrected(facts);
            }
        }

        return new CorrectionAnswer.NoSuchClient();
    }

    private static TextPlace Place(PracticeId practice, ClientId client, string field) =>
        new(practice, client, client.ToString(), field);
}
