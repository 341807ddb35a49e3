using System.Text.Json;

namespace RecordsGuard.Access.Policy;

/// <summary>Where in a JSON text each value stands, by its path, such as <c>rules[3].roles[0]</c>. Line and column count from 1.</summary>
internal sealed class JsonPlaces
{
    private readonly Dictionary<string, (int Line, int Column)> places = new(StringComparer.Ordinal);

    /// <summary>Names that stand twice in one object: two readers could disagree on which one counts.</summary>
    public List<string> Duplicates { get; } = [];

    /// <exception cref="JsonException">No JSON.</exception>
    public static JsonPlaces Of(ReadOnlySpan<byte> utf8)
    {
        var found = new JsonPlaces();
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        found.Walk(ref reader, utf8, "");
        reader.Read(); // what follows the value is no JSON, and throws
        return found;
    }

    /// <summary>The first line if there is no such value.</summary>
    public (int Line, int Column) this[string path] => places.GetValueOrDefault(path, (1, 1));

    private void Walk(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, string path)
    {
        var before = utf8[..(int)reader.TokenStartIndex];
        if (!places.TryAdd(path, (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'))))
        {
            Duplicates.Add(path);
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Walk(ref reader, utf8, $"{path}[{i}]");
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                Walk(ref reader, utf8, path.Length == 0 ? name : $"{path}.{name}");
            }
        }
    }
}
