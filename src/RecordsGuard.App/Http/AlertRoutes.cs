using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// Alerts of the caller's own practices: those whose tenant issued the token. Those of the deployment, which are nobody's
/// (its log, its storage, its routes) and name no client, are shown to the security staff and owner of every practice in
/// it: all of them rest on it.
/// </summary>
internal static class AlertRoutes
{
    private static readonly string[] Resolutions = ["true", "false", "lawful"];

    public static Task<IResult> ListAsync(HttpContext http, FrontDoor door, PracticeLookup practices, AlertDesk desk) =>
        EachPracticeAsync(http, door, practices, Operation.SeeAlerts, async admissions =>
        {
            var found = new List<Alert>();
            foreach (var admission in admissions)
            {
                found.AddRange(await desk.ListAsync(admission.Request.Practice, http.RequestAborted));
            }

            found.AddRange(await desk.ListAsync(PracticeId.None, http.RequestAborted));
            found = [.. found.Select(a => a with { SealedReason = null })];

            return Results.Json(new AlertsBody(found), ApiJson.Answers.AlertsBody);
        });

    public static Task<IResult> AcknowledgeAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertHandling handling) =>
        EachPracticeAsync(http, door, practices, Operation.HandleAlerts, admissions =>
            HandleAsync(http, admissions, handling, id, AlertState.Acknowledged, null, null));

    public static Task<IResult> ResolveAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertHandling handling) =>
        EachPracticeAsync(http, door, practices, Operation.HandleAlerts, async admissions =>
        {
            var body = await http.ReadAsync(ApiJson.Default.ResolveBody);
            var resolution = body.Resolution ?? "true";
            return string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 2000 || !Resolutions.Contains(resolution)
                ? Problem.BadRequest(
                    "bad-resolution", "Resolving an alert needs a reason (1 to 2000 characters) and may say resolution: true, false or lawful.")
                : await HandleAsync(http, admissions, handling, id, AlertState.Resolved, resolution, body.Reason);
        });

    private static async Task<IResult> HandleAsync(
        HttpContext http, IReadOnlyList<Admission> admissions, AlertHandling handling, string id, AlertState state, string? resolution, string? reason)
    {
        foreach (var admission in admissions)
        {
            foreach (var practice in new[] { admission.Request.Practice, PracticeId.None })
            {
                if (AlertDesk.IsId(id) && await handling.HandleAsync(
                    admission.Subject, practice, id, state, resolution, reason, http.RequestAborted) is { } alert)
                {
                    return Results.Json(alert with { SealedReason = null }, ApiJson.Answers.Alert);
                }
            }
        }

        return Problem.NotFound("alert");
    }

    /// <summary>Admitted at one practice is enough; refused at all of them is a refusal like any other.</summary>
    internal static async Task<IResult> EachPracticeAsync(
        HttpContext http, FrontDoor door, PracticeLookup practices, Operation operation,
        Func<IReadOnlyList<Admission>, Task<IResult>> inside)
    {
        var mine = http.Caller() is { } caller ? await practices.OfTenantAsync(caller.Id.Tenant, http.RequestAborted) : [];
        var admissions = new List<Admission>();
        IResult? refused = null;
        foreach (var practice in mine.DefaultIfEmpty(PracticeId.None))
        {
            var answer = await door.EnterAsync(http, operation, practice, null, null, admission =>
            {
                admissions.Add(admission);
                return Task.FromResult<IResult>(Results.Empty);
            });
            refused ??= admissions.Count == 0 ? answer : null;
        }

        return admissions.Count > 0 ? await inside(admissions) : refused!;
    }
}
