using System.Globalization;
using System.Text.Json;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Schedules;

/// <summary>How long a record is kept. Everything that is not known means keep.</summary>
public abstract record RetentionAnswer
{
    private RetentionAnswer()
    {
    }

    /// <summary>No date: a fact is missing or no rule applies.</summary>
    public sealed record Keep(string Because) : RetentionAnswer;

    /// <param name="MayDestroyFrom">The first day on which destruction is lawful.</param>
    /// <param name="Arithmetic">How the date came about, in words.</param>
    public sealed record Until(DateOnly MayDestroyFrom, RetentionRule Rule, string Arithmetic) : RetentionAnswer;
}

/// <summary>
/// The retention schedule: from a client's facts and a record's class to the day from which it may be destroyed. The
/// longest minimum of all rules that apply wins.
/// </summary>
public static class RetentionSchedule
{
    public static IReadOnlyList<RetentionRule> Rules { get; } = Load();

    /// <summary>Pure: the same facts give the same answer.</summary>
    public static RetentionAnswer Evaluate(ClientFacts facts, string recordClass)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var candidates = Rules.Where(r =>
            r.Jurisdiction == facts.Jurisdiction && r.Professions.Contains(facts.Profession) && r.Classes.Contains(recordClass)).ToList();
        if (candidates.Count == 0)
        {
            return new RetentionAnswer.Keep(
                $"No retention rule for {facts.Profession}, {recordClass} in {facts.Jurisdiction} is in the catalogue.");
        }

        if (facts.LastService is not { } lastService)
        {
            return new RetentionAnswer.Keep("The date of the last service is not known.");
        }

        return candidates
            .Where(r => r.EndedFrom is null || lastService >= r.EndedFrom)
            .Select(r => Apply(r, lastService, facts.Eighteenth))
            .MaxBy(u => u.MayDestroyFrom)
            ?? (RetentionAnswer)new RetentionAnswer.Keep(
                $"The rules for {facts.Profession} in {facts.Jurisdiction} bind services that ended later than {Day(lastService)}.");
    }

    private static RetentionAnswer.Until Apply(RetentionRule rule, DateOnly lastService, DateOnly? eighteenth)
    {
        var end = lastService.AddYearsRollingForward(rule.Years);
        var words = $"last service {Day(lastService)} + {rule.Years} years = {Day(end)}";
        if (eighteenth is { } birthday && birthday.AddYearsRollingForward(rule.YearsPast18) is var minorEnd && minorEnd > end)
        {
            words = $"18th birthday {Day(birthday)} + {rule.YearsPast18} years = {Day(minorEnd)}, later than {words}";
            end = minorEnd;
        }

        // The period ends with that day; the next one is the first on which destruction is lawful.
        return new(end.AddDays(1), rule, $"{words}; lawful from the day after");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IReadOnlyList<RetentionRule> Load()
    {
        using var stream = typeof(RetentionSchedule).Assembly.GetManifestResourceStream("RecordsGuard.Retention.rules.json")
            ?? throw new InvalidOperationException("The retention rules are missing from the build.");
        return JsonSerializer.Deserialize(stream, RuleJson.Default.RuleFile)?.Rules
            ?? throw new InvalidOperationException("The retention rules are empty.");
    }
}
