using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>
/// What a client may be handed: who looked at their file, and what went out. As a page, CSV or JSON, each with its proof;
/// the CLI makes FHIR of it.
/// </summary>
internal static class AccountRoutes
{
    public static Task<IResult> AccountingAsync(
        HttpContext http, string practice, string client, string? format, FrontDoor door, Accounting accounting, ReportIssue issue) =>
        EnterAsync(http, practice, client, format, door, issue, Report.Accounting, admission => accounting.OfAsync(
            admission.Subject, admission.Request.Practice, admission.Request.Client!.Value, http.RequestAborted));

    /// <param name="from">A day, such as 2026-03-01; absent: six years ago.</param>
    public static Task<IResult> ReportAsync(
        HttpContext http, string practice, string client, string? format, string? from, FrontDoor door, AccessReport report, ReportIssue issue, TimeProvider time)
    {
        var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddYearsRollingForward(-Accounting.Years);
        return from is not null && !DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            ? Task.FromResult(Problem.BadRequest("from", "from must be a day, written 2026-03-01."))
            : EnterAsync(http, practice, client, format, door, issue, Report.AccessReport, admission => report.OfAsync(
                admission.Subject, admission.Request.Practice, admission.Request.Client!.Value,
                new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), http.RequestAborted));
    }

    private static Task<IResult> EnterAsync(
        HttpContext http, string practice, string client, string? format, FrontDoor door, ReportIssue issue, string kind,
        Func<Admission, Task<Sheet?>> make) =>
        door.EnterAsync(http, Operation.ReadAccounting, practice, client, null, async admission =>
        {
            if (format is not (null or "html" or "csv" or "json"))
            {
                return Problem.BadRequest("format", "format must be html, csv or json; recordsguard report export makes FHIR of each.");
            }

            if (await make(admission) is not { } sheet)
            {
                return Problem.NotFound("client");
            }

            var report = await issue.IssueAsync(admission.Subject, kind, sheet, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
            return format switch
            {
                "csv" => Results.File(Encoding.UTF8.GetBytes(report.ToCsv()), "text/csv; charset=utf-8", $"{kind}.csv"),
                "json" => Results.Text(report.ToJson(), "application/json; charset=utf-8"),
                _ => Results.Text(report.ToHtml(), "text/html; charset=utf-8"),
            };
        });
}
