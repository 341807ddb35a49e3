using System.Globalization;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>What is to be corrected; null leaves a fact as it is.</summary>
public sealed record ClientPatch(
    string? Name, string? ChartNumber, DateOnly? BirthDate, string? Jurisdiction, string? Profession, DateOnly? LastService);

/// <summary>What came of a correction.</summary>
public abstract record CorrectionAnswer
{
    private CorrectionAnswer()
    {
    }

    /// <param name="Facts">As they are now.</param>
    public sealed record Corrected(ClientFacts Facts) : CorrectionAnswer;

    /// <summary>The last service would lie before the birth, of which one may be sent and the other known already.</summary>
    public sealed record ServiceBeforeBirth : CorrectionAnswer;

    public sealed record NoSuchClient : CorrectionAnswer;
}

/// <summary>Facts that arrive late or were wrong. Every change recomputes what it touches and is audited.</summary>
public sealed class ClientCorrection(IRecordStore store, IndexKeys keys, AuditLog audit, DueIndex due, TimeProvider time)
{
    /// <summary>
    /// The retention facts first, then the names. A crash in between leaves the second undone: the caller, who had no
    /// answer, repeats the request.
    /// </summary>
    public async Task<CorrectionAnswer> CorrectAsync(
        AuditSubject who, PracticeId practice, ClientId client, ClientPatch patch, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(patch);
        if (await store.ReadAsync(Table.Directory, practice.ToString(), client.ToString(), cancel) is not { } directory)
        {
            return new CorrectionAnswer.NoSuchClient();
        }

        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return new CorrectionAnswer.NoSuchClient();
        }

        var names = directory.As<DirectoryFacts>();
        var born = patch.BirthDate ?? DateOnly.ParseExact(
            key.OpenText(names.BirthDate, Place(practice, client, "birthDate")), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var answer = await CorrectFactsAsync(who, practice, client, patch, born, cancel);
        if (answer is not CorrectionAnswer.Corrected)
        {
            return answer;
        }

        var renamed = names with
        {
            Name = patch.Name is { } name ? key.SealText(name, Place(practice, client, "name")) : names.Name,
            ChartNumber = patch.ChartNumber is { } chart
                ? key.SealText(chart, Place(practice, client, "chartNumber")) : names.ChartNumber,
            BirthDate = patch.BirthDate is null
                ? names.BirthDate
                : key.SealText(born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Place(practice, client, "birthDate")),
        };
        if (renamed == names)
        {
            return answer;
        }

        RowChange[] changes = [new RowChange.Replace(directory.Next(RowBody.Write(renamed)))];
        var done = await audit.ChangeAsync(
            who, changes.Describe(Table.Directory),
            async _ => await store.CommitAsync(Table.Directory, directory.Partition, changes, cancel) == Commit.Done);
        return done ? answer : throw new StoreUnavailableException("Somebody else changed this client at the same moment.");
    }

    private async Task<CorrectionAnswer> CorrectFactsAsync(
        AuditSubject who, PracticeId practice, ClientId client, ClientPatch patch, DateOnly born, CancellationToken cancel)
    {
        while (await ClientPartition.ReadAsync(store, practice, client, cancel) is { } partition)
        {
            var lastService = patch.LastService ?? partition.Facts.LastService;
            if (lastService < born)
            {
                return new CorrectionAnswer.ServiceBeforeBirth();
            }

            var facts = partition.Facts with
            {
                Jurisdiction = patch.Jurisdiction ?? partition.Facts.Jurisdiction,
                Profession = patch.Profession ?? partition.Facts.Profession,
                LastService = lastService,
                Eighteenth = Birthdays.EighteenthIfNeeded(born, lastService),
            };
            if (facts == partition.Facts)
            {
                return new CorrectionAnswer.Corrected(facts);
            }

            await ListDueAsync(partition, facts, cancel);
            var changes = partition.Bump(facts);
            var done = await audit.ChangeAsync(
                who, changes.Describe(Table.Clients),
                async _ => await store.CommitAsync(Table.Clients, partition.Key, changes, cancel) == Commit.Done);
            if (done)
            {
                return new CorrectionAnswer.Corrected(facts);
            }
        }

        return new CorrectionAnswer.NoSuchClient();
    }

    /// <summary>Before the commit: a due row too many is a stale hint, one too few would be a record never reviewed.</summary>
    private async Task ListDueAsync(ClientPartition partition, ClientFacts facts, CancellationToken cancel)
    {
        var practice = await store.ReadPracticeAsync(partition.Practice, cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        foreach (var row in partition.Records.Where(r => r.Kind == RowKinds.Record))
        {
            if (RetentionSchedule.Evaluate(facts, row.As<RecordFacts>().Class) is RetentionAnswer.Until until)
            {
                var record = RecordId.Parse(row.Key[Keys.Records.Length..]);
                var day = DueIndex.NotBefore(until.MayDestroyFrom, practice.Today(time));
                await due.AddAsync(new(day, partition.Practice, partition.Client, record), cancel);
            }
        }
    }

    private static TextPlace Place(PracticeId practice, ClientId client, string field) =>
        new(practice, client, client.ToString(), field);
}
