using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// Disclosures to people outside. The kind stands in the path, and with it the purpose of use that the gate is asked
/// for; the front door tells security staff of each exception before anything happens.
/// </summary>
internal static class DisclosureRoutes
{
    public static Task<IResult> ListAsync(HttpContext http, string practice, string client, FrontDoor door, Disclosures disclosures) =>
        door.EnterAsync(http, Operation.SeeDisclosures, practice, client, null, async admission =>
            await disclosures.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is { } found
                ? Results.Json(
                    new DisclosuresBody([.. found.Select(d => new ListedDisclosureBody(
                        d.Id, d.Facts.Kind, d.Facts.Force, d.Statements, d.Facts.Records, d.Facts.PreparedAt, d.Facts.Until, d.Facts.ReportBy,
                        d.Facts.ReportedAt, d.Facts.ApprovedAt, d.Facts.Informed, d.Waiver, d.Facts.ReleasedAt,
                        d.Facts.Redacted))]),
                    AccessJson.Answers.DisclosuresBody)
                : Problem.NotFound("client"));

    /// <summary>A form that is not complete is answered before the front door, which would alert.</summary>
    public static async Task<IResult> RecordAsync(
        HttpContext http, string practice, string client, string kind, FrontDoor door, Disclosures disclosures, TimeProvider time)
    {
        if (DisclosureKinds.Parse(kind) is not { } parsed)
        {
            return NoKind(kind);
        }

        var body = await http.ReadAsync(AccessJson.Default.DisclosureBody);
        var records = (body.Records ?? []).Select(r => RecordId.TryParse(r, out var id) ? id : (RecordId?)null).ToList();
        RecordId? order = RecordId.TryParse(body.OrderFile, out var file) ? file : null;
        var redacted = new Dictionary<RecordId, RecordId>();
        foreach (var (original, copy) in body.Redacted ?? new Dictionary<string, string>())
        {
            if (!RecordId.TryParse(original, out var from) || !RecordId.TryParse(copy, out var to))
            {
                return NoId();
            }

            redacted[from] = to;
        }

        if (records.Contains(null) || (body.OrderFile is not null && order is null))
        {
            return NoId();
        }

        var draft = new DisclosureDraft(
            parsed, body.Statements ?? new Dictionary<string, string>(), [.. records.OfType<RecordId>()], body.Of, body.LearnedAt, body.Consent, order,
            redacted);
        if (draft.Complaints(time.GetUtcNow()) is [_, ..] complaints)
        {
            return Problem.BadRequest("bad-disclosure", string.Join(' ', complaints));
        }

        return await EnterAsync(http, practice, client, kind, door, async (admission, _) =>
        {
            var second = admission.Decision switch
            {
                Decision.Allow { Rule: var rule } => rule.SecondPerson,
                Decision.AllowAndAlert { Rule: var rule } => rule.SecondPerson,
                _ => throw new InvalidOperationException("Nobody comes in here refused."),
            };
            var answer = await disclosures.RecordAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, draft, second, http.RequestAborted);
            if (answer is DisclosureAnswer.Recorded { Worn: true })
            {
                await door.TellAsync(PeopleDetections.ReasonRepeated.Found(
                    practice, admission.Request.Caller.Id.ToString(), null, null, "The facts of a disclosure are word for word those of several before it."));
            }

            return answer switch
            {
                DisclosureAnswer.Recorded recorded => Results.Json(
                    Body(recorded), AccessJson.Answers.RecordedDisclosureBody, statusCode: StatusCodes.Status201Created),
                DisclosureAnswer.Refused refused => NotYet(refused.Missing),
                _ => Problem.NotFound("client"),
            };
        });
    }

    public static Task<IResult> ApproveAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, FrontDoor door, Disclosures disclosures) =>
        DisclosureKinds.Parse(kind) is not { } parsed
            ? Task.FromResult(NoKind(kind))
            : door.EnterAsync(http, Operation.ApproveDisclosure, practice, client, null, async admission =>
            {
                var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
                var author = await disclosures.AuthorAsync(practiceId, clientId, disclosure, http.RequestAborted);
                return await door.SecondAsync(admission, author == admission.Person, async () => Answer(
                    disclosure, await disclosures.ApproveAsync(admission.Subject, practiceId, clientId, parsed, disclosure, http.RequestAborted)));
            });

    public static Task<IResult> ReportedAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, FrontDoor door, Disclosures disclosures) =>
        EnterAsync(http, practice, client, kind, door, async (admission, parsed) => Answer(disclosure, await disclosures.ReportAsync(
            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, parsed, disclosure, http.RequestAborted)));

    /// <summary>The custodian's: whoever made the disclosure does not decide when the client hears of it.</summary>
    public static Task<IResult> SuspendAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, FrontDoor door, Disclosures disclosures) =>
        DisclosureKinds.Parse(kind) is not { } parsed
            ? Task.FromResult(NoKind(kind))
            : door.EnterAsync(http, Operation.ApproveDisclosure, practice, client, null, async admission =>
            {
                var body = await http.ReadAsync(AccessJson.Default.SuspendBody);
                RecordId? statement = RecordId.TryParse(body.Statement, out var record) ? record : null;
                return body.Until is not { } until || (body.Statement is not null && statement is null)
                    ? Problem.BadRequest(
                        "bad-suspension", "Say in until how long, and in statement the record that is the authority's letter; without a letter it is 30 days at most.")
                    : Answer(disclosure, await disclosures.SuspendAsync(
                        admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, parsed, disclosure, until, statement,
                        http.RequestAborted));
            });

    public static Task<IResult> InformedAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, FrontDoor door, Disclosures disclosures) =>
        EnterAsync(http, practice, client, kind, door, async (admission, parsed) =>
        {
            var body = await http.ReadAsync(AccessJson.Default.InformedBody);
            return body.Waived is not null && Reasons.Complaint(body.Waived, "waived") is { } complaint
                ? Problem.BadRequest("reason", complaint)
                : Answer(disclosure, await disclosures.InformAsync(
                    admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, parsed, disclosure, body.Waived,
                    http.RequestAborted));
        });

    public static Task<IResult> ReleaseAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, FrontDoor door, Disclosures disclosures) =>
        EnterAsync(http, practice, client, kind, door, async (admission, parsed) => Answer(disclosure, await disclosures.ReleaseAsync(
            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, parsed, disclosure, http.RequestAborted)));

    /// <summary>One record on its way out, under a disclosure that names it and has been released.</summary>
    public static Task<IResult> ContentAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, string record,
        FrontDoor door, Disclosures disclosures, RecordRelease release, TimeProvider time) =>
        EnterAsync(
            http, practice, client, kind, door,
            async (admission, parsed) => await disclosures.MissingForAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, parsed, disclosure,
                admission.Request.Record!.Value, http.RequestAborted) switch
            {
                null => Problem.NotFound("disclosure"),
                { Count: > 0 } missing => NotYet(missing),
                _ => admission.RecordRow is { Kind: RowKinds.Record } row
                    ? await RecordRoutes.OpenAsync(http, admission, row, parsed.Purpose(), disclosure, door, release, time)
                    : RecordRoutes.Purged(),
            },
            record);

    /// <summary>The same record, sealed for the recipient's public key: what leaves can be opened by nobody else.</summary>
    public static Task<IResult> PackageAsync(
        HttpContext http, string practice, string client, string kind, string disclosure, string record,
        FrontDoor door, Disclosures disclosures, RecordRelease release, TimeProvider time) =>
        EnterAsync(
            http, practice, client, kind, door,
            async (admission, parsed) =>
            {
                var body = await http.ReadAsync(AccessJson.Default.PackageBody);
                if (SealedPackage.ReadPublicKey(body.PublicKey) is not { } key)
                {
                    return Problem.BadRequest(
                        "public-key", $"publicKey must be the recipient's public RSA key of at least {SealedPackage.MinKeyBits} bits, in PEM (BEGIN PUBLIC KEY).");
                }

                var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
                var missing = await disclosures.MissingForAsync(
                    admission.Subject, practiceId, clientId, parsed, disclosure, admission.Request.Record!.Value, http.RequestAborted);
                if (missing is null || missing.Count > 0)
                {
                    return missing is null ? Problem.NotFound("disclosure") : NotYet(missing);
                }

                if (admission.RecordRow is not { Kind: RowKinds.Record } row)
                {
                    return RecordRoutes.Purged();
                }

                var stated = (await disclosures.ListAsync(admission.Subject, practiceId, clientId, http.RequestAborted))!
                    .Single(d => d.Id == disclosure).Statements;
                var content = (await release.OpenAsync(
                    admission.Subject, practiceId, clientId, row, parsed.Purpose(), ContentRange.Whole, http.RequestAborted, disclosure))!;
                var described = content.Record;
                return await PackageAnswer.BeginAsync(
                    content, disclosure,
                    new(
                        described.Descriptor.FileName, described.Descriptor.ContentType, described.Facts.Class, stated["recipient"], stated["description"],
                        parsed.Word(), DisclosureKinds.RecipientNotice),
                    key, door, admission, time, http.RequestAborted);
            },
            record);

    private static Task<IResult> EnterAsync(
        HttpContext http, string practice, string client, string kind, FrontDoor door, Func<Admission, DisclosureKind, Task<IResult>> inside,
        string? record = null) =>
        DisclosureKinds.Parse(kind) is { } parsed
            ? door.EnterAsync(http, Operation.Disclose, practice, client, record, admission => inside(admission, parsed), parsed.Purpose())
            : Task.FromResult(NoKind(kind));

    private static IResult Answer(string id, DisclosureStep step) => step switch
    {
        DisclosureStep.Done => Results.Json(new CreatedBody(id), ApiJson.Answers.CreatedBody),
        DisclosureStep.NotYet notYet => NotYet(notYet.Missing),
        _ => Problem.NotFound("disclosure"),
    };

    private static IResult NotYet(IReadOnlyList<string> missing) =>
        Problem.Of(422, "not-yet", "Something must be done first", $"{string.Join(' ', missing)} Nothing went out.");

    private static IResult NoId() => Problem.BadRequest(
        "malformed-id", "records, redacted and orderFile hold record ids: r- and 32 hex digits, as the app gave them out.");

    private static IResult NoKind(string kind) => kind == "subpoena"
        ? Problem.Of(422, "subpoena", "A subpoena is not an order", DisclosureKinds.InsteadOfSubpoena)
        : Problem.BadRequest("disclosure-kind", $"The kinds of disclosures are: {string.Join(", ", DisclosureKinds.AllWords)}.");

    private static RecordedDisclosureBody Body(DisclosureAnswer.Recorded recorded) => new(
        recorded.Id, recorded.Facts.Kind, recorded.Facts.Force, recorded.Facts.Until, recorded.Facts.ReportBy, recorded.Facts.SecondBy,
        recorded.Facts.SecondBefore, recorded.Facts.ReleasedAt,
        [.. recorded.Ground.Facts.Select(Body)]);

    internal static LegalFactBody Body(LegalFact f) => new(f.Id, f.Force, f.InWords, f.Citation, f.Source, f.Status, f.Deadline);
}
