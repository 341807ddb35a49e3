using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>Lets a custodian run a timer of this app now instead of at night.</summary>
internal static class AdminRoutes
{
    public static async Task<IResult> RunAsync(HttpContext http, string timer, FrontDoor door, PracticeLookup practices, Duties duties)
    {
        var mine = http.Caller() is { } caller ? await practices.OfTenantAsync(caller.Id.Tenant, http.RequestAborted) : [];
        return await door.EnterAsync(http, Operation.RunTimer, mine.FirstOrDefault(PracticeId.None), null, null, async _ =>
        {
            var known = Triggers.Of(duties).Where(t => t.Kind == TriggerKind.Timer).ToList();
            if (known.Find(t => string.Equals(t.Name, timer, StringComparison.OrdinalIgnoreCase)) is not { } trigger)
            {
                return Problem.Of(
                    404, "no-such-timer", "No such timer", $"The timers are: {string.Join(", ", known.Select(t => t.Name))}.");
            }

            await trigger.RunAsync(http.RequestServices, "", http.RequestAborted);
            return Results.Json(new CreatedBody(trigger.Name), ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status202Accepted);
        });
    }
}
