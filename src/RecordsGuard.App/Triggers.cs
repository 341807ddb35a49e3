using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Incidents;
using RecordsGuard.Alerts.People;
using RecordsGuard.Alerts.Watching;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.App;

/// <summary>
/// Every timer and queue function of the app; each has a folder
/// <c>functions/&lt;duty&gt;/&lt;Name&gt;</c> in the head. One call of the
/// domain each. The nightly timers only enqueue: a timer that fails waits for its next tick, a message is redelivered.
/// </summary>
public static partial class Triggers
{
    public static IReadOnlyList<Trigger> All { get; } =
    [
        new(Duty.Disposition, "NightlySweep", TriggerKind.Timer, (services, _, cancel) => EnqueueAsync(services, WorkQueues.Sweep, cancel)),
        new(Duty.Disposition, "NightlyReconcile", TriggerKind.Timer, (services, _, cancel) => EnqueueAsync(services, WorkQueues.Reconcile, cancel)),
        new(Duty.Alerts, "WatchPoison", TriggerKind.Timer, async (services, _, cancel) =>
        {
            await services.GetRequiredService<PoisonWatch>().LookAsync(cancel);
            await services.GetRequiredService<DeadlineWatch>().LookAsync(cancel);
            await services.GetRequiredService<NoticeWatch>().LookAsync(cancel);
            await services.GetRequiredService<LookWatch>().LookAsync(cancel);
            await services.GetRequiredService<BackupWatch>().LookAsync(cancel);
        }),
        new(Duty.Alerts, "WatchResourceLogs", TriggerKind.Timer, (services, _, cancel) =>
            services.GetRequiredService<ResourceLogWatch>().LookAsync(cancel)),
        new(Duty.Access, "Canary", TriggerKind.Timer, (services, _, cancel) => services.GetRequiredService<Canary>().MaySingAsync(cancel)),
        new(Duty.Custody, "Settle", TriggerKind.Queue, (services, message, cancel) =>
            services.GetRequiredService<Settling>().RunAsync(message, cancel)),
        new(Duty.Ingest, "WatchInbox", TriggerKind.Timer, (services, _, cancel) =>
            services.GetRequiredService<InboxWatch>().LookAsync(Tell(services), cancel)),
        new(Duty.Ingest, "Inbox", TriggerKind.Queue, InboxAsync),
        new(Duty.Disposition, "Sweep", TriggerKind.Queue, SweepAsync),
        new(Duty.Disposition, "Purge", TriggerKind.Queue, PurgeAsync),
        new(Duty.Disposition, "Reconcile", TriggerKind.Queue, (services, _, cancel) => services.GetRequiredService<Reconciler>().RunAsync(cancel)),
        new(Duty.Keys, "NightlyRotation", TriggerKind.Timer, (services, _, cancel) =>
            EnqueueAsync(services, WorkQueues.Rotate, cancel, KeyRotation.Everyone)),
        new(Duty.Keys, "RotateKeys", TriggerKind.Queue, RotateAsync),
        new(Duty.Keys, "NightlyBackup", TriggerKind.Timer, (services, _, cancel) =>
            EnqueueAsync(services, WorkQueues.Backup, cancel, NightlyBackup.Everyone)),
        new(Duty.Keys, "BackUp", TriggerKind.Queue, (services, message, cancel) =>
            services.GetRequiredService<NightlyBackup>().RunAsync(message, cancel)),
        new(Duty.Keys, "Restore", TriggerKind.Queue, (services, message, cancel) =>
            services.GetRequiredService<Restores>().RunAsync(message, Refused(services), cancel)),
        new(Duty.Audit, "WakeSequencer", TriggerKind.Timer, (services, _, cancel) => EnqueueAsync(services, WorkQueues.Sequence, cancel)),
        new(Duty.Audit, "Sequence", TriggerKind.Queue, (services, _, cancel) => services.GetRequiredService<LogWatch>().SequenceAsync(cancel)),
        new(Duty.Alerts, "DeliverAlerts", TriggerKind.Queue, (services, message, cancel) =>
            services.GetRequiredService<AlertDelivery>().RunAsync(message, cancel)),
    ];

    /// <summary>Those of an app's own duties.</summary>
    public static IEnumerable<Trigger> Of(Duties duties) => All.Where(t => duties.Include(t.Duty));

    private static Task EnqueueAsync(IServiceProvider services, string queue, CancellationToken cancel, string message = "timer") =>
        services.GetRequiredService<IWorkQueue>().SendAsync(queue, message, TimeSpan.Zero, cancel);

    private static async Task SweepAsync(IServiceProvider services, string message, CancellationToken cancel)
    {
        var report = await services.GetRequiredService<Sweep>().RunAsync(
            notice => services.GetRequiredService<AlertDesk>().ReportOnceAsync(Finding(notice), cancel), cancel);
        Swept(Log(services), report.Visited, report.Listed, report.SentToPurge, report.Moved, report.Dropped);
    }

