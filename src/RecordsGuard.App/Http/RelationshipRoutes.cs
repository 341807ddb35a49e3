using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;

namespace RecordsGuard.App.Http;

/// <summary>Who is what to a client: given, ended, handed over. Nobody gives a relationship to themselves.</summary>
internal static class RelationshipRoutes
{
    private static readonly string Kinds = string.Join(", ", RelationshipWords.Given.Select(r => r.Word()));

    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, Relationships relationships) =>
        door.EnterAsync(http, Operation.SeeRelationships, practice, client, null, async admission =>
            admission.ClientRow is null
                ? Problem.NotFound("client")
                : Results.Json(
                    new RelationshipsBody([.. (await relationships.OfClientAsync(
                        admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted))
                        .Select(r => new ListedRelationshipBody(r.Name, r.Person, r.Kind, r.From, r.Until, r.Current))]),
                    AccessJson.Answers.RelationshipsBody));

    public static Task<IResult> GiveAsync(
        HttpContext http, string practice, string client, FrontDoor door, Relationships relationships, PracticeLookup people, TimeProvider time) =>
        door.EnterAsync(http, Operation.Assign, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.RelationshipBody);
            if (Kind(body.Kind) is not { } kind)
            {
                return NoKind();
            }

            var from = body.From ?? time.GetUtcNow();
            if (Relationships.Complaint(kind, from, body.Until) is { } complaint)
            {
                return Problem.BadRequest("bad-relationship", complaint);
            }

            if (await people.FindPersonAsync(admission.Request.Practice, body.Person ?? "", http.RequestAborted) is not { } person)
            {
                return NoPerson("person");
            }

            return await door.SecondAsync(admission, person == admission.Request.Caller.Id.Object, async () =>
            {
                if (admission.ClientRow is null)
                {
                    return Problem.NotFound("client");
                }

                await relationships.GiveAsync(
                    admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, person, kind, from, body.Until,
                    http.RequestAborted);
                return Results.Json(
                    new ListedRelationshipBody(null, person, kind.Word(), from, body.Until, from <= time.GetUtcNow()),
                    AccessJson.Answers.ListedRelationshipBody, statusCode: StatusCodes.Status201Created);
            });
        });

    /// <summary>Ends one now, also one's own.</summary>
    public static Task<IResult> EndAsync(
        HttpContext http, string practice, string client, FrontDoor door, Relationships relationships, PracticeLookup people) =>
        door.EnterAsync(http, Operation.Assign, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.RelationshipBody);
            if (Kind(body.Kind) is not { } kind)
            {
                return NoKind();
            }

            return await people.FindPersonAsync(admission.Request.Practice, body.Person ?? "", http.RequestAborted) is not { } person
                ? NoPerson("person")
                : await relationships.EndAsync(
                    admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, person, kind, http.RequestAborted)
                    ? Results.Json(new CreatedBody(client), ApiJson.Answers.CreatedBody)
                    : Problem.NotFound("relationship");
        });

    public static Task<IResult> HandOverAsync(
        HttpContext http, string practice, FrontDoor door, Relationships relationships, PracticeLookup people) =>
        door.EnterAsync(http, Operation.Assign, practice, null, null, async admission =>
        {
            var body = await http.ReadAsync(AccessJson.Default.HandOverBody);
            var id = admission.Request.Practice;
            if (await people.FindPersonAsync(id, body.From ?? "", http.RequestAborted) is not { } from)
            {
                return NoPerson("from");
            }

            if (await people.FindPersonAsync(id, body.To ?? "", http.RequestAborted) is not { } to || to == from)
            {
                return NoPerson("to");
            }

            return await door.SecondAsync(admission, to == admission.Request.Caller.Id.Object, async () => Results.Json(
                new HandedOverBody(await relationships.HandOverAsync(admission.Subject, id, from, to, http.RequestAborted)),
                AccessJson.Answers.HandedOverBody));
        });

    private static Relationship? Kind(string? word) =>
        RelationshipWords.Given.Where(r => r.Word() == word).Select(r => (Relationship?)r).FirstOrDefault();

    private static IResult NoKind() => Problem.BadRequest("bad-relationship", $"Say in kind what the person is to the client: {Kinds}.");

    private static IResult NoPerson(string field) => Problem.BadRequest(
        "no-such-person", $"{field} must be one person of this practice: the account's name, such as clinician-1, or its object id.");
}
