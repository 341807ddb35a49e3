using System.Text.Json;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

/// <summary>
/// A case as people write it (docs/formats/retention-cases.md): generous about words, strict about what it does not
/// know, because a fact that is passed over could move a date.
/// </summary>
/// <param name="Members">What is known of each client; one of unknown age if the record has no client.</param>
/// <param name="Unconfirmed">Imported days that nobody has confirmed: they count as not known.</param>
internal sealed record CaseFile(Schedule Schedule, RetentionFacts[] Members, IReadOnlyList<string> Unconfirmed, IReadOnlyList<string> Hints)
{
    private const string ClientRecord = "client-record";

    /// <summary>What people write beside the facts.</summary>
    private const string Labels = "id name label title note notes comment comments description";

    private static readonly Anchor[] EndOfCare =
        [Anchor.LastService, Anchor.LastContact, Anchor.Termination, Anchor.Discharge, Anchor.DateOfService, Anchor.CompletionOfPlannedServices];

    /// <exception cref="FormatException">Where it is wrong, and why.</exception>
    public static async Task<CaseFile> ReadAsync(FileInfo file, Catalogue catalogue, CancellationToken cancel)
    {
        try
        {
            await using var stream = file.OpenRead();
            using var json = await JsonDocument.ParseAsync(
                stream, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false }, cancel);
            return Of(new CaseJson(json.RootElement, "").Object(), catalogue);
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file.Name} is no JSON: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file.Name}: {e.Message}", e);
        }
    }

    private static CaseFile Of(CaseJson root, Catalogue catalogue)
    {
        var record = root.Of("record");
        if (record.IsAbsent)
        {
            throw record.Fault("is missing: {\"class\", \"created\", \"anchors\"}.");
        }

        var (schedule, hints) = ScheduleOf(root.Of("practice"), record, catalogue);
        var unconfirmed = new List<string>();
        var shared = new RetentionFacts();
        ReadRecord(record.Object(), ref shared, unconfirmed);
        ReadFacts(root.Of("anchors"), "", ref shared, unconfirmed);
        var clients = root.Of("clients", "client").Items().ToList();
        var members = clients.Select(c => Member(c.Object(), shared, unconfirmed)).ToArray();
        return new(schedule, members.Length > 0 ? members : [shared], unconfirmed, hints);
    }

    private static (Schedule Schedule, IReadOnlyList<string> Hints) ScheduleOf(CaseJson practice, CaseJson record, Catalogue catalogue)
    {
        if (practice.IsAbsent)
        {
            throw practice.Fault("is missing: {\"jurisdiction\", \"profession\", \"rules\"}.");
        }

        practice.Object();
        var code = practice.Of("jurisdiction");
        var (jurisdiction, hint) = code.IsAbsent ? (null, null) : JurisdictionOf(code);
        var rules = practice.Of("rules", "rule").Items().SelectMany(r => RulesOf(r, catalogue)).ToList();
        if (rules.Count > 0)
        {
            return (catalogue.Exactly(rules, jurisdiction), []);
        }

        var professions = practice.Of("profession", "professions").Items().Select(p => CaseWords.ProfessionOf(p.Text(), catalogue)).ToList();
        if (jurisdiction is null)
        {
            throw code.Fault("is missing; without it, name rules.");
        }

        if (professions.Count == 0)
        {
            throw practice.Of("profession").Fault("is missing; without it, name rules.");
        }

        var kind = record.Object().Of("class", "recordClass", "record_class");
        var recordClass = kind.IsAbsent ? ClientRecord : CaseWords.ClassOf(kind.Text(), catalogue);
        var schedule = catalogue.For(jurisdiction, professions, recordClass);

        string[] hints =
        [
            .. hint is null ? Array.Empty<string>() : [hint],
            .. professions.Where(p => !catalogue.Rules.Any(r => r.Professions.Contains(p))).Select(p => $"No rule anywhere names the profession '{p}'."),
            .. catalogue.Rules.Any(r => r.Classes.Contains(recordClass)) ? Array.Empty<string>() : [$"No rule anywhere names the class '{recordClass}'."],
        ];

        // Only some places set health records apart.
        return (schedule.IsSilent && recordClass is "health-record" or "mental-health-record"
            ? catalogue.For(jurisdiction, professions, ClientRecord) : schedule, hints);
    }

    /// <summary>ISO codes come first: CA is Canada, and the answer says how California is written.</summary>
    private static (string Jurisdiction, string? Hint) JurisdictionOf(CaseJson code)
    {
        var text = code.Text();
        var state = Jurisdictions.State(text);
        return Jurisdictions.Canonical(text) is { } canonical
            ? (canonical, state is null ? null : $"{canonical} is the country; the US state is {state}.")
            : state is not null ? (state, null)
            : throw code.Fault($"'{text}' is an unknown jurisdiction: write an ISO 3166 code such as US-CA or DE, or UK, UK-ENG, EU.");
    }

    private static IEnumerable<string> RulesOf(CaseJson rule, Catalogue catalogue) =>
        rule.Text().Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(id =>
            catalogue.TryFind(id, out var exact) ? exact.Id
            : catalogue.Rules.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.OrdinalIgnoreCase))?.Id
            ?? throw rule.Fault(id.StartsWith("PARAM-", StringComparison.OrdinalIgnoreCase)
                ? $"'{id}' is a parameter, not a rule." : $"'{id}' is no rule of the catalogue ({catalogue.Version})."));

    private static void ReadRecord(CaseJson record, ref RetentionFacts facts, List<string> unconfirmed)
    {
        ReadFacts(record, $"class recordClass anchors confirmed imported {Labels}", ref facts, unconfirmed);
        ReadFacts(record.Of("anchors"), "", ref facts, unconfirmed);
        if (IsUnconfirmed(record))
        {
            facts = default;
            unconfirmed.Add("all days of the record");
        }
    }

    /// <param name="others">What may stand there besides days by the names of anchors.</param>
    private static void ReadFacts(CaseJson place, string others, ref RetentionFacts facts, List<string> unconfirmed)
    {
        foreach (var (name, value) in place.Members())
        {
            if (CaseWords.AnchorOf(name) is { } anchor)
            {
                Set(anchor, value, ref facts, unconfirmed);
            }
            else if (!CaseWords.IsOneOf(name, others))
            {
                throw value.Fault($"'{name}' is no anchor. Anchors are {string.Join(", ", Enum.GetValues<Anchor>().Select(a => a.Word()))}.");
            }
        }
    }

    /// <summary>A day, or an object with the day and whether somebody has confirmed it.</summary>
    private static void Set(Anchor anchor, CaseJson value, ref RetentionFacts facts, List<string> unconfirmed)
    {
        if (value.IsAbsent)
        {
            return;
        }

        var day = value.Element.ValueKind == JsonValueKind.Object ? value.Of("date", "day", "value").Day() : value.Day();
        if (value.Element.ValueKind == JsonValueKind.Object && IsUnconfirmed(value))
        {
            unconfirmed.Add(anchor.Word());
            return;
        }

        if (anchor == Anchor.Born)
        {
            facts = day is { } born ? facts.WithBorn(born) : facts;
            return;
        }

        facts.Set(anchor, day);
    }

    private static bool IsUnconfirmed(CaseJson value) =>
        value.Of("confirmed").Flag() is { } confirmed ? !confirmed : value.Of("imported").Flag() ?? false;

    private static RetentionFacts Member(CaseJson client, RetentionFacts shared, List<string> unconfirmed)
    {
        var facts = shared;
        ReadFacts(client, $"adult {Labels}", ref facts, unconfirmed);
        if (facts.Born is not { } birth)
        {
            return client.Of("adult").Flag() == true ? facts.AsAdult() : facts;
        }

        if (facts.Exactly(Anchor.Death) < birth)
        {
            throw Where(client, Anchor.Death).Fault(FormattableString.Invariant($"the client would have died before being born on {birth:yyyy-MM-dd}."));
        }

        foreach (var anchor in EndOfCare)
        {
            if (facts.Exactly(anchor) is { } day && day < birth)
            {
                throw Where(client, Anchor.Born).Fault(FormattableString.Invariant(
                    $"the client would be born on {birth:yyyy-MM-dd}, after the {anchor.Plain()} on {day:yyyy-MM-dd}."));
            }
        }

        return facts;
    }

    private static CaseJson Where(CaseJson client, Anchor anchor) => client.Members().FirstOrDefault(m => CaseWords.AnchorOf(m.Name) == anchor).Value;
}
