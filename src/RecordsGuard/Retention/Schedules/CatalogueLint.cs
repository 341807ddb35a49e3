using RecordsGuard.Records;

namespace RecordsGuard.Retention.Schedules;

/// <summary>What is wrong with a catalogue as it is written: each fault names the rule, the field, and what would be right.</summary>
public static class CatalogueLint
{
    // Clients on whom a rule that replaces another is tried: young and old at the end of care, living and dead.
    private static readonly DateOnly End = new(2016, 2, 29);

    /// <summary>What can lie years before everything else, together: a rule that counts from it then comes to an earlier day.</summary>
    private static readonly Anchor[][] Early =
    [
        [],
        [Anchor.LastService, Anchor.LastContact, Anchor.Termination, Anchor.Discharge, Anchor.LastEntry, Anchor.LastModification],
        [Anchor.Creation, Anchor.Receipt],
        .. new[]
        {
            Anchor.DateOfService, Anchor.CompletionOfPlannedServices, Anchor.Collection, Anchor.ReportCompletion, Anchor.Superseded,
            Anchor.DisclosureDate, Anchor.FilingDeadline,
        }.Select(a => new[] { a }),
    ];

    /// <param name="under">The catalogue it comes on top of, or null.</param>
    public static IReadOnlyList<string> Check(CatalogueFile file, Catalogue? under)
    {
        ArgumentNullException.ThrowIfNull(file);
        var faults = new List<string>();
        if (file.Format != Catalogue.Format)
        {
            faults.Add($"format is '{file.Format}'; it must be '{Catalogue.Format}'.");
        }

        if (string.IsNullOrWhiteSpace(file.Version))
        {
            faults.Add("version is empty: it says which rules were in force.");
        }

        var ids = new HashSet<string>(under?.Rules.Select(r => r.Id) ?? [], StringComparer.Ordinal);
        foreach (var parameter in file.Parameters ?? [])
        {
            faults.AddRange(Check(parameter, under).Select(f => $"parameter {parameter.Id}: {f}"));
        }

        foreach (var rule in file.Rules ?? [])
        {
            faults.AddRange(Check(rule).Select(f => $"rule {rule.Id}: {f}"));
            faults.AddRange(rule.Classes.Where(c => under is not null && !IsClass(c, under)).Select(c =>
                $"rule {rule.Id}: classes: '{c}' is no class of records, and nothing would be bound. The app's are {string.Join(", ", RecordClass.All)}."));
            if (!ids.Add(rule.Id))
            {
                faults.Add($"rule {rule.Id}: there is a rule of this id already.");
            }
        }

        foreach (var adoption in file.Adopts ?? [])
        {
            if (!ids.Contains(adoption.Rule))
            {
                faults.Add($"adopts: there is no rule '{adoption.Rule}'.");
            }

            if (string.IsNullOrWhiteSpace(adoption.By) || string.IsNullOrWhiteSpace(adoption.Reason))
            {
                faults.Add($"adopts {adoption.Rule}: it needs a name ('by') and a reason.");
            }
        }

        foreach (var automatic in file.Automatic ?? [])
        {
            faults.AddRange(Check(automatic, under).Select(f => $"automatic {automatic.Class}: {f}"));
        }

        foreach (var rule in file.Rules ?? [])
        {
            faults.AddRange((rule.Replaces ?? []).Concat(rule.Refers ?? []).Append(rule.SupersededBy).OfType<string>()
                .Where(id => !ids.Contains(id)).Select(id => $"rule {rule.Id}: it names the rule '{id}', which is not there."));
        }

        if (faults.Count == 0 && under is not null)
        {
            faults.AddRange((file.Rules ?? []).SelectMany(r => Shortenings(r, under)));
        }

        return faults;
    }

    private static IEnumerable<string> Check(CatalogueParameter parameter, Catalogue? under)
    {
        if (Jurisdictions.Canonical(parameter.Jurisdiction) != parameter.Jurisdiction)
        {
            yield return Unknown(parameter.Jurisdiction);
        }

        if (parameter.Majority is < 14 or > 25)
        {
            yield return $"majority {parameter.Majority} is no age of majority.";
        }

        // Every rule of the place would end sooner.
        if (under?.ParametersOf(parameter.Jurisdiction) is { } law
            && (parameter.Majority < law.Majority || (parameter is { LeapDay: MissingDay.Back } && law.Missing != MissingDay.Back)))
        {
            yield return $"it shortens what the law of {parameter.Jurisdiction} counts (majority {law.Majority}, leap day {law.Missing.ToString().ToLowerInvariant()}). Parameters may lengthen only.";
        }

        if (string.IsNullOrWhiteSpace(parameter.Citation))
        {
            yield return "a citation is missing.";
        }
    }

    private static IEnumerable<string> Check(AutomaticDisposition automatic, Catalogue? under)
    {
        if (under is null)
        {
            yield return "only a practice chooses what goes by itself.";
        }

        if (!RecordClass.TryParse(automatic.Class, out _))
        {
            yield return $"it is no record class: {string.Join(", ", RecordClass.All)}.";
        }

        if (string.IsNullOrWhiteSpace(automatic.By) || string.IsNullOrWhiteSpace(automatic.Reason))
        {
            yield return "it needs a name ('by') and a reason.";
        }
    }

