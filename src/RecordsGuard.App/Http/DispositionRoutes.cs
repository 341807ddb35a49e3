using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Alerts;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.App.Http;

/// <summary>What is due, and its approval.</summary>
internal static class DispositionRoutes
{
    private const int MaxReason = 2000;

    public static Task<IResult> ListAsync(HttpContext http, string practice, FrontDoor door, DispositionReview review) =>
        door.EnterAsync(http, Operation.ListDispositions, practice, null, null, async admission =>
        {
            var charts = await review.ListAsync(admission.Request.Practice, http.RequestAborted);
            foreach (var chart in charts.Where(c => c.Unreadable))
            {
                await door.ReportBrokenAsync(
                    admission.Subject, ClientId.TryParse(chart.Client, out var broken) ? broken : null,
                    new InvalidDataException("A row of this client's is not what we wrote."));
            }

            return Results.Json(
                new DispositionsBody([.. charts.Select(c => new ChartBody(c.Client, [.. c.Records.Select(Body)], c.Unreadable ? true : null))]),
                ApiJson.Answers.DispositionsBody);
        });

    public static Task<IResult> ApproveAsync(
        HttpContext http, string practice, FrontDoor door, DispositionReview review, AccessPolicy policy) =>
        door.EnterAsync(http, Operation.ApproveDisposition, practice, null, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.ApproveBody);
            if (Clients(body, out var clients) is { } complaint)
            {
                return complaint;
            }

