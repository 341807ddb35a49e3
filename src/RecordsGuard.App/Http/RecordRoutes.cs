using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Retention.Purging;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.App.Http;

/// <summary>Records: in, listed, out.</summary>
internal static class RecordRoutes
{
    public static Task<IResult> UploadAsync(
        HttpContext http, string practice, string client, FrontDoor door, RecordIntake intake, IOptions<Settings> settings)
    {
        var limit = settings.Value.Uploads.MaxBytes;
        return door.EnterAsync(http, Operation.Upload, practice, client, null, async admission =>
        {
            var (headers, complaint) = UploadHeaders.Read(http.Request);
            if (headers is null)
            {
                return complaint!;
            }

            await using var body = LimitedStream.Of(http.Request, limit, "Put larger files into the inbox.");
            var head = await BegunStream.BeginAsync(body, ContentKind.Head, http.RequestAborted);
            if (head.Length == 0)
            {
                return Problem.BadRequest("empty", "The body is empty. Send the record's bytes as the body of the request.");
            }

            if (ContentKind.Contradiction(headers.ContentType, head) is { } contradiction)
            {
                return Problem.Of(
                    415, "content-type", "The content is not what Content-Type says",
                    $"It is sent as {headers.ContentType}, but {contradiction}. Correct Content-Type, or send application/octet-stream. Nothing was kept.");
            }

            return Answer(http, practice, client, headers, await intake.ReceiveAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value,
                new(headers.Class, headers.FileName, headers.ContentType, new BegunStream(head, body),
                    headers.IdempotencyKey, admission.Request.Caller.Id.Object),
                http.RequestAborted));
        });
    }

    private static IResult Answer(HttpContext http, string practice, string client, UploadHeaders headers, IntakeAnswer answer)
    {
        switch (answer)
        {
            case IntakeAnswer.Received received:
                http.Response.Headers.Location = $"/api/practices/{practice}/clients/{client}/records/{received.Id}";
                if (received.Repeated)
                {
                    http.Response.Headers["Idempotency-Replayed"] = "true";
                }

                return Results.Json(
                    new ReceivedBody(
                        received.Id.ToString(), headers.Class.ToString(), received.Length,
                        (received.Retention as RetentionAnswer.Until)?.MayDestroyFrom, Body(received.Retention)),
                    ApiJson.Answers.ReceivedBody, statusCode: StatusCodes.Status201Created);
            case IntakeAnswer.OtherContent:
                return Problem.Of(
                    422, "idempotency-key", "This Idempotency-Key belongs to another upload",
                    "It was used for other content or another record class. Use a new key for a new record. Nothing of this one was kept.");
            case IntakeAnswer.NoSuchClient:
                return Problem.NotFound("client");
            case IntakeAnswer.Closing:
                return Problem.Closing();
            default:
                throw new InvalidOperationException($"No answer for {answer.GetType().Name}.");
        }
    }

    /// <summary>Shows only records of classes that the caller may see one by one.</summary>
    public static Task<IResult> ListAsync(
        HttpContext http, string practice, string client, FrontDoor door, RecordRelease release, AccessPolicy policy, IRecordStore store) =>
        door.EnterAsync(http, Operation.ListRecords, practice, client, null, async admission =>
            admission.ClientRow?.As<ClientFacts>() is { } facts
            && await release.ListAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value,
                c => policy.Decide(admission.Question with { Operation = Operation.ReadRecord, Class = c }) is not Decision.Refuse,
                http.RequestAborted) is { } records
            && await ChartSchedule.ReadAsync(store, admission.Request.Practice, facts, http.RequestAborted) is var schedule
                ? Results.Json(new RecordsBody([.. records.Select(r => Body(r, schedule))]), ApiJson.Answers.RecordsBody)
                : Problem.NotFound("client"));

    public static Task<IResult> DescribeAsync(
        HttpContext http, string practice, string client, string record, FrontDoor door, RecordRelease release, IRecordStore store) =>
        door.EnterAsync(http, Operation.ReadRecord, practice, client, record, async admission =>
            admission.RecordRow switch
            {
                { Kind: RowKinds.Record } row => Results.Json(
                    Body(
                        await release.DescribeAsync(
                            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, row, http.RequestAborted),
                        await ChartSchedule.ReadAsync(
                            store, admission.Request.Practice, admission.ClientRow!.As<ClientFacts>(), http.RequestAborted)),
                    ApiJson.Answers.RecordBody),
                { Kind: RowKinds.Tombstone } => Purged(),
                _ => Problem.NotFound("record"),
            });

    public static Task<IResult> ReadAsync(
        HttpContext http, string practice, string client, string record, FrontDoor door, RecordRelease release, TimeProvider time)
    {
        var purpose = http.Request.Headers["Purpose-Of-Use"].ToString();
        if (!Purposes.Known.Contains(purpose))
        {
            return Task.FromResult(Problem.BadRequest(
                "purpose", $"Say why in the header Purpose-Of-Use: {string.Join(", ", Purposes.Known)}. For treatment it is TREAT."));
        }

        return door.EnterAsync(http, Operation.ReadContent, practice, client, record, async admission =>
        {
            if (admission.RecordRow is not { Kind: RowKinds.Record } row)
            {
                return admission.RecordRow is null ? Problem.NotFound("record") : Purged();
            }

            return await OpenAsync(http, admission, row, purpose, null, door, release, time);
        }, purpose);
    }

    /// <summary>A record's content, or the part asked for, to somebody whom the gate has admitted.</summary>
    public static async Task<IResult> OpenAsync(
        HttpContext http, Admission admission, Row row, string purpose, string? disclosure, FrontDoor door, RecordRelease release, TimeProvider time)
    {
        var range = ContentAnswer.Range(http.Request, $"\"{admission.Request.Record}-1\"");
        var content = await release.OpenAsync(
            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, row, purpose,
            range ?? ContentRange.Whole, http.RequestAborted, disclosure);
        if (content is not null)
        {
            return await ContentAnswer.BeginAsync(content, partial: range is not null, door, admission, time, http.RequestAborted);
        }

        // RFC 9110 §15.5.17: the answer says how long the content is.
        var whole = await release.DescribeAsync(
            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, row, http.RequestAborted);
        var length = whole.Descriptor.Content.PlaintextLength;
        http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
        return Problem.Of(416, "range", "No such range", "The range lies outside the record. Content-Range says how long it is; or leave Range out.");
    }

    /// <summary>
    /// The certificate of destruction, exactly as it was signed; for a browser a page to print. It holds ids and dates, no
    /// personal text.
    /// </summary>
    public static Task<IResult> CertifyAsync(HttpContext http, string practice, string client, string record, FrontDoor door) =>
        door.EnterAsync(http, Operation.ReadCertificate, practice, client, record, admission => Task.FromResult(
            admission.RecordRow is { Kind: RowKinds.Tombstone } row && row.As<TombstoneFacts>().Certificate is { } certificate
                ? Certificate(http, certificate)
                : Problem.NotFound("certificate")));

    /// <summary>Of the whole chart: what of it was destroyed. None is an answer too.</summary>
    public static Task<IResult> CertifyChartAsync(HttpContext http, string practice, string client, FrontDoor door, DestroyedRecords destroyed) =>
        door.EnterAsync(http, Operation.ReadCertificate, practice, client, null, async admission =>
            await destroyed.ListAsync(admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted) is not { } found
                ? Problem.NotFound("client")
                : WantsPage(http) ? Page(http, CertificatePage.OfChart(client, [.. found.Select(d => d.Certificate).OfType<CertificateReading>()]))
                : Results.Json(
                    new DestroyedBody(client, [.. found.Select(d => new DestroyedRecordBody(
                        d.Record.ToString(), d.Facts.Class, d.Facts.Created, d.Facts.PurgedAt, d.Facts.Rule, d.Certificate?.Signed))]),
                    ApiJson.Answers.DestroyedBody));

    private static IResult Certificate(HttpContext http, string certificate) =>
        WantsPage(http) ? Page(http, CertificatePage.Of(CertificateReading.Parse(certificate))) : Results.Text(certificate, "application/json");

    private static bool WantsPage(HttpContext http) => http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static IResult Page(HttpContext http, string page)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return Results.Text(page, "text/html", Encoding.UTF8);
    }

    public static IResult Purged() => Problem.Of(
        410, "purged", "This record was destroyed", "It was destroyed under the retention schedule. A custodian or an auditor can show its certificate of destruction.");

    private static RecordBody Body(DescribedRecord record, ChartSchedule schedule)
    {
        var retention = schedule.Evaluate(record.Facts.Class, record.Facts.Created);
        return new(
            record.Id.ToString(), record.Facts.Class, record.Descriptor.FileName, record.Descriptor.ContentType,
            record.Descriptor.Content.PlaintextLength, record.Facts.Created,
            (retention as RetentionAnswer.Until)?.MayDestroyFrom, Body(retention));
    }

    private static RetentionBody Body(RetentionAnswer answer) => answer switch
    {
        RetentionAnswer.Until until => new("until", until.Arithmetic, until.Rule.Id, until.Rule.Citation),
        RetentionAnswer.Keep keep => new("keep", keep.Because, null, null),
        _ => throw new InvalidOperationException($"No words for {answer.GetType().Name}."),
    };
}
