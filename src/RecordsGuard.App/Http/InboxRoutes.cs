using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;

namespace RecordsGuard.App.Http;

/// <summary>The inbox as people meet it: leave to put a file there, and what could not become a record.</summary>
internal static class InboxRoutes
{
    public static Task<IResult> GrantAsync(HttpContext http, string practice, string client, FrontDoor door, UploadGrants grants) =>
        door.EnterAsync(http, Operation.IssueUploadUrl, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.UploadUrlBody);
            if (!RecordClass.TryParse(body.Class, out var recordClass))
            {
                return NoClass();
            }

            var grant = await grants.IssueAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, recordClass, http.RequestAborted);
            if (grant is null)
            {
                return Problem.NotFound("client");
            }

            http.Response.Headers.CacheControl = "no-store";
            return Results.Json(
                new GrantedUploadBody(
                    grant.Address.AbsoluteUri, "PUT", new Dictionary<string, string> { ["x-ms-blob-type"] = "BlockBlob" },
                    grant.Until, UploadGrants.MaxBytes),
                ApiJson.Answers.GrantedUploadBody, statusCode: StatusCodes.Status201Created);
        });

    public static Task<IResult> ListAsync(HttpContext http, string practice, FrontDoor door, Quarantine quarantine) =>
        door.EnterAsync(http, Operation.ListQuarantine, practice, null, null, async admission =>
            Results.Json(
                new QuarantineBody([.. (await quarantine.ListAsync(admission.Subject, admission.Request.Practice, http.RequestAborted))
                    .Select(f => new QuarantinedBody(
                        f.Id.ToString(), f.Reason, f.Created, f.Name, f.ContentType, f.Length, f.Record))]),
                ApiJson.Answers.QuarantineBody));

    public static Task<IResult> FileAsync(HttpContext http, string practice, string file, FrontDoor door, QuarantineFiling filing) =>
        door.EnterAsync(http, Operation.FileQuarantined, practice, null, null, async admission =>
        {
            if (!QuarantineId.TryParse(file, out var id))
            {
                return Problem.BadRequest("malformed-id", "This is no id of a quarantined file: q- and 32 hex digits, as the app gave it out.");
            }

            var body = await http.ReadAsync(ApiJson.Default.FileBody);
            if (!ClientId.TryParse(body.Client, out var client))
            {
                return Problem.BadRequest("malformed-id", "Say in client whose record it is: c- and 32 hex digits, as the app gave it out.");
            }

            if (!RecordClass.TryParse(body.Class, out var recordClass))
            {
                return NoClass();
            }

            return await filing.FileAsync(
                admission.Subject, admission.Request.Practice, id, client, recordClass, http.RequestAborted) switch
            {
                FilingAnswer.Filed filed => Results.Json(
                    new CreatedBody(filed.Record.ToString()), ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status201Created),
                FilingAnswer.NoSuchFile => Problem.NotFound("file"),
                FilingAnswer.NoSuchClient => Problem.NotFound("client"),
                FilingAnswer.Closing => Problem.Closing(),
                FilingAnswer.FiledElsewhere => Problem.Of(
                    409, "filed-elsewhere", "It was filed elsewhere",
                    "This file was filed to another client or class, or that has begun. Look at the quarantine again; nothing was changed."),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            };
        });

    private static IResult NoClass() => Problem.BadRequest(
        "record-class", $"Say in class what kind of record it is: {string.Join(", ", RecordClass.All)}.");
}
