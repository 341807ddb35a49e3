using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RecordsGuard.Access;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>Lets a custodian run a timer now instead of at night.</summary>
internal static class AdminRoutes
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/admin/run/{timer}", RunAsync);

    private static async Task<IResult> RunAsync(HttpContext http, string timer, FrontDoor door, PracticeRegister practices)
    {
        var mine = http.Caller() is { } caller ? await practices.OfTenantAsync(caller.Id.Tenant, http.RequestAborted) : [];
        return await door.EnterAsync(http, Operation.RunTimer, mine.FirstOrDefault(PracticeId.None), null, null, async _ =>
        {
            var known = Triggers.All.Where(t => t.Kind == TriggerKind.Timer).ToList();
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
