using System.Globalization;
using System.Text;
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

    /// <param name="format">Absent: JSON. <c>ndjson</c>: docs/formats/alerts-export.md, oldest first.</param>
    /// <param name="since">Only alerts that last happened at this moment or after it.</param>
    public static Task<IResult> ListAsync(
        HttpContext http, string? format, string? since, FrontDoor door, PracticeLookup practices, AlertDesk desk) =>
        EachPracticeAsync(http, door, practices, Operation.SeeAlerts, async admissions =>
        {
            if (format is not (null or "json" or "ndjson"))
            {
                return Problem.BadRequest("format", "format must be json or ndjson.");
            }

            var from = DateTimeOffset.MinValue;
            if (since is not null && !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out from))
            {
                return Problem.BadRequest("since", "since must be a moment, written 2026-03-01T08:00:00Z.");
            }

            var found = new List<Alert>();
            foreach (var admission in admissions)
            {
                found.AddRange(await desk.ListAsync(admission.Request.Practice, http.RequestAborted));
            }

            found.AddRange(await desk.ListAsync(PracticeId.None, http.RequestAborted));
            found = [.. found.Where(a => a.Last >= from).Select(a => a with { SealedReason = null })];
            return format == "ndjson"
                ? Results.Text(AlertLines.Of(found), "application/x-ndjson", Encoding.UTF8)
                : Results.Json(new AlertsBody(found), ApiJson.Answers.AlertsBody);
        });

    /// <summary>One alert with what people wrote about it: why it was resolved, what its person was asked and answered.</summary>
    public static Task<IResult> SeeAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, AlertHandling handling, Inquiries inquiries) =>
        EachPracticeAsync(http, door, practices, Operation.SeeAlerts, admissions =>
            OneAsync(http, admissions, desk, id, async (admission, alert) =>
            {
                var practice = admission.Request.Practice;
                var asked = Asked(admission, alert) is { } person
                    ? await inquiries.OfAsync(admission.Subject, practice, person, id, http.RequestAborted) : [];
                var reason = await handling.ReasonAsync(admission.Subject, alert, http.RequestAborted);
                return Results.Json(
                    new AlertBody(alert with { SealedReason = null }, reason, [.. asked.Select(InquiryBody.Of)]), PeopleJson.Answers.AlertBody);
            }));

    public static Task<IResult> AcknowledgeAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, AlertHandling handling) =>
        EachPracticeAsync(http, door, practices, Operation.HandleAlerts, admissions =>
            HandleAsync(http, admissions, door, desk, handling, id, AlertState.Acknowledged, null, null));

    public static Task<IResult> ResolveAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, AlertHandling handling) =>
        EachPracticeAsync(http, door, practices, Operation.HandleAlerts, async admissions =>
        {
            var body = await http.ReadAsync(ApiJson.Default.ResolveBody);
            var resolution = body.Resolution ?? "true";
            return string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 2000 || !Resolutions.Contains(resolution)
                ? Problem.BadRequest(
                    "bad-resolution", "Resolving an alert needs a reason (1 to 2000 characters) and may say resolution: true, false or lawful.")
                : await HandleAsync(http, admissions, door, desk, handling, id, AlertState.Resolved, resolution, body.Reason);
        });

    /// <summary>Asks the person whom the alert names. They find it at <c>GET /api/people/me/questions</c>; tell them to look.</summary>
    public static Task<IResult> AskAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, Inquiries inquiries) =>
        EachPracticeAsync(http, door, practices, Operation.HandleAlerts, async admissions =>
        {
            var question = (await http.ReadAsync(PeopleJson.Default.AskBody)).Question;
            if (Reasons.Complaint(question, "question") is { } complaint)
            {
                return Problem.BadRequest("question", complaint);
            }

            return await OneAsync(http, admissions, desk, id, async (admission, alert) =>
            {
                if (Asked(admission, alert) is not { } person)
                {
                    return Problem.Of(
                        409, "nobody-to-ask", "Nobody can be asked", "The alert names no person of this practice. Ask whoever runs what it names.");
                }

                return await door.SecondAsync(admission, person == admission.Request.Caller.Id, async () =>
                {
                    await inquiries.AskAsync(admission.Subject, admission.Request.Practice, id, person, question!, http.RequestAborted);
                    return Results.Json(new CreatedBody(id), ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status201Created);
                });
            });
        });

    /// <summary>The answer of the person who was asked, and of nobody else.</summary>
    public static Task<IResult> ExplainAsync(HttpContext http, string id, FrontDoor door, PracticeLookup practices, Inquiries inquiries) =>
        EachPracticeAsync(http, door, practices, Operation.ExplainAccess, async admissions =>
        {
            var explanation = (await http.ReadAsync(PeopleJson.Default.ExplainBody)).Explanation;
            if (Reasons.Complaint(explanation, "explanation") is { } complaint)
            {
                return Problem.BadRequest("explanation", complaint);
            }

            foreach (var admission in admissions)
            {
                if (AlertDesk.IsId(id) && await inquiries.ExplainAsync(
                    admission.Subject, admission.Request.Practice, id, admission.Request.Caller.Id, explanation!, http.RequestAborted))
                {
                    return Results.Json(new CreatedBody(id), ApiJson.Answers.CreatedBody);
                }
            }

            return Problem.NotFound("question");
        });

    /// <summary>What the caller was asked.</summary>
    public static Task<IResult> QuestionsAsync(HttpContext http, FrontDoor door, PracticeLookup practices, Inquiries inquiries) =>
        EachPracticeAsync(http, door, practices, Operation.ExplainAccess, async admissions =>
        {
            var found = new List<InquiryBody>();
            foreach (var admission in admissions)
            {
                found.AddRange((await inquiries.OfAsync(
                    admission.Subject, admission.Request.Practice, admission.Request.Caller.Id, null, http.RequestAborted)).Select(InquiryBody.Of));
            }

            return Results.Json(new InquiriesBody(found), PeopleJson.Answers.InquiriesBody);
        });

    /// <summary>Nobody decides about an alert that names themselves.</summary>
    private static Task<IResult> HandleAsync(
        HttpContext http, IReadOnlyList<Admission> admissions, FrontDoor door, AlertDesk desk, AlertHandling handling, string id,
        AlertState state, string? resolution, string? reason) =>
        OneAsync(http, admissions, desk, id, (admission, alert) => door.SecondAsync(
            admission, alert.Person == admission.Request.Caller.Id.ToString(), async () => await handling.HandleAsync(
                admission.Subject, PracticeId.Parse(alert.Practice), id, state, resolution, reason, http.RequestAborted) is { } handled
                ? Results.Json(handled with { SealedReason = null }, ApiJson.Answers.Alert)
                : Problem.NotFound("alert")));

    /// <summary>An alert of one of these practices, or of the deployment.</summary>
    private static async Task<IResult> OneAsync(
        HttpContext http, IReadOnlyList<Admission> admissions, AlertDesk desk, string id, Func<Admission, Alert, Task<IResult>> inside)
    {
        foreach (var admission in admissions)
        {
            foreach (var practice in new[] { admission.Request.Practice, PracticeId.None })
            {
                if (AlertDesk.IsId(id) && await desk.FindAsync(practice, id, http.RequestAborted) is { } alert)
                {
                    return await inside(admission, alert);
                }
            }
        }

        return Problem.NotFound("alert");
    }

    private static PersonId? Asked(Admission admission, Alert alert) =>
        PersonId.TryParse(alert.Person, out var person) && person.Tenant == admission.Request.Caller.Id.Tenant ? person : null;

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
