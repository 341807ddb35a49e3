using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>A practice's own rules as they stand.</summary>
/// <param name="Settled">False: kept to by every decision, and not every record is listed by them yet.</param>
/// <param name="Faults">What a newer shipped catalogue has against them; while there is one, everything is kept.</param>
public sealed record StoredRules(string Rules, string PutBy, DateTimeOffset PutAt, bool Settled, IReadOnlyList<string> Faults);

/// <summary>What came of putting rules.</summary>
public abstract record RulesAnswer
{
    private RulesAnswer()
    {
    }

    /// <param name="Version">Of the shipped catalogue and the rules together.</param>
    /// <param name="Settled">False: a message goes on.</param>
    public sealed record Put(string Version, bool Settled) : RulesAnswer;

    /// <summary>Nothing changed; each fault is a sentence that says where and why.</summary>
    public sealed record Refused(IReadOnlyList<string> Faults) : RulesAnswer;
}

/// <summary>One record under two sets of rules.</summary>
/// <param name="Change"><see cref="PracticeRules.Change"/>.</param>
/// <param name="DueNow">It may be destroyed on the day asked for, and could not before.</param>
public sealed record SimulatedRecord(
    ClientId Client, RecordId Record, string Class, string Change, bool DueNow, DateOnly? Before, DateOnly? After, string? RuleBefore, string? RuleAfter);

/// <param name="Records">Those whose date changes.</param>
/// <param name="Automatic">Classes that would go by themselves, and do not now.</param>
/// <param name="Next">The client to go on after; null: that was all of them.</param>
public sealed record SimulatedRules(IReadOnlyList<SimulatedRecord> Records, int Same, IReadOnlyList<string> Automatic, string? Next);

/// <summary>
/// The practice's own retention rules: rules of its own, and shipped ones that count only because it took them, with a name
/// and a reason. They come on top of the shipped catalogue and lengthen; what shortens must say why, which the same checks
/// see to as offline (<see cref="CatalogueLint"/>). Kept to from the moment they are written; an approval under another
/// rule or date counts no more.
/// </summary>
public sealed class PracticeRules(IRecordStore store, AuditLog audit, Settling settling, TimeProvider time)
{
    /// <summary>In UTF-16 units: as JSON text within a row they grow.</summary>
    public const int MaxLength = 16_000;

    private const int ClientsAtOnce = 200;

    /// <summary>Safe to repeat. A crash leaves the rules as they were, or written; then a message goes on.</summary>
    /// <param name="text">docs/formats/retention-rules.md. Without rules and adoptions, the shipped catalogue alone.</param>
    public async Task<RulesAnswer> PutAsync(AuditSubject who, PracticeId practice, string text, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(text);
        if (Read(text, out var faults) is not { } catalogue)
        {
            return new RulesAnswer.Refused(faults);
        }

        var body = RowBody.Write(new RetentionRulesFacts(text, who.Person, time.GetUtcNow(), BumpedTo: ""));
        if (body.Length > Row.MaxBody)
        {
            return new RulesAnswer.Refused(["They are too long for one row, quotation marks and all: shorten the notes."]);
        }

        await settling.AnnounceAsync(practice, Keys.RetentionRules, cancel);
        while (true)
        {
            var now = await store.ReadAsync(Table.Practices, practice.ToString(), Keys.RetentionRules, cancel);
            RowChange[] changes = [now is null
                ? new RowChange.Insert(Row.New(practice.ToString(), Keys.RetentionRules, RowKinds.RetentionRules, body))
                : new RowChange.Replace(now.Next(body))];
            if (await audit.ChangeAsync(
                who, changes.Describe(Table.Practices),
                async _ => await store.CommitAsync(Table.Practices, practice.ToString(), changes, cancel) == Commit.Done))
            {
                return new RulesAnswer.Put(
                    catalogue.Version, await settling.RunAsync(who, practice, Keys.RetentionRules, cancel) == true);
            }
        }
    }

