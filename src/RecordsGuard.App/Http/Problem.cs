using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace RecordsGuard.App.Http;

/// <summary>An error answer: application/problem+json (RFC 9457). It says what to do, and nothing about what exists.</summary>
internal sealed record ProblemBody(string Type, string Title, int Status, string Detail, string? Audit);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Readable, not escaped for HTML, which nothing here is put into (nosniff is set).</summary>
    public static ProblemJson Plain => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

internal static class Problem
{
    /// <param name="type">The last part of the problem's URN, <c>urn:recordsguard:problem:{type}</c>.</param>
    /// <param name="audit">The audit entry that tells of it, so that staff can find it.</param>
    public static IResult Of(int status, string type, string title, string detail, string? audit = null) =>
        Results.Json(
            new ProblemBody($"urn:recordsguard:problem:{type}", title, status, detail, audit),
            ProblemJson.Plain.ProblemBody, "application/problem+json", status);

    public static IResult BadRequest(string type, string detail) => Of(400, type, "The request cannot be understood", detail);

    public static IResult NotFound(string what) => Of(
        404, $"no-such-{what}", $"No such {what}", $"There is no {what} of this id here. Check the id.");

    public static IResult Closing() => Of(
        409, "client-closing", "Nothing is added to this client",
        "All records were destroyed, and the link to the log is about to be. A custodian can withdraw that; a legal hold does it by itself. Nothing was kept.");

    public static Task WriteAsync(HttpContext http, int status, string type, string title, string detail)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        return JsonSerializer.SerializeAsync(
            http.Response.Body, new ProblemBody($"urn:recordsguard:problem:{type}", title, status, detail, null),
            ProblemJson.Plain.ProblemBody, CancellationToken.None);
    }
}
