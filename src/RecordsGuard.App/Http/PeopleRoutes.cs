using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Alerts.People;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// People of the caller's practices: who they are, stopped and let in again. A person is named by object id, by
/// <c>tid|oid</c> as alerts have it, or by the account's name.
/// </summary>
internal static class PeopleRoutes
{
    public static Task<IResult> SeeAsync(HttpContext http, string id, FrontDoor door, PracticeLookup practices) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.SeePeople, async admissions =>
            await AnswerAsync(admissions, id, practices, http.RequestAborted));

    /// <summary>All people of the caller's practices, those with the most unexplained looks first.</summary>
    public static Task<IResult> ListAsync(HttpContext http, FrontDoor door, PracticeLookup practices, LookWatch looks) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.SeePeople, async admissions =>
        {
            var found = new List<PersonBody>();
            foreach (var practice in admissions.Select(a => a.Request.Practice))
            {
                var points = await looks.RankAsync(practice, http.RequestAborted);
                await foreach (var (person, facts) in practices.PeopleAsync(practice, http.RequestAborted))
                {
                    found.Add(Body(practice, person, facts, points.GetValueOrDefault(facts.Pseudonym)));
                }
            }

            return Results.Json(new PeopleBody([.. found.OrderByDescending(p => p.UnexplainedPoints).ThenBy(p => p.Name, StringComparer.Ordinal)]), PeopleJson.Answers.PeopleBody);
        });

    /// <summary>The alert is stored first: whoever dies in between has told of a suspension that was only tried.</summary>
    public static Task<IResult> SuspendAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, Suspensions suspensions) =>
        ChangeAsync(
            http, id, door, practices, Operation.SuspendPerson, PeopleDetections.PersonSuspended, facts => facts is { Suspended: true },
            (_, _) => false, suspensions.SuspendAsync);

    public static Task<IResult> LiftAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, Suspensions suspensions) =>
        ChangeAsync(
            http, id, door, practices, Operation.LiftSuspension, PeopleDetections.SuspensionLifted, facts => facts is not { Suspended: true },
            (admission, facts) => facts?.SuspendedBy == admission.Person, suspensions.LiftAsync);

    /// <summary>A client says whom they never want to see their file, or takes it back.</summary>
    public static Task<IResult> NeverAsync(
        HttpContext http, string practice, string client, FrontDoor door, PracticeLookup people, NeverMarks marks) =>
        door.EnterAsync(http, Operation.MarkNever, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(PeopleJson.Default.NeverBody);
            var id = admission.Request.Practice;
            if (await people.FindPersonAsync(id, body.Person ?? "", http.RequestAborted) is not { } person)
            {
                return Problem.BadRequest("no-such-person", "person must be one person of this practice: the account's name, such as clinician-1, or its object id.");
            }

            return await door.SecondAsync(admission, person == admission.Request.Caller.Id.Object, async () =>
            {
                if (admission.ClientRow is null)
                {
                    return Problem.NotFound("client");
                }

                var change = body.Withdrawn == true ? marks.WithdrawAsync : (Func<Audit.AuditSubject, PracticeId, ClientId, Guid, CancellationToken, Task>)marks.MarkAsync;
                await change(admission.Subject, id, admission.Request.Client!.Value, person, http.RequestAborted);
                return Results.Json(new CreatedBody(client), ApiJson.Answers.CreatedBody);
            });
        });

    /// <summary>Names of a member of staff and their family; a repeat takes the place of what was there.</summary>
    public static Task<IResult> RelativesAsync(HttpContext http, string id, FrontDoor door, PracticeLookup practices, Relatives relatives) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.NameRelatives, async admissions =>
        {
            var body = await http.ReadAsync(PeopleJson.Default.RelativesBody);
            string[] names = [body.Name ?? "", .. body.Family ?? []];
            if (names.Length > Relatives.MaxNames || names.Any(n => n is not { Length: > 0 and <= 200 } || n.Any(char.IsControl) || !n.Any(char.IsLetter)))
            {
                return Problem.BadRequest("bad-names", $"Say in name the person's own name and in family names of their family, {Relatives.MaxNames} in all, 200 characters each.");
            }

            var (found, near) = (false, 0);
            foreach (var admission in admissions)
            {
                if (await practices.FindPersonAsync(admission.Request.Practice, id, http.RequestAborted) is { } person)
                {
                    found = true;
                    if (await relatives.NameAsync(admission.Subject, admission.Request.Practice, person, names[0], names[1..], http.RequestAborted) is not { } some)
                    {
                        return Problem.BadRequest("bad-names", $"More than {Relatives.MaxNear} clients bear one of these names: it tells nobody apart. Leave it out.");
                    }

                    near += some;
                }
            }

            return found ? Results.Json(new NearBody(near), PeopleJson.Answers.NearBody) : Problem.NotFound("person");
        });

    private static Task<IResult> ChangeAsync(
        HttpContext http, string id, FrontDoor door, PracticeLookup practices, Operation operation, Detection detection,
        Func<PersonFacts?, bool> isSo, Func<Admission, PersonFacts?, bool> isOwnDoing,
        Func<Audit.AuditSubject, PracticeId, Guid, string, CancellationToken, Task> change) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, operation, async admissions =>
        {
            var reason = (await http.ReadAsync(PeopleJson.Default.ReasonBody)).Reason;
            if (Reasons.Complaint(reason, "reason") is { } complaint)
            {
                return Problem.BadRequest("reason", complaint);
            }

            foreach (var admission in admissions)
            {
                var practice = admission.Request.Practice;
                if (await PersonAsync(admission, id, practices, http.RequestAborted) is not { } person)
                {
                    continue;
                }

                var facts = await practices.PersonAsync(practice, person, http.RequestAborted);
                if (isSo(facts))
                {
                    continue;
                }

                var refused = await door.SecondAsync(admission, isOwnDoing(admission, facts), async () =>
                {
                    var account = new PersonId(admission.Request.Caller.Id.Tenant, person);
                    await door.TellAsync(detection.Found(
                        practice.ToString(), account.ToString(), null, null, $"{operation.Word()} by {admission.Request.Caller.Id}."));
                    await change(admission.Subject, practice, person, reason!, http.RequestAborted);
                    return Results.Empty;
                });
                if (refused != Results.Empty)
                {
                    return refused;
                }
            }

            return await AnswerAsync(admissions, id, practices, http.RequestAborted);
        });

    private static async Task<IResult> AnswerAsync(
        IReadOnlyList<Admission> admissions, string id, PracticeLookup practices, CancellationToken cancel)
    {
        var found = new List<PersonBody>();
        foreach (var admission in admissions)
        {
            if (await PersonAsync(admission, id, practices, cancel) is { } person
                && await practices.PersonAsync(admission.Request.Practice, person, cancel) is { } facts)
            {
                found.Add(Body(admission.Request.Practice, person, facts, null));
            }
        }

        return found.Count == 0 ? Problem.NotFound("person") : Results.Json(new PeopleBody(found), PeopleJson.Answers.PeopleBody);
    }

    private static PersonBody Body(PracticeId practice, Guid person, PersonFacts facts, int? points) => new(
        practice.ToString(), person, facts.Name, facts.Pseudonym, facts.Suspended, facts.SuspendedAt, facts.LiftedAt, points);

    /// <summary>An object id need not have been seen yet; a name must have been.</summary>
    private static async Task<Guid?> PersonAsync(Admission admission, string id, PracticeLookup practices, CancellationToken cancel) =>
        Guid.TryParse(id, out var oid) ? oid
        : PersonId.TryParse(id, out var account) ? account.Tenant == admission.Request.Caller.Id.Tenant ? account.Object : null
        : await practices.FindPersonAsync(admission.Request.Practice, id, cancel);
}
