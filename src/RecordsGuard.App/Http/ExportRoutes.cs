using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// A record as it is stored, for whoever must be able to open it without us. Security staff hear of each: what is taken
/// away so is opened out of sight of this program's log.
/// </summary>
internal static class ExportRoutes
{
    public static Task<IResult> SlipAsync(
        HttpContext http, string practice, string client, string record,
        FrontDoor door, RecordExport export, AlertDesk desk, IOptions<Settings> settings) =>
        EnterAsync(http, practice, client, record, door, async (admission, row) =>
        {
            var (practiceId, clientId) = (admission.Request.Practice, admission.Request.Client!.Value);
            var slip = await export.SlipAsync(admission.Subject, practiceId, clientId, row, http.RequestAborted);
            await ReportAsync(desk, admission, slip.Entry);
            var kek = KeySlip.Parse(slip.Facts.Slip).Kek;
            return Results.Json(
                new ExportBody(
                    "recordsguard-export-1", practice, client, record, slip.AssociatedData.ContentVersion, slip.Facts.Class,
                    slip.Facts.Created, slip.Facts.BlobLength, Convert.ToHexStringLower(slip.AssociatedData.ToBytes()),
                    slip.Facts.Slip, new Uri(settings.Value.Vault.Uri!, $"/keys/{kek}").ToString(),
                    slip.Facts.Descriptor, slip.ClientIndexKey, slip.PracticeIndexKey),
                ApiJson.Answers.ExportBody);
        });

    public static Task<IResult> ContentAsync(
        HttpContext http, string practice, string client, string record,
        FrontDoor door, RecordExport export, AlertDesk desk, TimeProvider time) =>
        EnterAsync(http, practice, client, record, door, async (admission, row) =>
        {
            var content = await export.ContentAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, row, http.RequestAborted);
            try
            {
                await ReportAsync(desk, admission, content.Entry);
                return new SealedAnswer(content, time);
            }
            catch
            {
                await content.DisposeAsync();
                throw;
            }
        });

    private static Task<IResult> EnterAsync(
        HttpContext http, string practice, string client, string record, FrontDoor door, Func<Admission, Row, Task<IResult>> inside) =>
        door.EnterAsync(http, Operation.ExportRecord, practice, client, record, admission => door.OpenAsync(admission, async () =>
            admission.RecordRow switch
            {
                { Kind: RowKinds.Record } row => await inside(admission, row),
                null => Problem.NotFound("record"),
                _ => RecordRoutes.Purged(),
            }));

    /// <summary>Stored before anything leaves, and whether or not the caller still listens.</summary>
    private static Task<Alert> ReportAsync(AlertDesk desk, Admission admission, AuditEntryId entry) => desk.ReportAsync(
        new Finding(
            admission.Request.Practice.ToString(), "record-exported", Severity.Medium,
            admission.Request.Caller.Id.ToString(), admission.Request.Client?.ToString(), admission.Request.Record?.ToString(),
            "A sealed record was given out with its key slip. Whoever may use the practice's keys in the vault can open it elsewhere.",
            "Ask the custodian what it was for and where it is kept; look in the vault's log for unwraps that no audit entry explains.",
            entry.ToString()),
        CancellationToken.None);

    /// <summary>The sealed bytes with their length, so that a cut download can be told from a whole one.</summary>
    private sealed class SealedAnswer(ExportedContent content, TimeProvider time) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var _ = content;
            var response = httpContext.Response;
            response.ContentLength = content.Length;
            response.ContentType = "application/octet-stream";
            response.Headers.ContentDisposition = "attachment; filename=record.floe";
            response.Headers.CacheControl = "no-store";
            response.Headers.XContentTypeOptions = "nosniff";
            using var limit = new CancellationTokenSource(ContentAnswer.Longest, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, httpContext.RequestAborted);
            try
            {
                await content.Sealed.CopyToAsync(response.Body, both.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                httpContext.Abort();
            }
        }
    }
}
