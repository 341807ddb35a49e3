using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Incidents;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>Incidents of the caller's practices: alerts that belong together, what they come to, and who must be told.</summary>
internal static class IncidentRoutes
{
    private const int MaxJurisdictions = 60;

    public static Task<IResult> OpenAsync(
        HttpContext http, FrontDoor door, PracticeLookup practices, AlertDesk desk, Incidents incidents, TimeProvider time) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.HandleAlerts, async admissions =>
        {
            var body = await http.ReadAsync(PeopleJson.Default.IncidentBody);
            if (Complaint(body, time.GetUtcNow()) is { } complaint)
            {
                return Problem.BadRequest("bad-incident", complaint);
            }

            var mine = admissions.Where(a => body.Practice is null || body.Practice == a.Request.Practice.ToString()).ToList();
            if (mine is not [var admission])
            {
                return Problem.BadRequest("practice", "Say in practice whose incident it is.");
            }

            return await AboutOthersAsync(http, door, admission, desk, body.Alerts!, async () =>
            {
                var id = await incidents.OpenAsync(
                    admission.Subject, admission.Request.Practice, [.. body.Alerts!.Distinct()], body.Discovered ?? time.GetUtcNow(), body.Jurisdictions!,
                    body.Affected ?? 1, body.Summary!, http.RequestAborted);
                return Results.Json(
                    IncidentsOf(await incidents.ListAsync(admission.Subject, admission.Request.Practice, http.RequestAborted), admission)
                        .Single(i => i.Id == id),
                    PeopleJson.Answers.IncidentAnswer, statusCode: StatusCodes.Status201Created);
            });
        });

    public static Task<IResult> ListAsync(HttpContext http, FrontDoor door, PracticeLookup practices, Incidents incidents) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.SeeAlerts, async admissions =>
        {
            var found = new List<IncidentAnswer>();
            foreach (var admission in admissions)
            {
                found.AddRange(IncidentsOf(await incidents.ListAsync(admission.Subject, admission.Request.Practice, http.RequestAborted), admission));
            }

            return Results.Json(new IncidentsBody(found), PeopleJson.Answers.IncidentsBody);
        });

    public static Task<IResult> LinkAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, Incidents incidents) =>
        ChangeAsync(http, id, door, practices, desk, incidents, async (admission, incident) =>
        {
            var alerts = (await http.ReadAsync(PeopleJson.Default.LinkBody)).Alerts ?? [];
            return alerts.Count is 0 or > Incidents.MaxAlerts
                ? Problem.BadRequest("bad-incident", $"Name in alerts 1 to {Incidents.MaxAlerts} alerts.")
                : await AboutOthersAsync(http, door, admission, desk, alerts, async () => Answer(
                    id, await incidents.LinkAsync(admission.Subject, admission.Request.Practice, id, alerts, http.RequestAborted)));
        });

    public static Task<IResult> AssessAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, Incidents incidents) =>
        ChangeAsync(http, id, door, practices, desk, incidents, async (admission, incident) =>
        {
            var body = await http.ReadAsync(PeopleJson.Default.AssessBody);
            var complaints = RiskAssessment.Complaints(body.Factors, body.Outcome);
            return complaints.Count > 0 || body.Affected is < 0
                ? Problem.BadRequest("bad-assessment", string.Join(' ', complaints.Append(body.Affected is < 0 ? "affected is a number of people." : "")).Trim())
                : Answer(id, await incidents.AssessAsync(
                    admission.Subject, admission.Request.Practice, id, body.Factors!, body.Outcome!, body.Affected, http.RequestAborted));
        });

    public static Task<IResult> NoteAsync(
        HttpContext http, string id, string notice, FrontDoor door, PracticeLookup practices, AlertDesk desk, Incidents incidents) =>
        ChangeAsync(http, id, door, practices, desk, incidents, async (admission, incident) =>
        {
            var why = (await http.ReadAsync(PeopleJson.Default.NoteBody)).NotOwed;
            return why is not null && (why.Length > Incidents.MaxNotOwed || Reasons.Complaint(why, "notOwed") is not null)
                ? Problem.BadRequest("bad-notice", $"notOwed says why it is not owed, in at most {Incidents.MaxNotOwed} characters; absent: it was given.")
                : incident.Notices.All(n => n.Notice.Id != notice)
                    ? Problem.NotFound("notice")
                    : Answer(id, await incidents.NoteAsync(admission.Subject, admission.Request.Practice, id, notice, why, http.RequestAborted));
        });

    private static Task<IResult> ChangeAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, AlertDesk desk, Incidents incidents,
        Func<Admission, ListedIncident, Task<IResult>> inside) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.HandleAlerts, async admissions =>
        {
            foreach (var admission in admissions.Where(_ => Incidents.IsId(id)))
            {
                var all = await incidents.ListAsync(admission.Subject, admission.Request.Practice, http.RequestAborted);
                if (all.FirstOrDefault(i => i.Id == id) is { } incident)
                {
                    return await AboutOthersAsync(http, door, admission, desk, incident.Facts.Alerts, () => inside(admission, incident));
                }
            }

            return Problem.NotFound("incident");
        });

    /// <summary>The alerts are there, and none names the caller: nobody assesses what they did themselves.</summary>
    private static async Task<IResult> AboutOthersAsync(
        HttpContext http, FrontDoor door, Admission admission, AlertDesk desk, IReadOnlyList<string> alerts, Func<Task<IResult>> inside)
    {
        var own = false;
        foreach (var id in alerts)
        {
            var alert = !AlertDesk.IsId(id) ? null
                : await desk.FindAsync(admission.Request.Practice, id, http.RequestAborted) ?? await desk.FindAsync(PracticeId.None, id, http.RequestAborted);
            if (alert is null)
            {
                return Problem.NotFound("alert");
            }

            own |= alert.Person == admission.Request.Caller.Id.ToString();
        }

        return await door.SecondAsync(admission, own, inside);
    }

    private static string? Complaint(IncidentBody body, DateTimeOffset now) =>
        body.Alerts is not { Count: > 0 and <= Incidents.MaxAlerts } ? $"Name in alerts 1 to {Incidents.MaxAlerts} alerts."
        : body.Summary?.Length > Incidents.MaxSummary ? $"summary is longer than {Incidents.MaxSummary} characters."
        : Reasons.Complaint(body.Summary, "summary") is { } complaint ? complaint
        : body.Discovered > now ? "discovered lies in the future."
        : body.Affected is < 0 ? "affected is a number of people."
        : body.Jurisdictions is not { Count: > 0 and <= MaxJurisdictions } places || !places.All(j => j is { Length: <= 6 } && j.All(c => c == '-' || char.IsAsciiLetterUpper(c)))
            ? "Name in jurisdictions where the people live whose data it is, such as US-CA."
        : null;

    private static IResult Answer(string id, bool done) =>
        done ? Results.Json(new CreatedBody(id), ApiJson.Answers.CreatedBody)
        : Problem.Of(409, "too-many-alerts", "Not linked", $"An incident has at most {Incidents.MaxAlerts} alerts. Open another one.");

    private static IEnumerable<IncidentAnswer> IncidentsOf(IReadOnlyList<ListedIncident> all, Admission admission) => all.Select(i => new IncidentAnswer(
        i.Id, admission.Request.Practice.ToString(), i.Facts.OpenedAt, i.Facts.Discovered, i.Facts.Alerts, i.Facts.Jurisdictions, i.Facts.Affected,
        i.Summary, i.Assessment, i.Facts.Outcome, i.Facts.AssessedAt,
        [.. i.Notices.Select(n => new NoticeAnswer(
            n.Notice.Id, n.Notice.Who, n.Notice.Trigger, n.Notice.Recipient, n.Notice.Deadline, n.Notice.Fields, n.By, n.Done?.At, n.NotOwed,
            n.Notice.Citation, n.Notice.Source, n.Notice.Status, n.Notice.InWords))]));
}
