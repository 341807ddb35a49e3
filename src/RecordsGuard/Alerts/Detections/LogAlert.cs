using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Detections;

/// <summary>What a detection found in Azure's logs: docs/formats/alerts-evaluate.md.</summary>
/// <param name="Principal">Object id, else name, application or token of whoever did it; <c>anonymous</c> or <c>unknown</c>.</param>
/// <param name="Operation">As the log has it.</param>
/// <param name="Object"><c>account/container/blob</c>, <c>vault/keys/name/version</c>, or the id of a resource; empty if the log does not tell.</param>
/// <param name="Time">Null if the log does not tell.</param>
/// <param name="CorrelationId">As the log has it; null if it does not.</param>
public sealed record LogAlert(
    [property: JsonIgnore] Detection Detection, string Principal, string Operation, string Object, DateTimeOffset? Time,
    string? CorrelationId, LogEvidence Evidence)
{
    [JsonPropertyName("detection"), JsonPropertyOrder(-2)]
    public string Id => Detection.Id;

    [JsonPropertyName("severity"), JsonPropertyOrder(-1)]
    public string Severity => Detection.Severity.ToString().ToLowerInvariant();

    /// <summary>
    /// For the practice whose record or key it was, or nobody's if that cannot be told. The line's hash is the evidence: the
    /// same line again is no news. What was asked for is cut, so that what is wrong with it and where it stands is told.
    /// </summary>
    internal Finding ToFinding()
    {
        var (practice, record) = Owner();
        return new(
            practice, Id, Detection.Severity, Principal, null, record,
            $"{Finding.Cut(Operation, 100)} {Finding.Cut(Object, 300)}: {Evidence.Because} ({Evidence.Source}, line {Evidence.Line})",
            Evidence.FirstAction, Evidence.Sha256.Length == 0 ? null : Evidence.Sha256);
    }

    /// <summary>Whose record or key it was, as far as the object's name tells; the record, if it was one.</summary>
    private (string Practice, string? Record) Owner() => Object.Split('/') switch
    {
        [_, "records" or "quarantine", var practice, _, var record] when PracticeId.TryParse(practice, out _) => (practice, record),
        [_, "keys", var kek, ..] when kek.LastIndexOf('-') is var dash and > 0 && kek[(dash + 1)..] is "content" or "index"
            && PracticeId.TryParse(kek[..dash], out _) => (kek[..dash], null),
        _ => (PracticeId.None.ToString(), null),
    };

    /// <summary>One line, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LogAlertJson.Plain.LogAlert);
}

/// <summary>Where an alert comes from, and what the log says besides.</summary>
/// <param name="Because">A sentence.</param>
/// <param name="Source">The file's name.</param>
/// <param name="Line">From 1.</param>
/// <param name="Sha256">Of the entry's bytes as they stand in the file.</param>
public sealed record LogEvidence(
    string Because, string FirstAction, string Source, long Line, string Sha256, int? Status = null, string? IdentityType = null,
    string? Upn = null, string? AppId = null, string? TokenHash = null, string? CallerAddress = null, string? ClientRequestId = null,
    string? UserAgent = null, string? ResourceId = null, string? AuditEntry = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LogAlert))]
internal sealed partial class LogAlertJson : JsonSerializerContext
{
    /// <summary>For people and tools that read lines: not escaped for HTML.</summary>
    public static LogAlertJson Plain => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
