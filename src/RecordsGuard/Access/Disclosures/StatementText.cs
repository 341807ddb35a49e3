using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Access.Disclosures;

/// <summary>Statements as the one text that is sealed.</summary>
internal static class StatementText
{
    private static readonly StatementJson Plain = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Write(IReadOnlyDictionary<string, string> statements) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(statements.ToDictionary(), StringComparer.Ordinal), Plain.SortedDictionaryStringString);

    /// <exception cref="InvalidDataException">Nobody of ours wrote it.</exception>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Plain.SortedDictionaryStringString) ?? throw new InvalidDataException("Empty statements.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("Statements that are none.", e);
        }
    }
}

[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class StatementJson : JsonSerializerContext;
