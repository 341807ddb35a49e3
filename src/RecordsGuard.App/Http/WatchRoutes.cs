using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts.Watching;

namespace RecordsGuard.App.Http;

/// <summary>What may be relied on: which of Azure's logs are heard, and how many reads they did not tell of.</summary>
internal static class WatchRoutes
{
    public static Task<IResult> LookAsync(HttpContext http, FrontDoor door, PracticeLookup practices, WatchStatus status) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.SeeAlerts, async _ => Results.Json(
            new WatchBody(await status.LogsAsync(http.RequestAborted), await status.EvidenceAsync(http.RequestAborted)),
            ApiJson.Answers.WatchBody));
}
