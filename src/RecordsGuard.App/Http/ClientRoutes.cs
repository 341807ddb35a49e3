using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.App.Http;

/// <summary>Clients: taken in, found, corrected.</summary>
internal static class ClientRoutes
{
    private const int MaxText = 200;

    public static Task<IResult> RegisterAsync(
        HttpContext http, string practice, FrontDoor door, ClientRegister register, JointCharts joint, PracticeLookup people, TimeProvider time) =>
        door.EnterAsync(http, Operation.RegisterClient, practice, null, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.NewClientBody);
            if (Check(body.Name, body.ChartNumber, body.Jurisdiction, body.Profession, body.BirthDate, body.LastService, required: true, time, joint: body.Members is not null)
                is { } complaint)
            {
                return Problem.BadRequest("bad-client", complaint);
            }

            var id = admission.Request.Practice;
            var members = Ids(body.Members);
            if (body.Members is not null && (members is null || !await joint.CanBeMembersAsync(id, members, http.RequestAborted)))
            {
                return BadMembers();
            }

            var clinicians = new List<Guid>();
            foreach (var name in body.AssignedClinicians ?? [])
            {
                if (await people.FindPersonAsync(id, name, http.RequestAborted) is not { } person)
                {
                    return Problem.BadRequest(
                        "no-such-person", "One of assignedClinicians is not known to this practice. Use the account's name, such as clinician-1, or its object id.");
                }

                clinicians.Add(person);
            }

            var client = await register.RegisterAsync(
                admission.Subject, id,
                new(body.Name!, body.ChartNumber!, body.BirthDate, body.Jurisdiction!, body.Profession!, body.LastService, clinicians),
                http.RequestAborted);
            if (members is not null && await joint.NameAsync(admission.Subject, id, client, members, http.RequestAborted) != Naming.Done)
            {
                throw new StoreUnavailableException("A member's chart was there a moment ago.");
            }

