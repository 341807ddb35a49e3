using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Policy;

/// <summary>From parsed JSON to a policy, with a complaint for everything that is not as the format says.</summary>
internal sealed partial class PolicyReader(JsonPlaces places)
{
    private const string Any = "any";

    private static readonly string[] TopNames = ["$schema", "format", "version", "title", "terms", "rules"];
    private static readonly string[] TermNames = ["ownUploadMinutes", "breakGlassMinutes", "breakGlassReviewHours"];
    private static readonly string[] RuleNames =
        ["id", "effect", "roles", "operations", "classes", "relationships", "purposes", "secondPerson", "because", "instead"];

    public List<PolicyComplaint> Complaints { get; } = [];

    /// <summary>Means something only without complaints.</summary>
    public AccessPolicy? Read(JsonElement root)
    {
        foreach (var twice in places.Duplicates)
        {
            Complain(twice, "This name stands twice in one object.");
        }

        if (!IsObject(root, "", TopNames))
        {
            return null;
        }

        if (Text(root, "", "format", 1, 100) is { } format && format != PolicyFile.Format)
        {
            Complain("format", $"Must be \"{PolicyFile.Format}\".");
        }

        var version = Text(root, "", "version", 1, 40);
        if (version is not null && !VersionShape().IsMatch(version))
        {
            Complain("version", "Must be letters, digits, dots and hyphens, such as 2026-03-01.");
        }

        var title = Text(root, "", "title", 1, 200);
        var terms = Terms(root);
        var rules = Rules(root);
        if (Complaints.Count == 0)
        {
            PolicyLimits.Check(rules, Complain);
        }

        return version is null || title is null || terms is null ? null : new(version, title, terms, rules);
    }

    private PolicyTerms? Terms(JsonElement root)
    {
        if (!Member(root, "", "terms", out var terms) || !IsObject(terms, "terms", TermNames))
        {
            return null;
        }

        return new(
            TimeSpan.FromMinutes(Number(terms, "terms", "ownUploadMinutes", 1, 60)),
            TimeSpan.FromMinutes(Number(terms, "terms", "breakGlassMinutes", 5, 720)),
            TimeSpan.FromHours(Number(terms, "terms", "breakGlassReviewHours", 1, 168)));
    }

    private List<AccessRule> Rules(JsonElement root)
    {
        var rules = new List<AccessRule>();
        if (!Member(root, "", "rules", out var list))
        {
            return rules;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > PolicyFile.MaxRules)
        {
            Complain("rules", $"Must be a list of 1 to {PolicyFile.MaxRules} rules.");
            return rules;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, element) in list.EnumerateArray().Index())
        {
            var path = $"rules[{i}]";
            if (!IsObject(element, path, RuleNames))
            {
                continue;
            }

            var rule = Rule(element, path);
            if (!ids.Add(rule.Id))
            {
                Complain($"{path}.id", $"The id {rule.Id} stands for an earlier rule already.");
            }

            rules.Add(rule);
        }

