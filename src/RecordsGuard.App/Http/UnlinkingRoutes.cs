using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Unlinking;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>The end of a client, six years and more after the last record: what says whose file it was is destroyed.</summary>
internal static class UnlinkingRoutes
{
    public static Task<IResult> LookAsync(HttpContext http, string practice, string client, FrontDoor door, ClientUnlinking unlinking) =>
        EnterAsync(http, practice, client, door, unlinking.LookAsync, Answer);

    public static Task<IResult> CloseAsync(HttpContext http, string practice, string client, FrontDoor door, ClientUnlinking unlinking) =>
        EnterAsync(http, practice, client, door, unlinking.CloseAsync, state => state is Unlinking.Linked linked ? NotYet(linked.Missing) : Answer(state));

    public static Task<IResult> WithdrawAsync(HttpContext http, string practice, string client, FrontDoor door, ClientUnlinking unlinking) =>
        EnterAsync(http, practice, client, door, unlinking.WithdrawAsync, Answer);

    public static Task<IResult> FinishAsync(HttpContext http, string practice, string client, FrontDoor door, ClientUnlinking unlinking) =>
        EnterAsync(http, practice, client, door, unlinking.FinishAsync, state => state switch
        {
            Unlinking.Linked => NotYet(["The client is not closing: close it first, a day before."]),
            Unlinking.Closing { Missing: [] } early => NotYet([$"It is closing, and can be finished from {early.From:O}."]),
            Unlinking.Closing closing => NotYet(closing.Missing),
            _ => Answer(state),
        });

    private static Task<IResult> EnterAsync(
        HttpContext http, string practice, string client, FrontDoor door,
        Func<AuditSubject, PracticeId, ClientId, CancellationToken, Task<Unlinking>> act, Func<Unlinking, IResult> answer) =>
        door.EnterAsync(http, Operation.UnlinkClient, practice, client, null, async admission => answer(await act(
            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted)));

    private static IResult Answer(Unlinking state) => state switch
    {
        Unlinking.Linked linked => Json(new("linked", linked.Missing)),
        Unlinking.Closing closing => Json(new("closing", closing.Missing, From: closing.From)),
        Unlinking.Unlinked unlinked => Json(new(
            unlinked.NamesErased ? "unlinked" : "unfinished", [], At: unlinked.At, Destroyed: [.. unlinked.Destroyed.Select(r => r.ToString())])),
        Unlinking.NoSuchClient => Problem.NotFound("client"),
        _ => throw new InvalidOperationException($"No answer for {state.GetType().Name}."),
    };

    private static IResult NotYet(IReadOnlyList<string> missing) =>
        Problem.Of(409, "unlinking-not-yet", "The link to the log stays", $"{string.Join(' ', missing)} Nothing was changed.");

    private static IResult Json(UnlinkingBody body) => Results.Json(body, AccessJson.Answers.UnlinkingBody);
}
