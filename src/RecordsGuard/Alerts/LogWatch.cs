using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>
/// Runs the sequencer and has what it published cosigned; tells security staff what is found: entries that were taken
/// away or forged, a log that was, and witnesses that say so or are silent.
/// </summary>
/// <param name="witnesses">Null if the policy has none.</param>
public sealed class LogWatch(Sequencer sequencer, AlertDesk desk, IWorkQueue queue, Cosigning? witnesses = null)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>May be called by several at once, and again after whatever exception.</summary>
    public async Task SequenceAsync(CancellationToken cancel)
    {
        try
        {
            if ((await sequencer.RunAsync(ReportAsync, cancel)).Again)
            {
                await queue.SendAsync(WorkQueues.Sequence, "again", Soon, cancel);
            }

            if (witnesses is not null)
            {
                await ReportAsync(await witnesses.RunAsync(cancel), cancel);
            }
        }
        catch (LogBrokenException e)
        {
            // Trying again mends nothing, so the message is done with; the next one finds the same.
            await ReportAsync(
                "log-broken", $"The audit log's own storage is not as the log left it: {e.Fault} at {e.Where}. Entries are kept and wait.",
                null, cancel);
        }
    }

    private async Task ReportAsync(IReadOnlyList<LogFinding> findings, CancellationToken cancel)
    {
        foreach (var group in findings.GroupBy(f => f.Fault))
        {
            var first = group.First();
            await ReportAsync(
                Detection(first.Fault), $"{Words(first.Fault)} Writer {first.Writer}, number {first.Sequence}; {group.Count()} in all.",
                first.Entry.Length == 0 ? null : first.Entry, cancel);
        }
    }

    private async Task ReportAsync(CosigningReport report, CancellationToken cancel)
    {
        if (report.Refused.Count > 0)
        {
            await ReportAsync(
                "log-refused-by-witness",
                $"The log did not grow from what {string.Join(", ", report.Refused)} saw of it: it was rewritten, forked or rolled back.", null, cancel);
        }

        if (report.Overdue)
        {
            await desk.ReportAsync(
                new Finding(
                    PracticeId.None.ToString(), "log-unwitnessed", Severity.High, null, null, null,
                    "Too few witnesses have vouched for the audit log for hours: until they do, only its own key speaks for what was added.",
                    "Ask the witnesses' operators whether they are reachable; the log goes on meanwhile.", null),
                cancel);
        }
    }

    private Task<Alert> ReportAsync(string detection, string because, string? evidence, CancellationToken cancel) => desk.ReportAsync(
        new Finding(
            PracticeId.None.ToString(), detection, Severity.Critical, null, null, null, because,
            "Nobody but the app writes there. Look in the resource logs of the audit account for who else did, and keep the earlier versions.",
            evidence),
        cancel);

    private static string Detection(ChainFault fault) => fault switch
    {
        ChainFault.Gap => "log-gap",
        ChainFault.Repeat => "log-repeat",
        ChainFault.BrokenChain => "log-broken-chain",
        ChainFault.Malformed => "log-malformed",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    private static string Words(ChainFault fault) => fault switch
    {
        ChainFault.Gap => "Audit entries were taken away before they were in the log.",
        ChainFault.Repeat => "An audit entry came under a number that was another's.",
        ChainFault.BrokenChain => "An audit entry does not follow from the one before it.",
        ChainFault.Malformed => "Among the pending audit entries lies something that is none.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
