using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Notices;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.App.Http;

/// <summary>The confidentiality notice for a client, and which one they received. <c>recordsguard notice</c> writes it too.</summary>
internal static class NoticeRoutes
{
    /// <summary>Of the policy, the law and the schedules in force where this client is, at this moment.</summary>
    public static Task<IResult> ShowAsync(HttpContext http, string practice, string client, string? format, FrontDoor door, AccessPolicy policy) =>
        door.EnterAsync(http, Operation.GiveNotice, practice, client, null, admission =>
        {
            if (format is not (null or "html" or "text"))
            {
                return Task.FromResult(Problem.BadRequest("format", "format must be html or text."));
            }

            if (admission.ClientRow?.As<ClientFacts>() is not { } facts)
            {
                return Task.FromResult(Problem.NotFound("client"));
            }

            var notice = ConfidentialityNotice.Of(policy, facts.Jurisdiction, [.. Catalogue.Shipped.InWords(facts.Jurisdiction, facts.Profession)]);
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
            http.Response.Headers["Notice-Version"] = notice.Version;
            return Task.FromResult(format == "text" ? Results.Text(notice.ToString()) : Results.Text(notice.ToHtml(), "text/html; charset=utf-8"));
        });

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
