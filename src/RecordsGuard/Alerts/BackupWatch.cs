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
        var now = time.GetUtcNow();
        var practices = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var row in store.ScanAsync(Table.Practices, "a", "{", cancel)) // a practice's id begins with a letter
        {
            // A practice is as old as its keys: its first night is still to come.
            var at = row.Kind switch
            {
                RowKinds.Keks => row.As<KekFacts>().Since,
                RowKinds.Backup => row.As<BackupFacts>().At,
                _ => (DateTimeOffset?)null,
            };
            if (at is { } last && PracticeId.TryParse(row.Partition, out _) && !(practices.GetValueOrDefault(row.Partition) > last))
            {
                practices[row.Partition] = last;
            }
        }

        foreach (var (practice, last) in practices.Where(p => now - p.Value > MaxAge))
        {
            await desk.ReportOnceAsync(
                new Finding(
                    practice, "backup-missing", Severity.High, null, null, null,
                    $"The practice's rows were not backed up since {last:yyyy-MM-dd HH:mm}Z.",
                    "Look for messages in backup-poison and for errors of the function BackUp; run the timer NightlyBackup when it is mended.", null),
                cancel);
        }
    }
}