    private static IEnumerable<string> Check(RetentionRule rule)
    {
        if (rule.Id.Length is 0 or > 64 || !rule.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            yield return "its id must be 1 to 64 letters, digits, '-', '.' or '_'.";
        }

        if (Jurisdictions.Canonical(rule.Jurisdiction) != rule.Jurisdiction)
        {
            yield return Unknown(rule.Jurisdiction);
        }

        if (string.IsNullOrWhiteSpace(rule.Citation))
        {
            yield return "a citation is missing: a rule that cannot be looked up cannot be checked.";
        }

        foreach (var profession in rule.Professions.Where(p => !Schedules.Professions.IsKnown(p)))
        {
            yield return $"professions: '{profession}' is no profession's word{(Schedules.Professions.Canonical(profession) is var meant && meant != profession ? $" ({meant} is meant?)" : "")}.";
        }

        if (rule.Professions.Count == 0 || rule.Classes.Count == 0)
        {
            yield return "it binds nobody: name professions and classes, or '*'.";
        }

        foreach (var (field, formula) in new[] { ("keep", rule.Keep), ("atMost", rule.AtMost) })
        {
            if (formula is not null && !RuleParser.TryParse(formula, out _, out var fault))
            {
                yield return $"{field}, {fault} In: {formula}";
            }
        }

        if (rule is { Keep: null, AtMost: not null })
        {
            yield return "atMost without keep: a maximum needs the minimum beside it.";
        }
    }

    /// <summary>
    /// A rule that replaces another may not come to an earlier day for anybody, nor let a record be kept longer than that one allows,
    /// unless it says why.
    /// </summary>
    private static IEnumerable<string> Shortenings(RetentionRule rule, Catalogue under)
    {
        foreach (var id in rule.Replaces ?? [])
        {
            if (!string.IsNullOrWhiteSpace(rule.Reason) || !under.TryFind(id, out var replaced))
            {
                continue;
            }

            if (Shortens(rule, replaced, under) is { } how)
            {
                yield return $"rule {rule.Id}: it shortens {id} ({replaced.Citation}): {how} Write down a reason, or leave it the longer one.";
            }

            if (replaced.AtMost is { } limit && rule.AtMost != limit)
            {
                yield return $"rule {rule.Id}: {id} ({replaced.Citation}) forbids keeping records after {limit}, and this does not. Write down a reason, or take that limit over.";
            }
        }
    }

    private static string? Shortens(RetentionRule rule, RetentionRule replaced, Catalogue under)
    {
        var parameters = under.ParametersOf(rule.Jurisdiction);
        if (rule.Keep is null || replaced.Keep is null || !RuleParser.TryParse(rule.Keep, out var own, out _)
            || !RuleParser.TryParse(replaced.Keep, out var theirs, out _))
        {
            return null;
        }

        foreach (var (who, facts) in Samples())
        {
            var (mine, law) = (own.Evaluate(facts, parameters), theirs.Evaluate(facts, parameters));
            if (mine.Kind == OutcomeKind.Day && (law.Kind != OutcomeKind.Day || mine.Day < law.Day))
            {
                return FormattableString.Invariant(
                    $"for {who} it keeps through {mine.Day:yyyy-MM-dd}, the other through {(law.Kind == OutcomeKind.Day ? law.Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : "an unknown day")}.");
            }
        }

        return null;
    }

    private static IEnumerable<(string Who, RetentionFacts Facts)> Samples()
    {
        foreach (var age in new[] { 40, 24, 20, 18, 17, 14, 8, 2 })
        {
            foreach (var died in new int?[] { null, 1, 9 })
            {
                foreach (var early in Early)
                {
                    var born = End.AddYears(-age).AddDays(-1);
                    var facts = RetentionFacts.OfBorn(born);
                    foreach (var anchor in Enum.GetValues<Anchor>().Where(a => a is not (Anchor.Death or Anchor.Born)))
                    {
                        facts.Set(anchor, !early.Contains(anchor) ? End : End.AddYears(-10) > born ? End.AddYears(-10) : born);
                    }

                    facts.Set(Anchor.Death, died is { } years ? End.AddYears(years) : null);
                    var (dead, before) = (died is null ? "" : $" who died {died} years later", early.Length == 0 ? "" : $", the {early[0].Plain()} long before the rest");
                    yield return ($"a client of {age}{dead}{before}", facts);
                }
            }
        }
    }

    private static bool IsClass(string recordClass, Catalogue under) =>
        recordClass == "*" || RecordClass.TryParse(recordClass, out _) || under.Rules.Any(r => r.Classes.Contains(recordClass));

    private static string Unknown(string jurisdiction) =>
        $"'{jurisdiction}' is no place this catalogue knows: an ISO 3166 code such as US-CA or DE, or UK, UK-ENG, EU.";
}
