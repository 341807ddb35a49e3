using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Incidents;

/// <summary>A notice that the law has a date for and nobody has given: security staff are told from a tenth of its time before it on.</summary>
public sealed class NoticeWatch(IRecordStore store, AlertDesk desk, TimeProvider time)
{
    /// <summary>Never later than this before the date.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(24);

    private const int Tenth = 10;

    /// <summary>One alert an incident's notice and day.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        await foreach (var (id, _) in store.EachPracticeAsync(Keys.Practice, cancel))
        {
            await foreach (var (incident, notice) in Incidents.OpenAsync(store, id, cancel))
            {
                if (notice.By is { } by && time.GetUtcNow() >= by - Ahead(notice.Notice))
                {
                    await desk.ReportOnceAsync(
                        PeopleDetections.NoticeDue.Found(
                            id.ToString(), null, null, null,
                            $"Incident {incident}: {notice.Notice.Recipient} must be told before {by:yyyy-MM-dd HH:mm}Z ({notice.Notice.Id}, {notice.Notice.Citation}).",
                            $"{incident}/{notice.Notice.Id}"),
                        cancel);
                }
            }
        }
    }

    private static TimeSpan Ahead(BreachNotice notice) =>
        TimeSpan.FromDays(Math.Max(Least.TotalDays, (notice.Days ?? notice.BusinessDays ?? notice.DaysAfterYear ?? 0) / (double)Tenth));
}