    private static Finding Finding(SweepNotice notice) => notice switch
    {
        SweepNotice.MustGo found => new(
            found.Practice.ToString(), "must-destroy-by", Severity.Medium, null, found.Client.ToString(), found.Record.ToString(),
            FormattableString.Invariant($"A rule forbids keeping a record after {found.MustDestroyBy:yyyy-MM-dd}, and nobody has decided on it."),
            "Look at the client's dispositions: approve it, or, if another rule forbids destroying it (blocked), ask counsel which one holds and put a rule of the practice's own with that reason.", found.Record.ToString()),
        SweepNotice.StillWaiting found => new(
            found.Practice.ToString(), "disposition-waiting", Severity.Low, null, null, null,
            $"{found.Clients} chart(s) have waited for a disposition review for {Sweep.ReviewDays} days or longer.",
            "Look at the dispositions: approve, extend with a reason, or hold.", null),
        SweepNotice.OverCap found => new(
            found.Practice.ToString(), "disposition-over-cap", Severity.Medium, null, null, null,
            $"Records of {found.Clients} clients would have been approved by themselves in one run; the cap is {found.Cap}. None was; all are listed for review.",
            "Look whether a rule or a clock has changed before you approve them with a confirmed count.", null),
        _ => throw new InvalidOperationException($"No alert for {notice.GetType().Name}."),
    };

    private static async Task PurgeAsync(IServiceProvider services, string message, CancellationToken cancel)
    {
        if (!PurgeMessage.TryParse(message, out var hint))
        {
            throw new FormatException("Not a purge message: it belongs in the poison queue.");
        }

        var alerts = services.GetRequiredService<AlertDesk>();
        var disposition = await services.GetRequiredService<Purge>().RunAsync(
            hint!,
            (who, client, fault) => fault == Retention.Purging.Purge.CopyLeft
                ? (Task)alerts.ReportOnceAsync(
                    new Finding(
                        who.Practice, fault, Severity.High, null, client.ToString(), who.Record,
                        "A copy of a destroyed record, or of its key slip, is still in storage although the undo window has passed.",
                        "Look who put it there or which lifecycle rule did not run; the certificate of destruction says it is gone.", who.Record),
                    cancel)
                : alerts.ReportIntegrityAsync(who, client.ToString(), fault, cancel),
            cancel);
        Purged(Log(services), hint!.Record.ToString(), disposition.GetType().Name);
    }

    private static async Task RotateAsync(IServiceProvider services, string message, CancellationToken cancel)
    {
        foreach (var slip in await services.GetRequiredService<KeyRotation>().RunAsync(message, cancel))
        {
            await services.GetRequiredService<AlertDesk>().ReportIntegrityAsync(
                new("rotate-keys", slip.Practice.ToString(), Record: slip.Record ?? ""), slip.Client, slip.Fault.ToString(), cancel);
        }
    }

    private static Func<RestoreNotice, Task> Refused(IServiceProvider services) => notice =>
        services.GetRequiredService<AlertDesk>().ReportOnceAsync(
            new Finding(
                notice.Practice.ToString(), "backup-refused", Severity.Critical, null, null, null,
                $"Something in a backup is not what the audit log says it was, and was not restored: {notice.What} ({notice.Fault}).",
                "Verify the log, and look in the resource logs of the slips account for who wrote there.", null),
            CancellationToken.None);

    private static async Task InboxAsync(IServiceProvider services, string message, CancellationToken cancel)
    {
        var name = InboxMessage.NameIn(message)
            ?? throw new FormatException("Not a message about a file in the inbox: it belongs in the poison queue.");
        var answer = await services.GetRequiredService<Inbox>().ReceiveAsync(name, Tell(services), cancel);
        LookedAt(Log(services), answer.GetType().Name);
    }

    private static Func<InboxNotice, Task> Tell(IServiceProvider services) => notice =>
        services.GetRequiredService<AlertDesk>().ReportOnceAsync(
            new Finding(
                notice.Practice.ToString(), notice.Detection, Severity.Medium, null, null, null,
                notice.Because, notice.FirstAction, notice.Evidence),
            CancellationToken.None);

    private static ILogger Log(IServiceProvider services) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger("RecordsGuard.Retention");

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep: {Visited} visited, {Listed} listed for review, {Sent} sent to purge, {Moved} moved, {Dropped} dropped.")]
    private static partial void Swept(ILogger log, int visited, int listed, int sent, int moved, int dropped);

    [LoggerMessage(Level = LogLevel.Information, Message = "A file in the inbox: {Answer}.")]
    private static partial void LookedAt(ILogger log, string answer);

    [LoggerMessage(Level = LogLevel.Information, Message = "Purge of record {Record}: {Disposition}.")]
    private static partial void Purged(ILogger log, string record, string disposition);
}
