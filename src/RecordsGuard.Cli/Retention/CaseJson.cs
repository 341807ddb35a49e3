using System.Globalization;
using System.Text.Json;

namespace RecordsGuard.Cli;

/// <summary>A place in a case file: what is there, and what to call it when it is wrong.</summary>
internal readonly record struct CaseJson(JsonElement Element, string Path)
{
    public bool IsAbsent => Element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>The member of the first of these names that is there; how it is written does not matter (<see cref="CaseWords"/>).</summary>
    public CaseJson Of(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var member in Element.ValueKind == JsonValueKind.Object ? Element.EnumerateObject() : default)
            {
                if (CaseWords.AreSame(member.Name, name) && member.Value.ValueKind != JsonValueKind.Null)
                {
                    return new(member.Value, Child(member.Name));
                }
            }
        }

        return new(default, Child(names[0]));
    }

    public IEnumerable<CaseJson> Items()
    {
        if (IsAbsent)
        {
            return [];
        }

        var path = Path;
        return Element.ValueKind == JsonValueKind.Array
            ? Element.EnumerateArray().Select((e, i) => new CaseJson(e, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))
            : [this];
    }

    public IEnumerable<(string Name, CaseJson Value)> Members()
    {
        if (IsAbsent)
        {
            return [];
        }

        var (element, self) = (Object().Element, this);
        return element.EnumerateObject().Select(p => (p.Name, new CaseJson(p.Value, self.Child(p.Name))));
    }

    public CaseJson Object() => Element.ValueKind == JsonValueKind.Object ? this : throw Fault("must be an object, in braces.");

    public string Text() => Element.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(Element.GetString())
        ? Element.GetString()! : throw Fault("must be text.");

    /// <summary>Null where there is nothing. A moment counts by its day.</summary>
    public DateOnly? Day()
    {
        if (IsAbsent)
        {
            return null;
        }

        var text = Text().Trim();
        var day = text.Length > 10 && text[10] is 'T' or ' ' ? text[..10] : text;
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)
            ? parsed : throw Fault($"'{text}' is no day of the calendar, written 2018-03-15.");
    }

    public bool? Flag() => IsAbsent ? null
        : Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean()
        : throw Fault("must be true or false.");

    public FormatException Fault(string why) => new($"{(Path.Length == 0 ? "The case" : Path)}: {why}");

    private string Child(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
