using System.Text;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;

namespace RecordsGuard.App.Http;

/// <summary>The rows of the caller's own practices by name, version and hash, for whoever replays the audit log against them.</summary>
internal static class RowRoutes
{
    /// <summary>A list that breaks off has no last line, and is refused by its reader.</summary>
    public static Task<IResult> ListAsync(HttpContext http, FrontDoor door, PracticeLookup practices, RowListing rows) =>
        AlertRoutes.EachPracticeAsync(http, door, practices, Operation.ListRows, admissions => Task.FromResult(Results.Stream(
            body => rows.WriteAsync(
                [.. admissions.Select(a => a.Subject)],
                (line, cancel) => body.WriteAsync(Encoding.UTF8.GetBytes(line), cancel).AsTask(),
                http.RequestAborted),
            "text/plain; charset=utf-8")));
}
