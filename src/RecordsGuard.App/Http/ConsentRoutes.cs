using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>The client's signed releases.</summary>
internal static class ConsentRoutes
{
    public static Task<IResult> RecordAsync(
        HttpContext http, string practice, string client, FrontDoor door, Consents consents, TimeProvider time) =>
        door.EnterAsync(http, Operation.RecordConsent, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.ConsentBody);
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var classes = (body.Classes ?? []).Select(c => RecordClass.TryParse(c, out var known) ? known : (RecordClass?)null).ToList();
            RecordId? document = null;
            if (body.Document is not null)
            {
                if (!RecordId.TryParse(body.Document, out var id))
                {
                    return Problem.BadRequest("malformed-id", "document must be a record id: r- and 32 hex digits, as the app gave it out.");
                }

                document = id;
            }

            ClientId? member = ClientId.TryParse(body.Member, out var named) ? named : null;
            if (Capacities.Parse(body.Capacity ?? Capacity.Client.Word()) is not { } capacity || (body.Member is not null && member is null))
            {
                return Problem.BadRequest(
                    "bad-consent", $"capacity must say in which capacity they sign ({string.Join(", ", Capacities.AllWords)}), and member, in a joint chart, which client's part it is.");
            }

            if (classes.Contains(null))
            {
                return Problem.BadRequest("record-class", $"classes must hold record classes: {string.Join(", ", RecordClass.All)}.");
            }

            var consent = new SignedConsent(
                body.Recipient ?? "", body.Purpose ?? "", body.SignedBy ?? "", body.SignedOn ?? today, [.. classes.OfType<RecordClass>().Distinct()],
                body.Until ?? today, document, capacity, member);
            if (consent.Complaints(today) is [_, ..] complaints)
            {
                return Problem.BadRequest("bad-consent", string.Join(' ', complaints));
            }

            return await consents.RecordAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, consent, http.RequestAborted) is { } recorded
                ? Results.Json(new CreatedBody(recorded), ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status201Created)
                : Problem.NotFound("client");
        });

    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, Consents consents) =>
        door.EnterAsync(http, Operation.SeeConsents, practice, client, null, async admission =>
            await consents.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } found
                ? Results.Json(
                    new ConsentsBody([.. found.Select(c => new ListedConsentBody(
                        c.Id, c.Recipient, c.Purpose, c.SignedBy, c.Facts.SignedOn, c.Facts.Classes, c.Facts.Until, c.Facts.Document,
                        c.Facts.RecordedAt, c.Facts.RevokedAt, c.Facts.Capacity, c.Facts.Member))]),
                    AccessJson.Answers.ConsentsBody)
                : Problem.NotFound("client"));

    public static Task<IResult> RevokeAsync(
        HttpContext http, string practice, string client, string consent, FrontDoor door, Consents consents) =>
        door.EnterAsync(http, Operation.RecordConsent, practice, client, null, async admission =>
            await consents.RevokeAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, consent, http.RequestAborted)
                ? Results.Json(new CreatedBody(consent), ApiJson.Answers.CreatedBody)
                : Problem.NotFound("consent"));
}
