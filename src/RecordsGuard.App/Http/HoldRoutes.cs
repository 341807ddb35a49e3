using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.App.Http;

/// <summary>Legal holds on a client.</summary>
internal static class HoldRoutes
{
    private const int MaxText = 2000;

    public static Task<IResult> PlaceAsync(HttpContext http, string practice, string client, FrontDoor door, Holds holds) =>
        door.EnterAsync(http, Operation.PlaceHold, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.HoldBody);
            if (string.IsNullOrWhiteSpace(body.Matter) || string.IsNullOrWhiteSpace(body.Reason)
                || body.Matter.Length > MaxText || body.Reason.Length > MaxText)
            {
                return Problem.BadRequest("bad-hold", $"A hold needs a matter and a reason, 1 to {MaxText} characters each.");
            }

            var hold = await holds.PlaceAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value,
                body.Matter, body.Reason, body.Until, http.RequestAborted);
            return hold is { } placed
                ? Results.Json(new CreatedBody(placed.ToString()), ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status201Created)
                : Problem.NotFound("client");
        });

    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, Holds holds) =>
        door.EnterAsync(http, Operation.ListHolds, practice, client, null, async admission =>
            await holds.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } found
                ? Results.Json(
                    new HoldsBody([.. found.Select(h => new ListedHoldBody(
                        h.Id.ToString(), h.Matter, h.Reason, h.Until, h.PlacedAt, h.ReleasedAt, h.InForce))]),
                    ApiJson.Answers.HoldsBody)
                : Problem.NotFound("client"));

    public static Task<IResult> ReleaseAsync(
        HttpContext http, string practice, string client, string hold, FrontDoor door, Holds holds) =>
        door.EnterAsync(http, Operation.ReleaseHold, practice, client, null, async admission =>
        {
            if (!HoldId.TryParse(hold, out var id))
            {
                return Problem.BadRequest("malformed-id", "This is no hold id: h- and 32 hex digits, as the app gave it out.");
            }

            var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
            var own = await holds.WasPlacedByAsync(practiceId, clientId, id, admission.Person, http.RequestAborted);
            return await door.SecondAsync(admission, own, async () =>
                await holds.ReleaseAsync(admission.Subject, practiceId, clientId, id, http.RequestAborted)
                    ? Results.Json(new CreatedBody(hold), ApiJson.Answers.CreatedBody)
                    : Problem.NotFound("hold"));
        });
}