        return rules;
    }

    private AccessRule Rule(JsonElement rule, string path)
    {
        var id = Text(rule, path, "id", 1, 60) ?? "";
        if (id.Length > 0 && (!IdShape().IsMatch(id) || id == AccessPolicy.DefaultDeny))
        {
            Complain($"{path}.id", $"Must be small letters, digits and single hyphens, and not {AccessPolicy.DefaultDeny}.");
        }

        var effect = Word<Effect>(rule, path, "effect") ?? Effect.Refuse;
        var instead = rule.TryGetProperty("instead", out _) ? Text(rule, path, "instead", 10, 400) : null;
        if (effect == Effect.Refuse && !rule.TryGetProperty("instead", out _))
        {
            Complain(path, "A rule that refuses must say in \"instead\" what people can lawfully do.");
        }
        else if (effect != Effect.Refuse && instead is not null)
        {
            Complain($"{path}.instead", "Only a rule that refuses says what to do instead.");
        }

        return new(
            id, effect,
            List(rule, path, "roles", Roles.All, any: false) ?? [],
            [.. (List(rule, path, "operations", Words.All<Operation>(), any: false) ?? []).Select(w => Words.Parse<Operation>(w)!.Value)],
            List(rule, path, "classes", RecordClass.All, any: true),
            List(rule, path, "relationships", Words.All<Relationship>(), any: true)?.Select(w => Words.Parse<Relationship>(w)!.Value).ToList(),
            List(rule, path, "purposes", Purposes.Known, any: true),
            rule.TryGetProperty("secondPerson", out _) ? Word<SecondPerson>(rule, path, "secondPerson") ?? SecondPerson.Before : SecondPerson.No,
            Text(rule, path, "because", 10, 400) ?? "", instead);
    }

    /// <summary>Null: any. Of words that are unknown, none comes back.</summary>
    private List<string>? List(JsonElement of, string path, string name, IReadOnlyList<string> known, bool any)
    {
        if (!Member(of, path, name, out var list))
        {
            return [];
        }

        if (any && list.ValueKind == JsonValueKind.String && list.ValueEquals(Any))
        {
            return null;
        }

        var words = new List<string>();
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            Complain($"{path}.{name}", $"Must be a list of at least one of: {string.Join(", ", known)}{(any ? "; or \"any\"" : "")}.");
            return words;
        }

        foreach (var (i, element) in list.EnumerateArray().Index())
        {
            var word = element.ValueKind == JsonValueKind.String ? element.GetString()! : null;
            if (word is null || !known.Contains(word))
            {
                Complain($"{path}.{name}[{i}]", $"{(word is null ? "This" : $"\"{word}\"")} is none of: {string.Join(", ", known)}.");
            }
            else if (words.Contains(word))
            {
                Complain($"{path}.{name}[{i}]", $"\"{word}\" stands here twice.");
            }
            else
            {
                words.Add(word);
            }
        }

        return words;
    }

    private T? Word<T>(JsonElement of, string path, string name)
        where T : struct, Enum
    {
        if (!Member(of, path, name, out var value))
        {
            return null;
        }

        var word = Words.Parse<T>(value.ValueKind == JsonValueKind.String ? value.GetString() : null);
        if (word is null)
        {
            Complain($"{path}.{name}", $"Must be one of: {string.Join(", ", Words.All<T>())}.");
        }

        return word;
    }

    private string? Text(JsonElement of, string path, string name, int least, int most)
    {
        if (!Member(of, path, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is var text && text.Length >= least && text.Length <= most
            && !text.Any(char.IsControl))
        {
            return text;
        }

        Complain(At(path, name), $"Must be a text of {least} to {most} characters.");
        return null;
    }

    private int Number(JsonElement of, string path, string name, int least, int most)
    {
        if (Member(of, path, name, out var value)
            && !(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most))
        {
            Complain(At(path, name), $"Must be a whole number from {least} to {most}.");
            return least;
        }

        return value.ValueKind == JsonValueKind.Number ? value.GetInt32() : least;
    }

    private bool Member(JsonElement of, string path, string name, out JsonElement value)
    {
        if (of.TryGetProperty(name, out value))
        {
            return true;
        }

        Complain(path, $"\"{name}\" is missing.");
        return false;
    }

    private bool IsObject(JsonElement element, string path, string[] names)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Complain(path, "Must be an object.");
            return false;
        }

        foreach (var property in element.EnumerateObject().Where(p => !names.Contains(p.Name)))
        {
            Complain(At(path, property.Name), $"\"{property.Name}\" is none of: {string.Join(", ", names)}.");
        }

        return true;
    }

    private void Complain(string path, string why)
    {
        var (line, column) = places[path];
        Complaints.Add(new(line, column, path, why));
    }

    private static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    [GeneratedRegex(@"^[0-9A-Za-z][0-9A-Za-z.\-]{0,39}$")]
    private static partial Regex VersionShape();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex IdShape();
}
