using System.Text.Json;
using System.Text.RegularExpressions;

namespace RecordsGuard.Local.Host;

/// <summary>
/// A function app's folder, read as the Azure Functions host reads it: host.json, and one folder with a function.json
/// for each function. The functions are in the host's order, by name.
/// </summary>
internal sealed partial record FunctionApp(string Folder, HostJson HostJson, IReadOnlyList<FunctionDefinition> Functions)
{
    /// <param name="settings">App settings and environment: <c>%NAME%</c> in a binding or an argument is taken from here.</param>
    public static FunctionApp Load(string folder, IReadOnlyDictionary<string, string> settings)
    {
        if (!File.Exists(Path.Combine(folder, "host.json")))
        {
            throw new LocalFailure($"{folder} is no function app: it has no host.json. Build the solution first or pass --app DIR.");
        }

        var files = Directory.EnumerateDirectories(folder).Select(d => Path.Combine(d, "function.json")).Where(File.Exists);
        return new(
            Path.GetFullPath(folder),
            HostJson.Load(folder),
            [.. files.Select(f => Parse(f, settings)).OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)]);
    }

    public static string Expand(string text, IReadOnlyDictionary<string, string> settings) =>
        Variable().Replace(text, m => settings.GetValueOrDefault(m.Groups[1].Value, m.Value));

    private static FunctionDefinition Parse(string file, IReadOnlyDictionary<string, string> settings)
    {
        var name = Path.GetFileName(Path.GetDirectoryName(file))!;
        var json = HostJson.Read(file);
        var bindings = json.At("bindings")?.EnumerateArray().ToList() ?? [];
        if (bindings.Where(b => Text(b, "type", settings).EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)).ToList() is not [var trigger])
        {
            throw new LocalFailure($"Function {name} must have exactly one trigger.");
        }

        var disabled = json.At("disabled") is { ValueKind: JsonValueKind.True }
            || bool.TryParse(settings.GetValueOrDefault($"AzureWebJobs.{name}.Disabled"), out var off) && off;
        return new(name, Trigger(name, trigger, bindings, settings), disabled);
    }

    private static FunctionTrigger Trigger(
        string name, JsonElement json, List<JsonElement> bindings, IReadOnlyDictionary<string, string> settings)
    {
        var binding = Text(json, "name", settings);
        switch (Text(json, "type", settings).ToUpperInvariant())
        {
            case "HTTPTRIGGER" when bindings.Any(b => Text(b, "type", settings) == "http" && Text(b, "direction", settings) == "out"):
                var route = json.At("route")?.GetString() is { } given ? Expand(given, settings) : name;
                var methods = json.At("methods")?.EnumerateArray().Select(m => m.GetString()!).ToHashSet(StringComparer.OrdinalIgnoreCase);
                return new FunctionTrigger.Http(binding, route, methods);
            case "TIMERTRIGGER":
                return new FunctionTrigger.Timer(
                    binding,
                    Text(json, "schedule", settings),
                    json.At("runOnStartup")?.GetBoolean() ?? false,
                    json.At("useMonitor")?.GetBoolean() ?? true);
            case "QUEUETRIGGER":
                var binary = string.Equals(json.At("dataType")?.GetString(), "binary", StringComparison.OrdinalIgnoreCase);
                return new FunctionTrigger.Queue(binding, Text(json, "queueName", settings), Text(json, "connection", settings), binary);
            case var type:
                throw new LocalFailure($"Function {name} has a trigger that is not played here: {type.ToLowerInvariant()}.");
        }
    }

    private static string Text(JsonElement json, string member, IReadOnlyDictionary<string, string> settings) =>
        Expand(json.At(member)?.GetString() ?? "", settings);

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Variable();
}
