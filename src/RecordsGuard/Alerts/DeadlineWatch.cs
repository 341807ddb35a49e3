using RecordsGuard.Access;
using RecordsGuard.Alerts.Detections;

namespace RecordsGuard.Alerts;

/// <summary>What somebody should have done by now and nobody has: security staff are told, every day until it is done.</summary>
public sealed class DeadlineWatch(Deadlines deadlines, AlertDesk desk)
{
    public async Task LookAsync(CancellationToken cancel)
    {
        await foreach (var missed in deadlines.MissedAsync(cancel))
        {
            var (detection, because) = Words(missed.What);
            await desk.ReportOnceAsync(
                detection.Found(
                    missed.Practice.ToString(), null, missed.Client.ToString(), null,
                    $"{because} by {missed.By:yyyy-MM-dd HH:mm}Z: {missed.What} {missed.Id}.", missed.Id),
                cancel);
        }
    }

    private static (Detection Detection, string Because) Words(string what) => what switch
    {
        "grant" => (PeopleDetections.ReviewMissing, "A break-glass grant should have been reviewed"),
        "report" => (PeopleDetections.ReportOverdue, "A report of abuse or neglect should have been made"),
        "second-look" => (PeopleDetections.SecondLookMissing, "Somebody else should have looked at a disclosure"),
        "request" => (PeopleDetections.RequestOverdue, "A request about a client's file should have been answered"),
        _ => (PeopleDetections.DeadlineMissed, "Something should have been done"),
    };
}
