using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Records;
using RecordsGuard.Retention.Backup;

namespace RecordsGuard.App.Http;

/// <summary>
/// Nights that are backed up, and a restore of one: asking for it, seeing how far it is, confirming it. The work is done by
/// its queue. Nothing of a record is shown.
/// </summary>
internal static class BackupRoutes
{
    public static Task<IResult> ListAsync(HttpContext http, string practice, FrontDoor door, Restores restores) =>
        door.EnterAsync(http, Operation.SeeBackups, practice, null, null, async admission => Results.Json(
            new BackupsBody(await restores.NightsAsync(admission.Request.Practice, http.RequestAborted)), ApiJson.Answers.BackupsBody));

    public static Task<IResult> RestoreAsync(HttpContext http, string practice, FrontDoor door, Restores restores) =>
        door.EnterAsync(http, Operation.RestoreRows, practice, null, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.RestoreOrderBody);
            if (body.Night is not { } night)
            {
                return Problem.BadRequest("bad-restore", "A restore needs night, written 2026-03-02, as the list of backups shows it. Nothing was changed.");
            }

            if (Reasons.Complaint(body.Reason, "reason") is { } complaint)
            {
                return Problem.BadRequest("reason", complaint);
            }

            return await restores.RequestAsync(admission.Subject, admission.Request.Practice, night, body.Reason!, http.RequestAborted) switch
            {
                RestoreAnswer.Begun begun => Results.Json(
                    Body(begun.Facts, "restoring", null, null, []), ApiJson.Answers.RestoreBody, statusCode: StatusCodes.Status202Accepted),
                RestoreAnswer.NoSuchBackup => Problem.Of(
                    404, "no-such-backup", "There is no such backup",
                    "There is no backup of that night, or the audit log does not vouch for it. Nothing was changed."),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            };
        });

    public static Task<IResult> ShowAsync(HttpContext http, string practice, FrontDoor door, Restores restores) =>
        door.EnterAsync(http, Operation.SeeBackups, practice, null, null, async admission =>
            await restores.StatusAsync(admission.Subject, admission.Request.Practice, http.RequestAborted) is { } status
                ? Results.Json(
                    Body(status.Facts, status.State, status.Reason, status.ConfirmedFor, status.Report), ApiJson.Answers.RestoreBody)
                : Problem.NotFound("restore"));

    public static Task<IResult> ConfirmAsync(HttpContext http, string practice, FrontDoor door, Restores restores) =>
        door.EnterAsync(http, Operation.RestoreRows, practice, null, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.RestoreConfirmationBody);
            if (Reasons.Complaint(body.Reason, "reason") is { } complaint)
            {
                return Problem.BadRequest("reason", complaint);
            }

            return await restores.ConfirmAsync(
                admission.Subject, admission.Request.Practice, body.Count ?? -1, body.Reason!, http.RequestAborted) switch
            {
                ConfirmAnswer.Confirmed confirmed => Results.Json(
                    Body(confirmed.Facts, "settling", null, null, []), ApiJson.Answers.RestoreBody, statusCode: StatusCodes.Status202Accepted),
                ConfirmAnswer.OtherCount other => Problem.Of(
                    422, "other-count", "The report has another number of lines",
                    $"The report has {other.ToConfirm} line(s) to see to. Send \"count\": {other.ToConfirm} when you have seen to them. Nothing was changed."),
                ConfirmAnswer.NotYet => Problem.Of(
                    409, "nothing-to-confirm", "There is nothing to confirm", "No restore is under way, or its rows are not all there yet. Nothing was changed."),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            };
        });

    private static RestoreBody Body(
        RestoreFacts facts, string state, string? reason, string? confirmedFor, IReadOnlyList<ReportLine> report) =>
        new(state, facts.Night, facts.PlacedAt, reason, facts.Restored, facts.ToConfirm, facts.ConfirmedAt, confirmedFor, report);
}

internal sealed record BackupsBody(IReadOnlyList<DateOnly> Nights);

internal sealed record RestoreOrderBody(DateOnly? Night, string? Reason);

/// <param name="Count">How many lines the report has.</param>
internal sealed record RestoreConfirmationBody(int? Count, string? Reason);

/// <param name="State"><c>restoring</c>, <c>to-confirm</c>, <c>settling</c> or <c>done</c>.</param>
/// <param name="Rows">Rows of the backup that stand as they should.</param>
/// <param name="ToConfirm">Lines of the report: what somebody has to see to.</param>
internal sealed record RestoreBody(
    string State, DateOnly Night, DateTimeOffset Asked, string? Reason, int? Rows, int? ToConfirm, DateTimeOffset? Confirmed,
    string? ConfirmedFor, IReadOnlyList<ReportLine> Report);
