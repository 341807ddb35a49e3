using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>Rotation of a practice's KEKs: asking for one, and seeing how far it is. Neither shows anything of a record.</summary>
internal static class KeyRoutes
{
    public static Task<IResult> RotateAsync(HttpContext http, string practice, FrontDoor door, KeyRotation rotation, TimeProvider time) =>
        door.EnterAsync(http, Operation.RotateKeys, practice, null, null, async admission => Answer(
            await rotation.RequestAsync(admission.Subject, admission.Request.Practice, http.RequestAborted),
            StatusCodes.Status202Accepted, time));

    public static Task<IResult> ShowAsync(HttpContext http, string practice, FrontDoor door, KeyRotation rotation, TimeProvider time) =>
        door.EnterAsync(http, Operation.SeeRotation, practice, null, null, async admission => Answer(
            await rotation.StatusAsync(admission.Request.Practice, http.RequestAborted), StatusCodes.Status200OK, time));

    private static IResult Answer(RotationStatus? status, int success, TimeProvider time)
    {
        if (status is not { Keks: var keks, Progress: var progress })
        {
            return Problem.NotFound("practice");
        }

        var next = keks.Step == RotationStep.Retiring && progress?.Began > time.GetUtcNow() ? progress.Began : (DateTimeOffset?)null;
        var state = keks.Step switch
        {
            RotationStep.InUse => "in-use",
            RotationStep.Requested => "requested",
            RotationStep.Retiring => next is null ? "rewrapping" : "settling",
            _ => throw new InvalidOperationException($"No word for {keks.Step}."),
        };
        return Results.Json(
            new RotationBody(
                state, keks.Since, keks.Content, keks.Index, progress?.Total, progress?.Rewrapped, progress?.Broken, next),
            ApiJson.Answers.RotationBody, statusCode: success);
    }
}
