using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.App.Http;

/// <summary>Legal holds: on a client, their records, or what spans a practice.</summary>
internal static class HoldRoutes
{
    private const int MaxText = 2000;

    public static Task<IResult> PlaceAsync(HttpContext http, string practice, string client, FrontDoor door, Holds holds, TimeProvider time) =>
        door.EnterAsync(http, Operation.PlaceHold, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.HoldBody);
            if (Complaint(body, admission.Practice.Today(time)) is { } complaint)
            {
                return Problem.BadRequest("bad-hold", complaint);
            }

            var hold = await holds.PlaceAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, Order(body), http.RequestAborted);
            return hold is { } placed ? Created(placed, StatusCodes.Status201Created)
                : Problem.NotFound(body.Record is null ? "client" : "record");
        });

    /// <summary>201: in force. 202: written and kept to by every later decision, and not yet in force: settle it.</summary>
    public static Task<IResult> PlaceSpanningAsync(HttpContext http, string practice, FrontDoor door, SpanningHolds holds, TimeProvider time) =>
        door.EnterAsync(http, Operation.PlaceHold, practice, null, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.HoldBody);
            if (Complaint(body, admission.Practice.Today(time)) is { } complaint)
            {
                return Problem.BadRequest("bad-hold", complaint);
            }

            if (body.Record is not null)
            {
                return Problem.BadRequest("bad-hold", "A hold on one record is placed on its client.");
            }

            var id = admission.Request.Practice;
            return await holds.PlaceAsync(admission.Subject, id, Order(body), http.RequestAborted) is { } hold
                ? await SettledAsync(http, admission, hold, holds)
                : Problem.NotFound("practice");
        });

    public static Task<IResult> SettleAsync(HttpContext http, string practice, string hold, FrontDoor door, SpanningHolds holds) =>
        door.EnterAsync(http, Operation.PlaceHold, practice, null, null, async admission =>
            HoldId.TryParse(hold, out var id) ? await SettledAsync(http, admission, id, holds) : Malformed());

    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, Holds holds) =>
        door.EnterAsync(http, Operation.ListHolds, practice, client, null, async admission =>
            await holds.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } found
                ? Listed(found) : Problem.NotFound("client"));

    public static Task<IResult> ListSpanningAsync(HttpContext http, string practice, FrontDoor door, SpanningHolds holds) =>
        door.EnterAsync(http, Operation.ListHolds, practice, null, null, async admission =>
            await holds.ListAsync(admission.Subject, admission.Request.Practice, http.RequestAborted) is { } found
                ? Listed(found) : Problem.NotFound("practice"));

    public static Task<IResult> ReleaseAsync(
        HttpContext http, string practice, string client, string hold, FrontDoor door, Holds holds) =>
        door.EnterAsync(http, Operation.ReleaseHold, practice, client, null, async admission =>
        {
            if (!HoldId.TryParse(hold, out var id))
            {
                return Malformed();
            }

            var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
            var own = await holds.WasPlacedByAsync(practiceId, clientId, id, admission.Person, http.RequestAborted);
            return await door.SecondAsync(admission, own, async () =>
                Released(hold, await holds.ReleaseAsync(admission.Subject, practiceId, clientId, id, http.RequestAborted)));
        });

    public static Task<IResult> ReleaseSpanningAsync(HttpContext http, string practice, string hold, FrontDoor door, SpanningHolds holds) =>
        door.EnterAsync(http, Operation.ReleaseHold, practice, null, null, async admission =>
        {
            if (!HoldId.TryParse(hold, out var id))
            {
                return Malformed();
            }

            var own = await holds.WasPlacedByAsync(admission.Request.Practice, id, admission.Person, http.RequestAborted);
            return await door.SecondAsync(admission, own, async () =>
                Released(hold, await holds.ReleaseAsync(admission.Subject, admission.Request.Practice, id, http.RequestAborted)));
        });

    private static string? Complaint(HoldBody body, DateOnly today) =>
        string.IsNullOrWhiteSpace(body.Matter) || string.IsNullOrWhiteSpace(body.Reason)
            || body.Matter.Length > MaxText || body.Reason.Length > MaxText
            ? $"A hold needs a matter and a reason, 1 to {MaxText} characters each."
            : body.Until < today ? "until is past: this hold would hold nothing. It is the last day in force; leave it out for a hold until somebody releases it."
            : body.Record is not null && !RecordId.TryParse(body.Record, out _) ? "record must be a record's id: r- and 32 hex digits."
            : body.Class is not null && !RecordClass.TryParse(body.Class, out _) ? $"class must be one of {string.Join(", ", RecordClass.All)}."
            : null;

    private static HoldOrder Order(HoldBody body) => new(
        body.Matter!, body.Reason!, body.Until, RecordId.TryParse(body.Record, out var record) ? record : null,
        RecordClass.TryParse(body.Class, out var recordClass) ? recordClass : null);

    private static async Task<IResult> SettledAsync(HttpContext http, Admission admission, HoldId hold, SpanningHolds holds) =>
        await holds.SettleAsync(admission.Subject, admission.Request.Practice, hold, http.RequestAborted) switch
        {
            true => Created(hold, StatusCodes.Status201Created),
            false => Created(hold, StatusCodes.Status202Accepted),
            null => Problem.NotFound("hold"),
        };

    private static IResult Created(HoldId hold, int status) =>
        Results.Json(new CreatedBody(hold.ToString()), ApiJson.Answers.CreatedBody, statusCode: status);

    private static IResult Listed(IReadOnlyList<ListedHold> found) => Results.Json(
        new HoldsBody([.. found.Select(h => new ListedHoldBody(
            h.Id.ToString(), h.Matter, h.Reason, h.Until, h.PlacedBy, h.PlacedAt, h.ReleasedBy, h.ReleasedAt, h.InForce, h.Record, h.Class))]),
        ApiJson.Answers.HoldsBody);

    private static IResult Released(string hold, bool found) =>
        found ? Results.Json(new CreatedBody(hold), ApiJson.Answers.CreatedBody) : Problem.NotFound("hold");

    private static IResult Malformed() =>
        Problem.BadRequest("malformed-id", "This is no hold id: h- and 32 hex digits, as the app gave it out.");
}
