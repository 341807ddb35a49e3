using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Access.Accounts;

/// <summary>
/// Makes a sheet into a report that proves itself: the log is told which report is handed out, and once it has taken that
/// in, every line gets its receipts under the same checkpoint.
/// </summary>
public sealed class ReportIssue(LogReader log, AuditLog audit, TimeProvider time)
{
    /// <summary>The sequencer needs one second or two. After this the report goes out without a receipt of its own.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    /// <param name="who">Whoever hands it out; names the client.</param>
    /// <param name="kind">As <see cref="Report.Kind"/>.</param>
    /// <exception cref="LogBrokenException">The log does not lead to what its checkpoint says.</exception>
    public async Task<Report> IssueAsync(AuditSubject who, string kind, Sheet sheet, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(sheet);
        var report = Report.Of(kind, who.Client, sheet);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed, report.Announcement()));
        var own = await WaitAsync(entry, cancel);
        var receipts = await log.ReceiptsAsync([.. sheet.Lines.SelectMany(l => l.Entries)], own?.Checkpoint, cancel);
        return report with
        {
            Receipt = own?.ToString(),
            Lines =
            [
                .. report.Lines.Zip(sheet.Lines, (issued, line) => issued with
                {
                    Receipts = [.. line.Entries.Where(e => receipts.ContainsKey(e.Key)).Select(e => receipts[e.Key].ToString())],
                }),
            ],
        };
    }

    private async Task<Receipt?> WaitAsync(AuditEntryId entry, CancellationToken cancel)
    {
        for (var left = Patience; await log.CheckpointAsync(cancel) is not null; left -= Step)
        {
            if (await log.ReceiptAsync(entry, cancel) is { } receipt)
            {
                return receipt;
            }

            if (left <= TimeSpan.Zero)
            {
                break;
            }

            await Task.Delay(Step, time, cancel);
        }

        return null;
    }
}
