using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Requests;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.App.Http;

/// <summary>Requests about a client's file. Legal ones place a hold by themselves, before anything else.</summary>
internal static class RequestRoutes
{
    public static Task<IResult> TakeAsync(
        HttpContext http, string practice, string client, FrontDoor door, RequestDesk desk, Holds holds, TimeProvider time) =>
        door.EnterAsync(http, Operation.TakeRequest, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.RequestBody);
            if (RequestKinds.Parse(body.Kind) is not { } kind)
            {
                return Problem.BadRequest("request-kind", $"Say in kind what is asked: {string.Join(", ", RequestKinds.AllWords)}.");
            }

            RecordId? file = RecordId.TryParse(body.File, out var record) ? record : null;
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var received = body.Received ?? today;
            if (body.File is not null && file is null)
            {
                return Problem.BadRequest("malformed-id", "file must be a record id: r- and 32 hex digits, as the app gave it out.");
            }

            if (IncomingRequest.Complaints(kind, body.Asker, received, body.Due, file, today) is [_, ..] complaints)
            {
                return Problem.BadRequest("bad-request", string.Join(' ', complaints));
            }

            // The hold first: what a crash leaves is a hold too many, never a request whose file may be destroyed.
            var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
            var hold = kind.IsLegal()
                ? await holds.PlaceAsync(
                    admission.Subject, practiceId, clientId, new($"{kind.Word()}: {body.Asker}", "Placed with the request.", null), http.RequestAborted)
                : null;
            if (kind.IsLegal() && hold is null)
            {
                return Problem.NotFound("client");
            }

            return await desk.TakeAsync(
                admission.Subject, practiceId, clientId, new(kind, body.Asker!, received, body.Due, file, hold), http.RequestAborted) is not { } taken
                ? Problem.NotFound("client")
                : Results.Json(
                    new TakenRequestBody(
                        taken.Id, kind.Word(), taken.Facts.Due, body.Due is null ? Because(taken.Ground.Soonest) : "as the request says", taken.Facts.Hold,
                        taken.NextSteps, [.. taken.Ground.Facts.Select(DisclosureRoutes.Body)]),
                    AccessJson.Answers.TakenRequestBody, statusCode: StatusCodes.Status201Created);
        });

    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, RequestDesk desk) =>
        door.EnterAsync(http, Operation.AnswerRequest, practice, client, null, async admission =>
            await desk.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } found
                ? Results.Json(
                    new RequestsBody([.. found.Select(r => new ListedRequestBody(
                        r.Id, r.Facts.Kind, r.Asker, r.Facts.Received, r.Facts.Due, r.Facts.File, r.Facts.Hold, r.Facts.AnsweredAt, r.Facts.Outcome,
                        r.Answer))]),
                    AccessJson.Answers.RequestsBody)
                : Problem.NotFound("client"));

    /// <summary>A refusal says what can lawfully be done next.</summary>
    public static Task<IResult> AnswerAsync(
        HttpContext http, string practice, string client, string request, FrontDoor door, RequestDesk desk) =>
        door.EnterAsync(http, Operation.AnswerRequest, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.AnswerBody);
            if (body.Outcome is null || !RequestDesk.Outcomes.Contains(body.Outcome))
            {
                return Problem.BadRequest("outcome", $"Say in outcome what was answered: {string.Join(", ", RequestDesk.Outcomes)}.");
            }

            if (Reasons.Complaint(body.Answer, "answer") is { } complaint)
            {
                return Problem.BadRequest("answer", complaint);
            }

            var answered = await desk.AnswerAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, request, body.Outcome, body.Answer!,
                http.RequestAborted);
            return answered is { } steps
                ? Results.Json(new AnsweredBody(request, body.Outcome == "refused" ? steps : null), AccessJson.Answers.AnsweredBody)
                : Problem.NotFound("request");
        });

    private static string? Because(LegalFact? fact) =>
        fact is null ? null : $"{fact.Citation}{(fact.IsVerified ? "" : ", unverified")}: {fact.InWords}";
}
