using RecordsGuard.Access;

namespace RecordsGuard.Alerts;

/// <summary>What somebody should have done by now and nobody has: security staff are told, every day until it is done.</summary>
public sealed class DeadlineWatch(Deadlines deadlines, AlertDesk desk)
{
    public async Task LookAsync(CancellationToken cancel)
    {
        await foreach (var missed in deadlines.MissedAsync(cancel))
        {
            var (detection, because, action) = Words(missed.What);
            await desk.ReportOnceAsync(
                new Finding(
                    missed.Practice.ToString(), detection, Severity.High, null, missed.Client.ToString(), null,
                    $"{because} by {missed.By:yyyy-MM-dd HH:mm}Z: {missed.What} {missed.Id}.", action, null),
                cancel);
        }
    }

    private static (string Detection, string Because, string Action) Words(string what) => what switch
    {
        "grant" => (
            "break-glass-review-missing", "A break-glass grant should have been reviewed",
            "Have somebody else than the person review it (GET …/break-glass), and ask why nobody did."),
        "report" => (
            "report-overdue", "A report of abuse or neglect should have been made",
            "Report to the agency at once, say so (POST …/reported), and write down why it was late."),
        "second-look" => (
            "disclosure-review-missing", "Somebody else should have looked at a disclosure",
            "Have another person look at it (POST …/approve)."),
        "request" => (
            "request-overdue", "A request about a client's file should have been answered",
            "Answer it (POST …/requests/{id}/answer), or tell whoever asked why it takes longer."),
        _ => ("deadline-missed", "Something should have been done", "Look what it is, and have it done."),
    };
}
