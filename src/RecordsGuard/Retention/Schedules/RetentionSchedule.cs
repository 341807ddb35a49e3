using System.Collections.Concurrent;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Schedules;

/// <summary>How long a record is kept. Everything that is not known means keep.</summary>
public abstract record RetentionAnswer
{
    /// <summary>How long before a must-destroy-by somebody is told.</summary>
    public const int NoticeDays = 30;

    private RetentionAnswer()
    {
    }

    /// <summary>The last day on which it may be kept, or null. Where nothing may be destroyed either, people decide.</summary>
    public abstract DateOnly? MustDestroyBy { get; init; }

    /// <summary>The first day on which somebody has to look; null: not before a fact changes.</summary>
    public DateOnly? ReviewFrom =>
        MustDestroyBy is { } last && Calendar.AddDays(last, -NoticeDays) is var notice && !(this is Until until && until.MayDestroyFrom <= notice)
            ? notice : (this as Until)?.MayDestroyFrom;

    /// <summary>No date: a fact is missing, no rule applies, or two rules contradict each other.</summary>
    public sealed record Keep(string Because, DateOnly? MustDestroyBy = null) : RetentionAnswer;

    /// <param name="MayDestroyFrom">The first day on which destruction is lawful.</param>
    /// <param name="Arithmetic">How the date came about, in words.</param>
    public sealed record Until(DateOnly MayDestroyFrom, RetentionRule Rule, string Arithmetic, DateOnly? MustDestroyBy = null) : RetentionAnswer;
}

/// <summary>
/// The retention schedule as the app asks it: from a client's stored facts and a record's class and age to the day from
/// which it may be destroyed, under one catalogue.
/// </summary>
public sealed class RetentionSchedule
{
    // Places, professions and classes that bind a rule are few; others are not kept, so that free text cannot fill it.
    private readonly ConcurrentDictionary<(string, string, string), Schedule> schedules = new();
    private readonly Catalogue? catalogue;
    private readonly string because;

    private RetentionSchedule(Catalogue? catalogue, string because) => (this.catalogue, this.because) = (catalogue, because);

    /// <summary>Of a practice without rules of its own.</summary>
    public static RetentionSchedule Shipped { get; } = Under(Catalogue.Shipped);

    public static RetentionSchedule Under(Catalogue catalogue) => new(catalogue, "");

    /// <summary>Which rules are in force cannot be said: everything is kept.</summary>
    public static RetentionSchedule KeepAll(string because) => new(null, because);

    /// <summary>Whether the practice chose that records of this class go by themselves.</summary>
    public bool IsAutomatic(string recordClass) => catalogue?.Automatic.Contains(recordClass) == true;

    /// <summary>Pure: the same facts give the same answer.</summary>
    /// <param name="created">When the record came in.</param>
    public RetentionAnswer Evaluate(ClientFacts facts, string recordClass, DateTimeOffset created) =>
        Evaluate(facts, [], recordClass, created);

    /// <summary>
    /// The same of a joint chart: under its rules, the latest day on which the record might go if it were that member's
    /// alone, over all members, counted both from the end of the joint service and from that of the member's own.
    /// </summary>
    /// <param name="members">Of a joint chart; else empty.</param>
    public RetentionAnswer Evaluate(
        ClientFacts facts, IReadOnlyList<ClientFacts> members, string recordClass, DateTimeOffset created)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(recordClass);
        if (catalogue is null)
        {
            return new RetentionAnswer.Keep(because);
        }

        var schedule = Of(catalogue, facts.Jurisdiction, facts.Profession, recordClass);
        if (schedule.IsSilent)
        {
            return new RetentionAnswer.Keep(
                $"No retention rule for {facts.Profession}, {recordClass} in {facts.Jurisdiction} is in the catalogue.");
        }

        if (!facts.IsJoint())
        {
            var known = Facts(facts, created);
            return Answer(schedule, schedule.Evaluate(known), known, facts, "");
        }

        if (members.Count == 0)
        {
            return new RetentionAnswer.Keep("It is a joint chart, and nobody is named as its member.");
        }

        RetentionFacts[] each = [.. members.SelectMany(m => new[] { Facts(JointService(facts, m), created), Facts(m, created) })];
        var verdict = schedule.Evaluate(each, out var decides);
        return Answer(
            schedule, verdict, each[decides], facts,
            decides % 2 == 0 ? " (of a member of this joint chart, the latest)" : " (of a member's own services, the latest of this joint chart)");
    }

    private static RetentionAnswer Answer(Schedule schedule, Verdict verdict, RetentionFacts known, ClientFacts facts, string whose) =>
        verdict switch
        {
            { MayDestroyFrom: { } from, IsConflict: false } => new RetentionAnswer.Until(
                from, schedule.Rule(verdict.Deciding), schedule.Arithmetic(verdict.Deciding, known) + whose, verdict.MustDestroyBy),
            { IsConflict: true } => new RetentionAnswer.Keep(
                FormattableString.Invariant($"Two rules contradict each other: it must be kept until {verdict.MayDestroyFrom:yyyy-MM-dd} and may not be kept after {verdict.MustDestroyBy:yyyy-MM-dd}. A person has to decide."),
                verdict.MustDestroyBy),
            { Missing.IsEmpty: false } => new RetentionAnswer.Keep(
                $"Not known{(facts.IsJoint() ? ", of the joint chart or of a member's own" : "")}: {string.Join(", ", verdict.Missing.Members.Select(a => a.Plain()))}.", verdict.MustDestroyBy),
            _ => new RetentionAnswer.Keep(
                $"No rule for {facts.Profession} in {facts.Jurisdiction} applies: {string.Join("; ", schedule.Consider(known).Select(c => $"{c.Rule.Id} {c.Because}"))}.",
                verdict.MustDestroyBy),
        };

    /// <summary>The joint service as the member's alone: born and dead as the member is.</summary>
    private static ClientFacts JointService(ClientFacts joint, ClientFacts member) => joint with
    {
        Eighteenth = member.Eighteenth,
        Events = ClientEvents.With(joint.Events, ClientEvents.Read(member.Events).Where(e => e.Anchor == Anchor.Death)
            .ToDictionary(e => e.Anchor, e => (DateOnly?)e.Day)),
    };

    private static RetentionFacts Facts(ClientFacts client, DateTimeOffset created)
    {
        var facts = client.Eighteenth is { } eighteenth ? RetentionFacts.OfEighteenth(eighteenth) : RetentionFacts.OfAdult();
        facts.Set(Anchor.LastService, client.LastService);
        foreach (var (anchor, day) in ClientEvents.Read(client.Events))
        {
            facts.Set(anchor, day);
        }

        // The latest day it can have been where the practice is: nowhere are clocks further ahead.
        var latest = DateOnly.FromDateTime(created.UtcDateTime.AddHours(14));
        facts.Set(Anchor.Receipt, latest);
        facts.Set(Anchor.Creation, latest);
        return facts;
    }

    private Schedule Of(Catalogue catalogue, string jurisdiction, string profession, string recordClass)
    {
        var key = (jurisdiction, profession, recordClass);
        if (!schedules.TryGetValue(key, out var schedule))
        {
            schedule = catalogue.For(jurisdiction, profession, recordClass);
            if (!schedule.IsSilent)
            {
                schedules[key] = schedule;
            }
        }

        return schedule;
    }
}
