using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Cli;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Rotation))]
[JsonSerializable(typeof(Inspection))]
[JsonSerializable(typeof(Export))]
[JsonSerializable(typeof(CheckedPolicy))]
[JsonSerializable(typeof(ExplainedQuestion))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>For people: not escaped for HTML.</summary>
    public static CliJson Plain => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
