using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>A night without a backup must not be silent: a table lost the day after would cost the day before too.</summary>
public sealed class BackupWatch(IRecordStore store, AlertDesk desk, TimeProvider time)
{
    /// <summary>A night, and half a day in which it may come late.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(36);

    /// <summary>One alert a practice and day while its last backup is older than <see cref="MaxAge"/>.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        await foreach (var (practice, keks) in store.EachPracticeAsync(Keys.Keks, cancel))
        {
            // A practice is as old as its keys: its first night is still to come.
            var backup = (await store.ReadAsync(Table.Alerts, Keys.Backups(practice), Keys.LastBackup, cancel))?.As<BackupFacts>();
            var last = backup?.At ?? keks.As<KekFacts>().Since;
            if (time.GetUtcNow() - last > MaxAge)
            {
                await desk.ReportOnceAsync(
                    new Finding(
                        practice.ToString(), "backup-missing", Severity.High, null, null, null,
                        $"The practice's rows were not backed up since {last:yyyy-MM-dd HH:mm}Z.",
                        "Look for messages in backup-poison and for errors of the function BackUp; run the timer NightlyBackup when it is mended.", null),
                    cancel);
            }
        }
    }
}
