using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Retention.Schedules;

/// <summary>The shipped catalogue, whole: a change of it is a change of a table that a custodian can read.</summary>
public sealed partial class CatalogueTests
{
    [Fact]
    public void What_each_rule_comes_to_is_the_table_in_catalogue_txt()
    {
        var file = Path.Combine(Vectors.Folder("retention"), "catalogue.txt");
        var table = Table();
        if (Environment.GetEnvironmentVariable("WRITE_VECTORS") == "1")
        {
            File.WriteAllText(file, table);
        }

        Assert.Equal(File.ReadAllText(file), table);
    }

    [Fact]
    public void Every_row_that_was_read_is_in_it_with_its_citation_and_what_is_from_memory_is_unverified()
    {
        var rows = RawRows();
        Assert.Equal(152, rows.Count);
        var rules = Catalogue.Shipped.Rules.ToDictionary(r => r.Id);
        var parameters = Catalogue.Shipped.AllParameters.Select(p => p.Id).ToHashSet();
        Assert.All(rows, row =>
        {
            if (row.Id.StartsWith("PARAM-", StringComparison.Ordinal))
            {
                Assert.Contains(row.Id, parameters);
                return;
            }

            var rule = rules[row.Id];
            Assert.Equal((row.Citation, row.Binds), (rule.Citation, rule.Binds));
            Assert.Equal(row.Confidence == "memory" || rule.Id == "OH-PSY", rule.Unverified);
            Assert.True(rule.Unverified || rule.Source is not null || rule.Id == "US-ABUSEREPORT");
            Assert.StartsWith(row.Paraphrase, rule.Note, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_number_of_years_in_a_row_is_a_period_of_its_rule()
    {
        Assert.All(RawRows().Where(r => r.Years.Length > 0 && r.Id is not "CA-ON-SEXABUSE"), row =>
        {
            Assert.True(Catalogue.Shipped.TryFind(row.Id, out var rule));
            Assert.Contains($"+{row.Years}y", rule.Keep, StringComparison.Ordinal);
            Assert.All(Ages().Matches(row.Minor.Replace("not tied to majority", "")).Select(m => m.Value), age => Assert.Contains(age, rule.Keep, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_licence_is_named_in_it() => Assert.Contains("MIT", Shipped().Licence, StringComparison.Ordinal);

    [Fact]
    public void The_schema_beside_it_names_the_fields_there_are()
    {
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream("RecordsGuard.Retention.catalogue.schema.json")!;
        using var schema = JsonDocument.Parse(stream);
        var root = schema.RootElement;
        Assert.Equal(Names<CatalogueFile>(), Properties(root));
        Assert.Equal(Names<RetentionRule>(), Properties(root.GetProperty("$defs").GetProperty("rule")));
        Assert.Equal(Names<CatalogueParameter>(), Properties(root.GetProperty("$defs").GetProperty("parameter")));
        Assert.Equal(Names<Adoption>(), Properties(root.GetProperty("$defs").GetProperty("adoption")));
        Assert.Equal(Names<AutomaticDisposition>(), Properties(root.GetProperty("$defs").GetProperty("automatic")));
    }

    [Fact]
    public void Every_class_that_the_app_takes_has_a_rule_somewhere_or_is_billing()
    {
        var covered = Catalogue.Shipped.Rules.Where(r => r.Keep is not null).SelectMany(r => r.Classes).ToHashSet();
        Assert.All(RecordClass.All, c => Assert.Contains(c, covered));
    }

    // What Birthdays.EighteenthIfNeeded counts on: once a client is ten years of age past 18 at the last service, no rule
    // about ages moves a date any more.
    [Fact]
    public void No_rule_about_ages_outlasts_what_the_app_keeps_of_a_birth()
    {
        var last = new DateOnly(2020, 6, 15);
        foreach (var rule in Catalogue.Shipped.Rules.Where(r => r.Keep is not null))
        {
            var schedule = Catalogue.Shipped.Exactly([rule.Id], null);
            var eighteenth = last.AddYears(-Birthdays.YearsThatMatter);
            var (known, adult) = (Full(RetentionFacts.OfEighteenth(eighteenth), last), Full(RetentionFacts.OfAdult(), last));
            Assert.Equal(schedule.Evaluate(known).MayDestroyFrom, schedule.Evaluate(adult).MayDestroyFrom);

            // A record older than the last service: what the age adds has passed by then.
            foreach (var anchor in new[] { Anchor.Creation, Anchor.Receipt, Anchor.DateOfService, Anchor.Collection, Anchor.ReportCompletion })
            {
                var (old, oldAdult) = (known, adult);
                old.Set(anchor, last.AddYears(-20));
                oldAdult.Set(anchor, last.AddYears(-20));
                var (one, other) = (schedule.Evaluate(old).MayDestroyFrom, schedule.Evaluate(oldAdult).MayDestroyFrom);
                Assert.True(one == other || one <= last.AddDays(1), rule.Id);
            }
        }
    }

    private static RetentionFacts Full(RetentionFacts facts, DateOnly day)
    {
        foreach (var anchor in Enum.GetValues<Anchor>().Where(a => a is not (Anchor.Death or Anchor.Born)))
        {
            facts.Set(anchor, day);
        }

        return facts;
    }

    private static string Table()
    {
        var text = new StringBuilder(
            """
            # Each rule of the shipped catalogue alone, for clients whose every anchor is 2020-03-01:
            #   adult   born 1980-05-05        minor   born 2010-05-05        dead   born 2010-05-05, died 2022-08-08
            # -> may be destroyed from; < must be destroyed by; keep: no date; ! unverified. Written with WRITE_VECTORS=1.

            """);
        foreach (var rule in Catalogue.Shipped.Rules)
        {
            var mark = $"{(rule.Unverified ? "!" : "")}{(rule.Force == RuleForce.Law ? "" : $" {rule.Force.ToString().ToLowerInvariant()}")}";
            text.AppendLine().AppendLine($"{rule.Id} {rule.Jurisdiction}{mark}");
            if (rule.Keep is null)
            {
                text.AppendLine(rule.Refers is null ? "  sets no term" : $"  refers to {string.Join(", ", rule.Refers)}");
                continue;
            }

            text.AppendLine($"  keep {rule.Keep}");
            text.Append(rule.AtMost is null ? "" : $"  at most {rule.AtMost}\n");
            text.Append(rule.EndedFrom is null ? "" : FormattableString.Invariant($"  ended from {rule.EndedFrom:yyyy-MM-dd}\n"));
            text.Append(rule.Replaces is null ? "" : $"  replaces {string.Join(", ", rule.Replaces)}\n");
            var schedule = Catalogue.Shipped.Exactly([rule.Id], null);
            text.AppendLine(
                $"  adult {Line(schedule, new(1980, 5, 5), null)}   minor {Line(schedule, new(2010, 5, 5), null)}   dead {Line(schedule, new(2010, 5, 5), new(2022, 8, 8))}");
        }

        return text.ToString();
    }

    private static string Line(Schedule schedule, DateOnly born, DateOnly? died)
    {
        var facts = Full(RetentionFacts.OfBorn(born), new(2020, 3, 1));
        facts.Set(Anchor.Death, died);
        var verdict = schedule.Evaluate(facts);
        var from = verdict.MayDestroyFrom is { } day ? $"-> {Text(day)}" : "-> keep";
        return verdict.MustDestroyBy is { } last ? $"{from} < {Text(last)}{(verdict.IsConflict ? " CONFLICT" : "")}" : from;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static CatalogueFile Shipped()
    {
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream("RecordsGuard.Retention.catalogue.json")!;
        return JsonSerializer.Deserialize(stream, CatalogueJson.Default.CatalogueFile)!;
    }

    private static List<string> Names<T>() =>
        [.. typeof(T).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(StringComparer.Ordinal)];

    private static List<string> Properties(JsonElement schema) =>
        [.. schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)];

    private static List<(string Id, string Binds, string Years, string Minor, string Citation, string Confidence, string Paraphrase)> RawRows() =>
        [.. File.ReadAllLines(Path.Combine(Vectors.Folder("retention"), "raw-catalogue.csv")).Skip(1)
            .Select(l => Cell().Matches(l).Select(m => m.Groups[1].Success ? m.Groups[1].Value.Replace("\"\"", "\"") : m.Groups[2].Value).ToList())
            .Select(c => (c[0], c[2], c[4], c[6], c[9], c[11], c[12]))];

    [GeneratedRegex("""(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))""")]
    private static partial Regex Cell();

    [GeneratedRegex(@"(age:\d+|majority)(\+\d+y)?")]
    private static partial Regex Ages();
}
