using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts;

namespace RecordsGuard.App.Http;

/// <summary>Breaking the glass for one client, and what others say about it afterwards.</summary>
internal static class BreakGlassRoutes
{
    /// <summary>The front door alerts before anything happens here; a body that is none is answered before the front door.</summary>
    public static async Task<IResult> BreakAsync(HttpContext http, string practice, string client, FrontDoor door, BreakGlass glass)
    {
        var body = await http.ReadAsync(AccessJson.Default.BreakGlassBody);
        if (body.Purpose is null || !Purposes.Known.Contains(body.Purpose))
        {
            return Problem.BadRequest("purpose", $"Say in purpose what it is for: {Purposes.BreakGlass} or {Purposes.EmergencyTreatment}.");
        }

        if (Reasons.Complaint(body.Reason, "reason") is { } complaint)
        {
            return Problem.BadRequest("reason", complaint);
        }

        return await door.EnterAsync(
            http, Operation.BreakGlass, practice, client, null,
            async admission =>
            {
                var caller = admission.Request.Caller.Id;
                var given = await glass.BreakAsync(
                    admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, caller.Object, body.Purpose, body.Reason!,
                    http.RequestAborted);
                if (given is null)
                {
                    return Problem.NotFound("client");
                }

                if (given.Worn)
                {
                    await door.TellAsync(PeopleDetections.ReasonRepeated.Found(
                        practice, caller.ToString(), null, null, "The reason of a break-glass grant is word for word that of several before it."));
                }

                return Results.Json(
                    new GrantBody(given.Id, client, given.Until, given.ReviewBy), AccessJson.Answers.GrantBody,
                    statusCode: StatusCodes.Status201Created);
            },
            body.Purpose);
    }

    public static Task<IResult> ListAsync(HttpContext http, string practice, FrontDoor door, BreakGlass glass) =>
        door.EnterAsync(http, Operation.ReviewBreakGlass, practice, null, null, async admission => Results.Json(
            new GrantsBody([.. (await glass.ListAsync(admission.Subject, admission.Request.Practice, http.RequestAborted))
                .Select(g => new ListedGrantBody(
                    g.Id, g.Client.ToString(), g.Person, g.Facts.Purpose, g.Reason, g.Facts.From, g.Facts.Until, g.Facts.ReviewBy,
                    g.Facts.ReviewedAt, g.Facts.Verdict, g.Comment))]),
            AccessJson.Answers.GrantsBody));

    public static Task<IResult> ReviewAsync(
        HttpContext http, string practice, string client, string grant, FrontDoor door, BreakGlass glass) =>
        door.EnterAsync(http, Operation.ReviewBreakGlass, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.ReviewBody);
            if (body.Verdict is null || !BreakGlass.Verdicts.Contains(body.Verdict))
            {
                return Problem.BadRequest("verdict", $"Say in verdict what it was: {string.Join(" or ", BreakGlass.Verdicts)}.");
            }

            if (Reasons.Complaint(body.Comment, "comment") is { } complaint)
            {
                return Problem.BadRequest("comment", complaint);
            }

            var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
            var author = await glass.AuthorAsync(practiceId, clientId, grant, http.RequestAborted);
            return await door.SecondAsync(admission, author == admission.Person, async () =>
                await glass.ReviewAsync(admission.Subject, practiceId, clientId, grant, body.Verdict, body.Comment!, http.RequestAborted) switch
                {
                    GrantReview.Done => Results.Json(new CreatedBody(grant), ApiJson.Answers.CreatedBody),
                    GrantReview.Already => Problem.Of(
                        409, "reviewed", "It was reviewed before", "A review stays as it was. List the grants to see it; nothing was changed."),
                    _ => Problem.NotFound("grant"),
                });
        });
}
