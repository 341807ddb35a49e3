using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Notices;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>Which client received which confidentiality notice. <c>recordsguard notice</c> writes it.</summary>
internal static class NoticeRoutes
{
    public static Task<IResult> GiveAsync(HttpContext http, string practice, string client, FrontDoor door, GivenNotices notices) =>
        door.EnterAsync(http, Operation.GiveNotice, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.NoticeBody);
            RecordId? receipt = RecordId.TryParse(body.Receipt, out var record) ? record : null;
            if (!GivenNotices.IsVersion(body.Version) || (body.Receipt is not null && receipt is null))
            {
                return Problem.BadRequest(
                    "bad-notice", "Say in version which notice it was, as it stands on its second line, and in receipt the record that is the signed receipt, if there is one.");
            }

            return admission.ClientRow is null
                ? Problem.NotFound("client")
                : Results.Json(
                    new CreatedBody(await notices.GiveAsync(
                        admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, body.Version!, receipt, http.RequestAborted)),
                    ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status201Created);
        });

    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, GivenNotices notices) =>
        door.EnterAsync(http, Operation.GiveNotice, practice, client, null, async admission =>
            admission.ClientRow is null
                ? Problem.NotFound("client")
                : Results.Json(
                    new NoticesBody([.. (await notices.OfAsync(
                        admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted))
                        .Select(n => new GivenNoticeBody(n.Version, n.GivenAt, n.Receipt))]),
                    AccessJson.Answers.NoticesBody));
}
