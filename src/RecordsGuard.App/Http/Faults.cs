using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// What goes wrong becomes an answer that says what to do. If the answer has begun, the connection is aborted: a
/// caller can always tell a cut answer from a whole one.
/// </summary>
internal sealed partial class Faults(RequestDelegate next, ILogger<Faults> log)
{
    private const int MaxPath = 60;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (Exception e)
        {
            if (http.Response.HasStarted)
            {
                Failed(log, e.GetType().FullName, e.StackTrace);
                http.Abort();
                return;
            }

            http.Response.Clear();
            http.Response.Headers.CacheControl = "no-store";
            await AnswerAsync(http, e);
        }
    }

    private Task AnswerAsync(HttpContext http, Exception e)
    {
        switch (e)
        {
            case BadHttpRequestException { StatusCode: 413 } large:
                return Problem.WriteAsync(http, 413, "too-large", "Too large for one request", $"{large.Message} Nothing of this one was kept.");
            case BadHttpRequestException bad:
                return Problem.WriteAsync(http, bad.StatusCode, "bad-request", "The request broke off or is malformed",
                    "Send it again, whole. Nothing of it was kept.");
            case JsonException json:
                return Problem.WriteAsync(http, 400, "bad-json", "Not the JSON expected here",
                    $"{Where(json)}The body must be one JSON object of the documented shape; dates are days of the calendar, written 2018-03-15. Nothing was changed.");
            case AuditUnavailableException or StoreUnavailableException or IOException
                or KeyVaultException { Fault: KeyVaultFault.Unavailable }:
                Unavailable(log, e.GetType().Name);
                http.Response.Headers.RetryAfter = "5";
                return Problem.WriteAsync(http, 503, "unavailable", "Not now",
                    "Storage, the audit log or the key vault did not answer. Nothing was released and nothing is lost: try again in a few seconds.");
            default:
                // An exception's message may quote data; its type and place may not.
                Failed(log, e.GetType().FullName, e.StackTrace);
                return Problem.WriteAsync(http, 500, "internal", "Something is broken here",
                    "This is our fault. Nothing was released. Tell whoever runs the system, with the time of the request.");
        }
    }

    /// <summary>The member that is wrong, where the shape knows it: what somebody made up is not said back to them.</summary>
    private static string Where(JsonException json) =>
        json.Path is ['$', '.', .. var path] && path.Length <= MaxPath && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '[' or ']')
            ? $"{path} is not what it should be. " : "";

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed: {Type} {Place}")]
    private static partial void Failed(ILogger log, string? type, string? place);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request was answered 503: {Type}")]
    private static partial void Unavailable(ILogger log, string type);
}
