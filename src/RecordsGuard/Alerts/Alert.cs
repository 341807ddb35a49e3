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
/// <param name="FirstAction">What to do first.</param>
/// <param name="Evidence">Audit entry ids, the newest last, at most <see cref="MaxEvidence"/>.</param>
/// <param name="SealedReason">Why it was resolved: free text, sealed under the practice's index key.</param>
/// <param name="Delivered">How much of <paramref name="Count"/> every route has taken.</param>
public sealed record Alert(
    string Id, string Practice, string Detection, Severity Severity, string? Person, string? Client, string? Record,
    string Because, string FirstAction, int Count, DateTimeOffset First, DateTimeOffset Last,
    IReadOnlyList<string> Evidence, AlertState State, string? HandledBy, string? Resolution, string? SealedReason, int Delivered)
{
    public const int MaxEvidence = 50;
}

/// <summary>What a detection found, before it is an alert.</summary>
public sealed record Finding(
    string Practice, string Detection, Severity Severity, string? Person, string? Client, string? Record,
    string Because, string FirstAction, string? Evidence);

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
    public static AlertNotice Notice(Alert alert) => new(alert.Id, alert.Count, JsonSerializer.SerializeToUtf8Bytes(
        new AlertEvent(
            "1.0", $"{alert.Id}/{alert.Count}", $"/practices/{alert.Practice}", $"recordsguard.alert.{alert.Detection}",
            alert.Last, "application/json", alert),
        AlertJson.Default.AlertEvent));
}
