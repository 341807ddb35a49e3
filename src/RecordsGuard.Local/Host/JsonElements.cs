using System.Globalization;
using System.Text.Json;

namespace RecordsGuard.Local.Host;

/// <summary>Reading the host's JSON files, whose member names know no case.</summary>
internal static class JsonElements
{
    public static JsonElement? At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        var current = json;
        foreach (var name in path)
        {
            if (current.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var found = current.EnumerateObject().Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found is not [.., var last] || last.Value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            current = last.Value;
        }

        return current;
    }

    public static TimeSpan Span(this JsonElement json) => Span(json.GetString()!);

    public static TimeSpan Span(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span)
            ? span
            : throw new LocalFailure($"host.json holds '{text}' where a time span hh:mm:ss belongs.");
}
