using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Alerts;

public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}

public enum AlertState
{
    Open,
    Acknowledged,
    Resolved,
}

/// <summary>
/// An alert: one per detection, person, client and day, with a count. Ids and words of ours; no personal text of a
/// client, so that it may leave the house.
/// </summary>
/// <param name="Id">Derived from practice, day, detection, person and client: who raises it twice raises the count.</param>
/// <param name="Person"><c>tid|oid</c> of the account that asked.</param>
/// <param name="Client">The client id as asked for, whether or not there is such a client; or null.</param>
/// <param name="Record">What <paramref name="Because"/> is about, if it is about a record.</param>
/// <param name="Because">Why it was raised the last time.</param>
/// <param name="FirstAction">What to do first.</param>
/// <param name="Evidence">Audit entry ids, the newest last, at most <see cref="MaxEvidence"/>.</param>
/// <param name="SealedReason">Why it was resolved: free text, sealed under the practice's index key.</param>
/// <param name="Delivered">How much of <paramref name="Count"/> every route has taken, the second contact's aside.</param>
/// <param name="Routes">What each route has taken; null: none anything yet.</param>
/// <param name="Reopened">When it last happened again after it had been resolved: the resolution is that of before.</param>
/// <param name="Before">What else it was raised for, the newest last: see <see cref="Sighting.Add"/>. Null: nothing else.</param>
public sealed record Alert(
    string Id, string Practice, string Detection, Severity Severity, string? Person, string? Client, string? Record,
    string Because, string FirstAction, int Count, DateTimeOffset First, DateTimeOffset Last,
    IReadOnlyList<string> Evidence, AlertState State, string? HandledBy, string? Resolution, string? SealedReason, int Delivered,
    IReadOnlyDictionary<string, RouteState>? Routes = null, DateTimeOffset? Reopened = null, IReadOnlyList<Sighting>? Before = null)
{
    public const int MaxEvidence = 50;

    /// <summary>Nobody was told yet since it was first raised, or since it was reopened.</summary>
    internal bool IsNews => Routes is null || Reopened > Routes.Values.Max(r => r.Last);

    internal int TakenBy(string route) => Routes?.GetValueOrDefault(route)?.Count ?? 0;
}

/// <param name="Count">How much of the alert's count the route has taken.</param>
/// <param name="Last">When it took the last.</param>
public sealed record RouteState(int Count, DateTimeOffset Last);

/// <summary>What was seen: a sentence, and the record that it is about, if it is about one.</summary>
public sealed record Sighting(string Because, string? Record)
{
    /// <summary>Besides the newest.</summary>
    public const int Most = 9;

    /// <summary>Each is in it once, where it was seen last.</summary>
    internal static void Add(List<Sighting> all, Sighting next)
    {
        all.Remove(next);
        all.Add(next);
        if (all.Count > Most)
        {
            DropOne(all);
        }
    }

    /// <summary>Of too many the first stays, and the newest.</summary>
    internal static void DropOne(List<Sighting> all) => all.RemoveAt(all.Count > 1 ? 1 : 0);
}

/// <summary>What a detection found, before it is an alert.</summary>
/// <param name="Evidence">Of the last, if it was found several times.</param>
public sealed record Finding(
    string Practice, string Detection, Severity Severity, string? Person, string? Client, string? Record,
    string Because, string FirstAction, string? Evidence)
{
    /// <summary>How often it was found.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Evidence of those before the last, the newest last, as far as an alert would keep it.</summary>
    public IReadOnlyList<string> Earlier { get; init; } = [];

    /// <summary>What was found before the last, the newest last, as far as an alert would keep it.</summary>
    public IReadOnlyList<Sighting> Before { get; init; } = [];

    internal IEnumerable<string> AllEvidence => Evidence is null ? Earlier : [.. Earlier, Evidence];

    /// <summary>
    /// As it is kept. Azure's logs say what a stranger asked for, and as whom: no text of theirs, however long, may keep an
    /// alert out of its row.
    /// </summary>
    internal Finding Bounded() => this with
    {
        Person = Cut(Person, 200),
        Client = Cut(Client, 100),
        Record = Cut(Record, 100),
        Because = Cut(Because, 1000),
        Before = [.. Before.Select(b => new Sighting(Cut(b.Because, 1000), Cut(b.Record, 100)))],
    };

    /// <param name="most">UTF-16 units.</param>
    [return: NotNullIfNotNull(nameof(text))]
    internal static string? Cut(string? text, int most) => text is null || text.Length <= most ? text
        : $"{text.AsSpan(0, char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)}…";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(AlertEvent))]
internal sealed partial class AlertJson : JsonSerializerContext;

/// <summary>A CloudEvents 1.0 event, structured mode.</summary>
internal sealed record AlertEvent(
    [property: JsonPropertyName("specversion")] string SpecVersion, string Id, string Source, string Type,
    DateTimeOffset Time, [property: JsonPropertyName("datacontenttype")] string DataContentType, Alert Data)
{
    /// <param name="together">What is told with it, itself included: a digest if there are others.</param>
    public static AlertNotice Notice(Alert alert, IReadOnlyList<Alert> together) => new(
        alert.Id, alert.Count,
        JsonSerializer.SerializeToUtf8Bytes(
            new AlertEvent(
                "1.0", $"{alert.Id}/{alert.Count}", $"/practices/{alert.Practice}", $"recordsguard.alert.{alert.Detection}",
                alert.Last, "application/json", alert with { SealedReason = null }),
            AlertJson.Default.AlertEvent),
        together.Count > 1 ? $"{together.Count} low alerts" : $"{alert.Severity}: {alert.Detection}",
        string.Join("\n\n", together.Select(Words)));

    private static string Words(Alert alert)
    {
        string[] seen = [alert.Because, .. (alert.Before ?? []).Reverse().Select(b => b.Because)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {alert.Severity} {alert.Detection}, practice {alert.Practice}, {alert.Count} time(s), last {alert.Last:yyyy-MM-dd HH:mm} UTC
            {string.Join("\nBefore: ", seen.Distinct())}
            First: {alert.FirstAction}
            Alert {alert.Id}
            """);
    }
}