    /// <summary>Null: the practice has none of its own.</summary>
    public async Task<StoredRules?> ShowAsync(PracticeId practice, CancellationToken cancel)
    {
        if (await store.ReadAsync(Table.Practices, practice.ToString(), Keys.RetentionRules, cancel) is not { } row)
        {
            return null;
        }

        var facts = row.As<RetentionRulesFacts>();
        RulesInForce.Read(facts.Rules, out var faults);
        return new(facts.Rules, facts.PutBy, facts.PutAt, facts.BumpedTo is null, faults);
    }

    /// <summary>What rules would make due sooner or later, over the records of the next clients. Changes nothing.</summary>
    /// <param name="after">The client to go on after; empty: from the first.</param>
    /// <param name="asOf">The day on which something would be due; null: today.</param>
    /// <returns>Null and what is wrong with the rules, if they are refused.</returns>
    public async Task<(SimulatedRules? Simulated, IReadOnlyList<string> Faults)> SimulateAsync(
        PracticeId practice, string text, string after, CancellationToken cancel, DateOnly? asOf = null)
    {
        if (Read(text, out var faults) is not { } catalogue || await store.ReadPracticeAsync(practice, cancel) is not { } facts)
        {
            return (null, faults);
        }

        var (before, under, today) = (await RulesInForce.ReadAsync(store, practice, cancel), RetentionSchedule.Under(catalogue), asOf ?? facts.Today(time));
        List<string> automatic = [.. catalogue.Automatic.Where(c => !before.IsAutomatic(c)).Order(StringComparer.Ordinal)];
        var (found, same, clients) = (new List<SimulatedRecord>(), 0, 0);
        await foreach (var row in store.ListAsync(Table.Directory, practice.ToString(), "", cancel))
        {
            if (string.CompareOrdinal(row.Key, after) <= 0
                || await ClientPartition.ReadAsync(store, practice, ClientId.Parse(row.Key), cancel) is not { } partition)
            {
                continue;
            }

            if (clients++ == ClientsAtOnce)
            {
                return (new(found, same, automatic, after), []);
            }

            after = row.Key;
            foreach (var record in partition.Records.Where(r => r.Kind == RowKinds.Record))
            {
                var simulated = Compare(partition, record, before, under, today);
                same += simulated.Change == "same" ? 1 : 0;
                found.AddRange(simulated.Change == "same" ? [] : [simulated]);
            }
        }

        return (new(found, same, automatic, null), []);
    }

    /// <summary><c>sooner</c>, <c>later</c>, <c>released</c> (kept before, a date now), <c>kept</c> (the reverse) or <c>same</c>.</summary>
    public static string Change(DateOnly? before, DateOnly? after) =>
        before == after ? "same" : before is null ? "released" : after is null ? "kept" : after < before ? "sooner" : "later";

    private static Catalogue? Read(string text, out IReadOnlyList<string> faults)
    {
        faults = [$"They are too long: {MaxLength} characters at most."];
        return text.Length > MaxLength ? null : RulesInForce.Read(text, out faults);
    }

    private static SimulatedRecord Compare(
        ClientPartition partition, Row row, RetentionSchedule before, RetentionSchedule under, DateOnly today)
    {
        var facts = row.As<RecordFacts>();
        var was = before.Evaluate(partition.Facts, partition.Members, facts.Class, facts.Created) as RetentionAnswer.Until;
        var now = under.Evaluate(partition.Facts, partition.Members, facts.Class, facts.Created) as RetentionAnswer.Until;
        return new(
            partition.Client, RecordId.Parse(row.Key[Keys.Records.Length..]), facts.Class, Change(was?.MayDestroyFrom, now?.MayDestroyFrom),
            now?.MayDestroyFrom <= today && !(was?.MayDestroyFrom <= today), was?.MayDestroyFrom, now?.MayDestroyFrom, was?.Rule.Id, now?.Rule.Id);
    }
}