            return Results.Json(
                new CreatedBody(client.ToString()), ApiJson.Answers.CreatedBody, statusCode: StatusCodes.Status201Created);
        });

    public static Task<IResult> SearchAsync(HttpContext http, string practice, string? q, FrontDoor door, ClientRegister register) =>
        door.EnterAsync(http, Operation.SearchClients, practice, null, null, async admission =>
        {
            var caller = admission.Request.Caller;
            var sees = caller.Roles.Contains(Roles.FrontDesk) || caller.Roles.Contains(Roles.Custodian)
                ? (Guid?)null
                : caller.Id.Object;
            var found = new List<ClientBody>();
            await foreach (var client in register.SearchAsync(
                admission.Subject, admission.Request.Practice, q ?? "", sees, http.RequestAborted))
            {
                found.Add(new(client.Id.ToString(), client.Name, client.ChartNumber));
            }

            await door.SearchedAsync(admission, [.. found.Select(c => ClientId.Parse(c.Id))]);
            return Results.Json(new ClientsBody(found), ApiJson.Answers.ClientsBody);
        });

    /// <summary>What is known of a client, and so what a correction would change.</summary>
    public static Task<IResult> SeeAsync(HttpContext http, string practice, string client, FrontDoor door, ClientCorrection correction) =>
        door.EnterAsync(http, Operation.SeeFacts, practice, client, null, async admission =>
            await correction.SeeAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } known
                ? Results.Json(
                    new KnownClientBody(
                        client, known.Name, known.ChartNumber, known.BirthDate, known.Jurisdiction, known.Profession, known.LastService,
                        known.Events.ToDictionary(e => e.Key.Word(), e => e.Value), known.Members?.Select(m => m.ToString()).ToList(),
                        [.. known.Joint.Select(j => j.ToString())], known.Closing),
                    ApiJson.Answers.KnownClientBody)
                : Problem.NotFound("client"));

    public static Task<IResult> CorrectAsync(
        HttpContext http, string practice, string client, FrontDoor door, ClientCorrection correction, JointCharts joint, TimeProvider time) =>
        door.EnterAsync(http, Operation.CorrectFacts, practice, client, null, async admission =>
        {
            var body = await http.ReadAsync(ApiJson.Default.PatchClientBody);
            if (Check(body.Name, body.ChartNumber, body.Jurisdiction, body.Profession, body.BirthDate, body.LastService, required: false, time)
                is { } complaint)
            {
                return Problem.BadRequest("bad-client", complaint);
            }

            if (Events(body.Events) is not { } events)
            {
                return Problem.BadRequest(
                    "bad-client", "events names something that is no event of a client: death, discharge, termination, last_contact, completion_of_planned_services, last_entry, … with a day each, or null to take it back.");
            }

            if (events.TryGetValue(Anchor.Death, out var died) && died > Tomorrow(time))
            {
                return Problem.BadRequest("bad-client", "events.death lies in the future. Nothing was changed.");
            }

            if (body.Members is not null
                && await NameAsync(admission, joint, body.Members, http.RequestAborted) is { } refused)
            {
                return refused;
            }

            return await correction.CorrectAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value,
                new(body.Name, body.ChartNumber, body.BirthDate, body.Jurisdiction, body.Profession, body.LastService, events),
                http.RequestAborted) switch
            {
                CorrectionAnswer.Corrected => Results.Json(new CreatedBody(client), ApiJson.Answers.CreatedBody),
                CorrectionAnswer.ServiceBeforeBirth => Problem.BadRequest(
                    "bad-client", "The last service or another event would lie before the birth. Correct that or birthDate, or send both; nothing was changed."),
                CorrectionAnswer.OfAMember => Problem.BadRequest(
                    "bad-client", "This is a joint chart: a birth or a death is a fact of its member's own chart. Nothing of it was changed."),
                CorrectionAnswer.NoSuchClient => Problem.NotFound("client"),
                var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
            };
        });

    /// <summary>Null: they are named.</summary>
    private static async Task<IResult?> NameAsync(
        Admission admission, JointCharts joint, IReadOnlyList<string> sent, CancellationToken cancel) =>
        Ids(sent) is not { } members ? BadMembers()
        : await joint.NameAsync(admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, members, cancel) switch
        {
            Naming.Done => null,
            Naming.NoSuchChart => Problem.NotFound("client"),
            Naming.NotJoint => Problem.BadRequest(
                "bad-client", "This is one client's chart and stays so. Take in a joint chart, with members and no birthDate, for what belongs to several. Nothing was changed."),
            Naming.Held => Problem.Of(
                409, "held", "A legal hold binds this chart",
                "Somebody who would no longer be its member is under a legal hold, which holds this chart too. Release it first, if it may be. Nothing was changed."),
            _ => BadMembers(),
        };

    private static IResult BadMembers() => Problem.BadRequest(
        "bad-members", $"members must name 2 to {JointChart.MaxMembers} clients of this practice, by id, each with a chart of their own. Nothing was changed.");

    /// <summary>Null: there are none, or one of them is no client's id.</summary>
    private static List<ClientId>? Ids(IReadOnlyList<string>? sent)
    {
        var ids = new List<ClientId>();
        foreach (var text in sent ?? [])
        {
            if (!ClientId.TryParse(text, out var id))
            {
                return null;
            }

            ids.Add(id);
        }

        return sent is null ? null : ids;
    }

    /// <summary>Null: one of them is none.</summary>
    private static Dictionary<Anchor, DateOnly?>? Events(IReadOnlyDictionary<string, DateOnly?>? sent)
    {
        var events = new Dictionary<Anchor, DateOnly?>();
        foreach (var (word, day) in sent ?? new Dictionary<string, DateOnly?>())
        {
            if (!Anchors.TryParse(word, out var anchor) || !ClientEvents.IsOne(anchor))
            {
                return null;
            }

            events[anchor] = day;
        }

        return events;
    }

    /// <summary>Somewhere on earth it is already.</summary>
    private static DateOnly Tomorrow(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1);

    private static string? Check(
        string? name, string? chart, string? jurisdiction, string? profession, DateOnly? born, DateOnly? lastService,
        bool required, TimeProvider time, bool joint = false)
    {
        foreach (var (what, text) in new[] { ("name", name), ("chartNumber", chart), ("jurisdiction", jurisdiction), ("profession", profession) })
        {
            if (text is null ? required : string.IsNullOrWhiteSpace(text) || text.Length > MaxText || text.Any(char.IsControl))
            {
                return $"{what} must be 1 to {MaxText} characters of plain text.";
            }
        }

        var tomorrow = Tomorrow(time);
        if (joint && born is not null)
        {
            return "a joint chart (members) has no birthDate: its members have, each in a chart of their own.";
        }

        if (born is null ? required && !joint : born > tomorrow || born.Value.Year < 1880)
        {
            return "birthDate must be a day in the past, written 2007-06-10.";
        }

        if (jurisdiction is not null && Jurisdictions.Canonical(jurisdiction) != jurisdiction)
        {
            return Jurisdictions.Canonical(jurisdiction) is { } code ? $"jurisdiction is written {code}."
                : "jurisdiction is not known: an ISO 3166 code such as US-CA or DE, or UK, UK-ENG.";
        }

        return lastService is { } last && (last < born || last > tomorrow.AddYears(1))
            ? "lastService must be a day after the birth and not far in the future, written 2018-03-15."
            : null;
    }
}
