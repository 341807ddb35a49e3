using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Retention;

namespace RecordsGuard.App.Http;

/// <summary>The practice's own retention rules: shown, tried, put.</summary>
internal static class RetentionRulesRoutes
{
    /// <summary>UTF-8 can take three bytes for each of the characters that may be sent.</summary>
    private const int MaxBytes = PracticeRules.MaxLength * 3;

    public static Task<IResult> ShowAsync(HttpContext http, string practice, FrontDoor door, PracticeRules rules) =>
        door.EnterAsync(http, Operation.SetRetentionRules, practice, null, null, async admission =>
            await rules.ShowAsync(admission.Request.Practice, http.RequestAborted) is { } found
                ? Results.Json(new StoredRulesBody(found.Rules, found.PutBy, found.PutAt, found.Settled, found.Faults), ApiJson.Answers.StoredRulesBody)
                : Problem.NotFound("retention-rules"));

    /// <summary>200: in force. 202: kept to by every later decision; the records are still being listed by them.</summary>
    public static Task<IResult> PutAsync(HttpContext http, string practice, FrontDoor door, PracticeRules rules) =>
        door.EnterAsync(http, Operation.SetRetentionRules, practice, null, null, async admission =>
            await rules.PutAsync(admission.Subject, admission.Request.Practice, await TextAsync(http), http.RequestAborted) switch
            {
                RulesAnswer.Put put => Results.Json(
                    new CreatedBody(put.Version), ApiJson.Answers.CreatedBody, statusCode: put.Settled ? StatusCodes.Status200OK : StatusCodes.Status202Accepted),
                RulesAnswer.Refused refused => Refused(refused.Faults),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            });

    public static Task<IResult> SimulateAsync(
        HttpContext http, string practice, string? after, string? asOf, FrontDoor door, PracticeRules rules) =>
        door.EnterAsync(http, Operation.SetRetentionRules, practice, null, null, async admission =>
        {
            DateOnly? day = DateOnly.TryParseExact(asOf, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null;
            if (asOf is not null && day is null)
            {
                return Problem.BadRequest("bad-day", "asOf must be a day of the calendar, written 2027-03-15; without it, today.");
            }

            var (simulated, faults) = await rules.SimulateAsync(
                admission.Request.Practice, await TextAsync(http), after ?? "", http.RequestAborted, day);
            return simulated is null ? Refused(faults) : Results.Json(
                new SimulatedRulesBody(
                    [.. simulated.Records.Select(r => new SimulatedRecordBody(
                        r.Client.ToString(), r.Record.ToString(), r.Class, r.Change, r.DueNow, r.Before, r.After, r.RuleBefore, r.RuleAfter))],
                    simulated.Same, simulated.Automatic, simulated.Next),
                ApiJson.Answers.SimulatedRulesBody);
        });

    private static IResult Refused(IReadOnlyList<string> faults) => Problem.Of(
        422, "retention-rules", "These rules cannot be in force", $"{string.Join(" ", faults)} Nothing was changed.");

    private static async Task<string> TextAsync(HttpContext http)
    {
        await using var body = LimitedStream.Of(http.Request, MaxBytes, "Leave out the rules that no client of the practice needs.");
        using var reader = new StreamReader(body, Encoding.UTF8);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }
}
