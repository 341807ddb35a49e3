using System.Text;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// The audit log for auditors, as C2SP tlog-tiles lays it out below <c>/api/audit</c>. It is one log for all practices of
/// a deployment and holds ids and pseudonyms only.
/// </summary>
internal static class LogRoutes
{
    private const string Text = "text/plain; charset=utf-8";

    public static Task<IResult> CheckpointAsync(HttpContext http, FrontDoor door, PracticeLookup practices, LogReader log) =>
        EnterAsync(http, door, practices, async () =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return await log.CheckpointAsync(http.RequestAborted) is { } note ? Results.Bytes(note, Text) : Problem.NotFound("checkpoint");
        });

    public static Task<IResult> TileAsync(HttpContext http, string tile, FrontDoor door, PracticeLookup practices, LogReader log) =>
        EnterAsync(http, door, practices, async () =>
        {
            if (!TileId.TryParse($"tile/{tile}", out var id) || await log.TileAsync(id, http.RequestAborted) is not { } bytes)
            {
                return Problem.NotFound("tile");
            }

            // What a tile says never changes; who may see it is asked each time it leaves here.
            http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
            return Results.Bytes(bytes, "application/octet-stream");
        });

    public static Task<IResult> ReceiptAsync(HttpContext http, string id, FrontDoor door, PracticeLookup practices, LogReader log) =>
        EnterAsync(http, door, practices, async () =>
            AuditEntryId.TryParse(id, out var entry) && await log.ReceiptAsync(entry, http.RequestAborted) is { } receipt
                ? Results.File(Encoding.UTF8.GetBytes(receipt.ToString()), Text, $"{entry}.tlog-proof")
                : Problem.NotFound("entry"));

    private static async Task<IResult> EnterAsync(
        HttpContext http, FrontDoor door, PracticeLookup practices, Func<Task<IResult>> inside)
    {
        var mine = http.Caller() is { } caller ? await practices.OfTenantAsync(caller.Id.Tenant, http.RequestAborted) : [];
        return await door.EnterAsync(
            http, Operation.ReadLog, mine.FirstOrDefault(PracticeId.None), null, null, _ => inside());
    }
}