            // One approver or two: the access policy says whether somebody may confirm their own doing.
            var takesTwo = policy.Decide(admission.Question with { OwnDoing = true }) is Decision.Refuse;
            return await review.ApproveAsync(
                admission.Subject, admission.Request.Practice, clients, body.Count, http.RequestAborted, takesTwo) switch
            {
                ApprovalAnswer.Done done => Results.Json(
                    new ApprovedBody(
                        [.. done.Approved.Select(r => r.ToString())], done.PurgeFrom,
                        [.. done.NotApproved.Select(n => new NotApprovedBody(n.Key.ToString(), Because(n.Value)))]),
                    ApiJson.Answers.ApprovedBody),
                ApprovalAnswer.NoSuchClient => Problem.NotFound("client"),
                ApprovalAnswer.OverCap over => await OverCapAsync(admission, over, door),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            };
        });

    /// <summary>During the waiting period: what was approved of these clients needs an approval again.</summary>
    public static Task<IResult> WithdrawAsync(HttpContext http, string practice, FrontDoor door, DispositionReview review) =>
        door.EnterAsync(http, Operation.ApproveDisposition, practice, null, null, async admission =>
        {
            if (Clients(await http.ReadAsync(ApiJson.Default.ApproveBody), out var clients) is { } complaint)
            {
                return complaint;
            }

            return await review.WithdrawAsync(admission.Subject, admission.Request.Practice, clients, http.RequestAborted) is { } withdrawn
                ? Results.Json(new WithdrawnBody([.. withdrawn.Select(r => r.ToString())]), ApiJson.Answers.WithdrawnBody)
                : Problem.NotFound("client");
        });

    /// <summary>Keeps a chart, or one record of it, that may go. Custody's: the reason is sealed under the client's index key.</summary>
    public static Task<IResult> ExtendAsync(
        HttpContext http, string practice, string client, FrontDoor door, Extensions extensions) =>
        door.EnterAsync(http, Operation.ApproveDisposition, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.ExtendBody);
            RecordId? record = RecordId.TryParse(body.Record, out var parsed) ? parsed : null;
            if (body.Until is not { } until || string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > MaxReason
                || (body.Record is not null && record is null))
            {
                return Problem.BadRequest(
                    "bad-extension", $"An extension needs until, written 2027-03-15, and a reason of 1 to {MaxReason} characters; record, if it is for one only, is a record's id. Nothing was changed.");
            }

            return await extensions.ExtendAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, record, until, body.Reason, http.RequestAborted) switch
            {
                ExtensionAnswer.Done done => Results.Json(
                    new ExtendedBody(
                        [.. done.Extended.Select(r => r.ToString())],
                        [.. done.NotExtended.Select(n => new NotApprovedBody(
                            n.Key.ToString(), FormattableString.Invariant($"a rule forbids keeping it after {n.Value:yyyy-MM-dd}")))]),
                    ApiJson.Answers.ExtendedBody),
                ExtensionAnswer.Past => Problem.BadRequest("bad-extension", "until must be a day after today. Nothing was changed."),
                ExtensionAnswer.NoSuchClient => Problem.NotFound("client"),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            };
        });

    /// <summary>What custodians have decided to keep, and why; one that counts no more stays to be seen.</summary>
    public static Task<IResult> ListExtensionsAsync(HttpContext http, string practice, string client, FrontDoor door, Extensions extensions) =>
        door.EnterAsync(http, Operation.ListHolds, practice, client, null, async admission =>
            await extensions.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } found
                ? Results.Json(
                    new ExtensionsBody([.. found.Select(e => new ListedExtensionBody(e.Record.ToString(), e.Until, e.Reason, e.By, e.At, e.Counts))]),
                    ApiJson.Answers.ExtensionsBody)
                : Problem.NotFound("client"));

    private static IResult? Clients(ApproveBody body, out HashSet<ClientId> clients)
    {
        clients = [];
        foreach (var text in body.Clients ?? [])
        {
            if (!ClientId.TryParse(text, out var client))
            {
                return Problem.BadRequest("malformed-id", "clients must hold client ids, as the list of dispositions shows them.");
            }

            clients.Add(client);
        }

        return clients.Count > 0 ? null
            : Problem.BadRequest("nothing-to-approve", "Name the clients whose records are meant: {\"clients\":[\"c-…\"]}.");
    }

    private static async Task<IResult> OverCapAsync(Admission admission, ApprovalAnswer.OverCap over, FrontDoor door)
    {
        await door.TellAsync(new(
            admission.Request.Practice.ToString(), "disposition-over-cap", Severity.Medium, admission.Request.Caller.Id.ToString(),
            null, null, $"An approval for {over.Clients} clients came without a confirmed count; the cap is {over.Cap}. Nothing was approved.",
            "Ask the custodian whether they meant it.", null));
        return Problem.Of(
            422, "over-cap", "More clients than one approval covers",
            $"This would approve {over.Clients} clients; more than {over.Cap} need a confirmed count. Send \"count\": {over.Clients} if you mean it. Nothing was approved.");
    }

    private static ChartRecordBody Body(DueRecord due) => due.State switch
    {
        Disposition.NeedsApproval s => Line(due, s.First is null ? "needs-approval" : "needs-second-approval", s.Schedule, s.First),
        Disposition.Waiting s => Line(due, "waiting", s.Schedule, s.Approval),
        Disposition.Purge s => Line(due, "approved", s.Schedule, s.Approval),
        Disposition.Held s => new(
            due.Record.ToString(), due.Class, "held", null, null, null, null, null, null, [.. s.Holds.Select(h => h[Keys.Holds.Length..])], null),
        Disposition.Retain s => new(
            due.Record.ToString(), due.Class, "blocked", null, s.MustDestroyBy, null, null, null, s.Because, null, null),
        var other => throw new InvalidOperationException($"{other.GetType().Name} is not listed."),
    };

    /// <param name="approval">Null: none yet. One of two purges nothing.</param>
    private static ChartRecordBody Line(DueRecord due, string state, Retention.Schedules.RetentionAnswer.Until schedule, ApprovalFacts? approval) => new(
        due.Record.ToString(), due.Class, state, schedule.MayDestroyFrom, schedule.MustDestroyBy,
        due.State is Disposition.NeedsApproval ? null : approval?.PurgeFrom, schedule.Rule.Id, schedule.Rule.Citation, schedule.Arithmetic, null,
        approval is null ? null : approval.SecondBy is { } second ? [approval.ApprovedBy, second] : [approval.ApprovedBy]);

    private static string Because(Disposition state) => state switch
    {
        Disposition.Held held => $"held by {held.Holds.Count} legal hold(s)",
        Disposition.NotYet notYet => $"may not be destroyed before {notYet.Schedule.MayDestroyFrom:yyyy-MM-dd}",
        Disposition.Retain retain => retain.Because,
        Disposition.NeedsApproval { First: not null } => "approved by one person; it takes another",
        Disposition.Extended extended => $"kept through {extended.Until:yyyy-MM-dd} by a custodian's decision",
        Disposition.NeedsApproval => "a hold changed at the same moment: approve again",
        _ => "not due",
    };
}
