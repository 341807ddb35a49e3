using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Alerts;

/// <summary>Alerts as lines of JSON for a SIEM: docs/formats/alerts-export.md. A change here is one of that page and of <see cref="Version"/>.</summary>
public static class AlertLines
{
    public const int Version = 1;

    /// <summary>Oldest first by when they last happened, each with its line's end: whoever keeps the last line's time goes on from there.</summary>
    public static string Of(IEnumerable<Alert> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var lines = new StringBuilder();
        foreach (var alert in alerts.OrderBy(a => a.Last).ThenBy(a => a.Id, StringComparer.Ordinal))
        {
            lines.Append(JsonSerializer.Serialize(Line(alert), AlertLinesJson.Plain.AlertLine)).Append('\n');
        }

        return lines.ToString();
    }

    private static AlertLine Line(Alert a) => new(
        Version, a.Id, a.Practice, a.Detection, Lower(a.Severity), Lower(a.State), a.Count, a.First.ToUniversalTime(), a.Last.ToUniversalTime(),
        a.Person, a.Client, a.Record, a.Because, a.FirstAction, a.Evidence, a.Resolution, a.Reopened?.ToUniversalTime(), a.Before ?? []);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>All names always there, in this order.</summary>
internal sealed record AlertLine(
    int Version, string Id, string Practice, string Detection, string Severity, string State, int Count, DateTimeOffset First, DateTimeOffset Last,
    string? Person, string? Client, string? Record, string Because, string FirstAction, IReadOnlyList<string> Evidence, string? Resolution,
    DateTimeOffset? Reopened, IReadOnlyList<Sighting> Before);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AlertLine))]
internal sealed partial class AlertLinesJson : JsonSerializerContext
{
    /// <summary>For tools that read lines: not escaped for HTML.</summary>
    public static AlertLinesJson Plain => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
